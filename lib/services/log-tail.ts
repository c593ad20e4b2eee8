import type { EasClient } from "@/lib/eas/client";
import { finalWords } from "./last-words";
import { isReady, type Observation } from "./observation";

/** EAS's own default (eas-openapi.md §7.2). */
const PAGE_SIZE = 500;
const TAIL_LINES = 300;

type LogReader = Pick<EasClient, "describeServiceLog">;

/**
 * The newest lines, at most two pages of them, newest last. Which page holds them is documented nowhere, so the stamps in
 * the lines decide.
 */
export async function readLogTail(
  eas: LogReader,
  name: string,
  instanceName: string | undefined,
  previous = false,
  limit = TAIL_LINES,
  containerName?: string,
): Promise<string[]> {
  const query = { instanceName, containerName, previous: previous || undefined, pageSize: PAGE_SIZE };
  const read = (page: number) => eas.describeServiceLog(name, { ...query, page });
  const first = await read(1);
  if (first.totalPages <= 1) return inOrder(first.lines).slice(-limit);
  const last = await read(first.totalPages);
  const [front, back] = [inOrder(first.lines), inOrder(last.lines)];
  if (stampOf(front.at(-1)) > stampOf(back.at(-1))) {
    if (front.length >= limit) return front.slice(-limit);
    const second = first.totalPages === 2 ? back : inOrder((await read(2)).lines);
    return [...second, ...front].slice(-limit);
  }
  if (back.length >= limit || first.totalPages === 2) return [...front, ...back].slice(-limit);
  return [...inOrder((await read(first.totalPages - 1)).lines), ...back].slice(-limit);
}

/** With what a crashed container said before it was started again, where that is the interesting part. */
export async function readStoryTail(
  eas: LogReader,
  name: string,
  subject: Observation["instances"][number] | undefined,
): Promise<Required<Pick<Observation, "log" | "previousLines">>> {
  const log = await readLogTail(eas, name, subject?.name);
  if (!subject || subject.restartCount === 0 || isReady(subject) || finalWords(log)) return { log, previousLines: 0 };
  const before = await readLogTail(eas, name, subject.name, true);
  const previous = before.slice(Math.max(0, before.length + log.length - TAIL_LINES));
  return { log: [...previous, ...log], previousLines: previous.length };
}

export function inOrder(lines: string[]): string[] {
  return stampOf(lines[0]) > stampOf(lines.at(-1)) ? lines.toReversed() : lines;
}

/** The stamp at a line's start; its text sorts like the time it tells. */
export function stampOf(line: string | undefined): string {
  return /\d{4}-\d\d-\d\d[ T]\d\d:\d\d:\d\d(?:[.,]\d+)?/.exec(line ?? "")?.[0] ?? "";
}
