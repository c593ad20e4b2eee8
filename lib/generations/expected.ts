import { type GenerateInput, resultSize } from "@/lib/playground/input";
import type { Generation } from "./view";

/** Few and recent: an update of the service, or Blade getting ready, changes its pace. */
const RECENT = 12;

/** Steps times pixels: what the time of a picture goes with (diffusers-service.md §7 is close to that). */
function workOf(input: GenerateInput): number {
  const { width, height } = resultSize(input);
  return input.steps * width * height;
}

/** How long a picture will take by this service's own measured times; undefined until there is one. */
export function expectedMs(input: GenerateInput, history: readonly Generation[]): number | undefined {
  const measured = history
    .filter(({ status, elapsedMs, recovered }) => status === "succeeded" && elapsedMs !== undefined && !recovered)
    .slice(0, RECENT);
  // Those of the same amount of work say it best.
  const alike = measured.filter((item) => workOf(item.input) === workOf(input));
  if (alike.length > 0) return median(alike.map(({ elapsedMs = 0 }) => elapsedMs));
  const paces = measured.map(({ elapsedMs = 0, input: made }) => elapsedMs / workOf(made));
  return paces.length > 0 ? median(paces) * workOf(input) : undefined;
}

function median(values: readonly number[]): number {
  const sorted = [...values].sort((a, b) => a - b);
  return sorted[Math.floor(sorted.length / 2)] ?? 0;
}
