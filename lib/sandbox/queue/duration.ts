/* Durations as Go writes and reads them: `1m30s`, `500ms`, `1.5h`. */

const UNIT_MS: Record<string, number> = {
  ns: 1e-6,
  us: 1e-3,
  µs: 1e-3,
  μs: 1e-3,
  ms: 1,
  s: 1000,
  m: 60_000,
  h: 3_600_000,
};
const PART = /(\d+\.?\d*|\.\d+)(ns|us|µs|μs|ms|s|m|h)/y;

/** In milliseconds; undefined when it is none, or negative. A bare number needs its unit, but for 0. */
export function parseGoDuration(text: string): number | undefined {
  if (text === "0" || text === "+0") return 0;
  const body = text.startsWith("+") ? text.slice(1) : text;
  let total = 0;
  PART.lastIndex = 0;
  while (PART.lastIndex < body.length) {
    const match = PART.exec(body);
    const unit = UNIT_MS[match?.[2] ?? ""];
    if (!match || unit === undefined) return undefined;
    total += Number(match[1]) * unit;
  }
  return body === "" ? undefined : total;
}

/** To the millisecond: `2.091s`, `1m0s`, `350ms`. */
export function formatGoDuration(ms: number): string {
  if (ms === 0) return "0s";
  if (ms < 1000) return `${ms}ms`;
  const hours = Math.floor(ms / 3_600_000);
  const minutes = Math.floor((ms % 3_600_000) / 60_000);
  const seconds = Number(((ms % 60_000) / 1000).toFixed(3));
  return `${hours > 0 ? `${hours}h` : ""}${hours > 0 || minutes > 0 ? `${minutes}m` : ""}${seconds}s`;
}
