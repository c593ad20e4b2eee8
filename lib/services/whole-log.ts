import type { EasClient } from "@/lib/eas/client";
import { inOrder, stampOf } from "./log-tail";

/** As many as EAS gives at once; a million lines are more than anybody reads. */
const PAGE_SIZE = 2000;
const PAGES_MAX = 500;

export interface LogChoice {
  instance?: string;
  container?: string;
  previous?: boolean;
}

/** Every line that EAS still has, oldest first, page by page. Which page comes first is documented nowhere: the stamps decide. */
export async function* wholeLog(
  eas: Pick<EasClient, "describeServiceLog">,
  name: string,
  { instance, container, previous }: LogChoice,
  signal: AbortSignal,
): AsyncGenerator<string[], void> {
  const read = async (page: number) => {
    const { lines, totalPages } = await eas.describeServiceLog(name, {
      instanceName: instance,
      containerName: container,
      previous: previous || undefined,
      page,
      pageSize: PAGE_SIZE,
    });
    return { lines: inOrder(lines), totalPages };
  };
  const first = await read(1);
  const count = Math.min(first.totalPages, PAGES_MAX);
  const last = count > 1 ? await read(count) : first;
  const isNewestFirst = stampOf(first.lines.at(-1)) > stampOf(last.lines.at(-1));
  const order = Array.from({ length: count }, (_, at) => (isNewestFirst ? count - at : at + 1));
  for (const page of order) {
    if (signal.aborted) return;
    if (page === 1) yield first.lines;
    else if (page === count) yield last.lines;
    else yield (await read(page)).lines;
  }
}
