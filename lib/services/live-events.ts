import type { Context } from "@/lib/context.server";
import type { SseEvent } from "@/lib/sse";
import type { ServiceNameInput } from "./names";
import type { WatchEvent } from "./snapshot";
import { watchService } from "./watchers";

/** Every change is written out once, not once for each reader. */
const texts = new WeakMap<WatchEvent, SseEvent>();

/** The snapshots of a service as messages named `snapshot`. */
export async function* liveEvents(
  ctx: Pick<Context, "connection">,
  input: ServiceNameInput,
  signal: AbortSignal,
): AsyncGenerator<SseEvent, void> {
  for await (const event of watchService(ctx, input, signal)) yield toSse(event);
}

function toSse(event: WatchEvent): SseEvent {
  const known = texts.get(event);
  if (known) return known;
  const made = { id: event.id, event: "snapshot", data: JSON.stringify(event.snapshot) };
  texts.set(event, made);
  return made;
}
