/** The first that fits wins: Edge and Opera also call themselves Chrome, and everybody calls themselves Safari. */
const BROWSERS: readonly [string, RegExp][] = [
  ["Edge", /\bEdgA?\//],
  ["Opera", /\bOPR\//],
  ["Firefox", /\b(Firefox|FxiOS)\//],
  ["Chrome", /\b(Chrome|CriOS|HeadlessChrome)\//],
  ["Safari", /\bSafari\//],
];

const SYSTEMS: readonly [string, RegExp][] = [
  ["Android", /Android/],
  ["iOS", /iPhone|iPad/],
  ["Windows", /Windows/],
  ["macOS", /Mac OS X/],
  ["Linux", /Linux/],
];

/** "Chrome · macOS", as far as the header tells; the header itself when it is something else (a script). */
export function describeUserAgent(header: string): string {
  const find = (list: readonly [string, RegExp][]) => list.find(([, pattern]) => pattern.test(header))?.[0];
  const parts = [find(BROWSERS), find(SYSTEMS)].filter((part) => part !== undefined);
  return parts.length > 0 ? parts.join(" · ") : header.slice(0, 60);
}
