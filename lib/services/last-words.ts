import { bareLine } from "./observation";

/** The message under the last traceback: from its first line without indentation to the next log record. */
export function lastException(log: readonly string[]): string | undefined {
  const lines = log.map(bareLine);
  const start = lines.findLastIndex((line) => line.startsWith("Traceback (most recent call last)"));
  if (start < 0) return undefined;
  const head = lines.findIndex((line, index) => index > start && /^[A-Za-z_][\w.]*(?::|$)/.test(line));
  if (head < 0) return undefined;
  const rest = lines.slice(head + 1);
  const end = rest.findIndex((line) => !/^\s+\S/.test(line));
  return [lines[head], ...rest.slice(0, end < 0 ? rest.length : end)].join("\n");
}
