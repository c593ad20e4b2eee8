import { LAST_WORDS, type Match, matchOf } from "./failure-signatures";
import { bareLine } from "./observation";

/** The message under the last traceback: from its first line without indentation to the next log record. */
export function lastException(log: readonly string[]): string | undefined {
  return lastTraceback(log)?.message;
}

/** As many lines may follow the words that a program ended with: of the shell, or of the server around it. */
const LINES_AFTER = 3;
/** A traceback before this was caught: the container goes on without Blade (diffusers-service.md §2). */
const WENT_ON = /Load .*blade model.* failed!/;

/** What one run of a program ended with; a traceback after which it ran on is none. */
export function finalWords(run: readonly string[]): { text: string; match: Match | undefined } | undefined {
  const traceback = lastTraceback(run);
  if (traceback && traceback.after.length <= LINES_AFTER && !traceback.after.some((line) => WENT_ON.test(line)))
    return { text: traceback.message, match: undefined };
  for (const line of run.slice(-LINES_AFTER - 1).toReversed()) {
    const text = bareLine(line);
    const match = matchOf(LAST_WORDS, text);
    if (match) return { text, match };
  }
  return undefined;
}

function lastTraceback(log: readonly string[]): { message: string; after: string[] } | undefined {
  const lines = log.map(bareLine);
  const start = lines.findLastIndex((line) => line.startsWith("Traceback (most recent call last)"));
  if (start < 0) return undefined;
  const head = lines.findIndex((line, index) => index > start && /^[A-Za-z_][\w.]*(?::|$)/.test(line));
  if (head < 0) return undefined;
  const rest = lines.slice(head + 1);
  const end = rest.findIndex((line) => !/^\s+\S/.test(line));
  const length = end < 0 ? rest.length : end;
  return { message: [lines[head], ...rest.slice(0, length)].join("\n"), after: rest.slice(length) };
}
