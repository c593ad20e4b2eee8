import { describe, expect, it } from "vitest";
import type { EasClient } from "@/lib/eas/client";
import { anInstance, TRACEBACK } from "./fixtures";
import { getServiceLog } from "./get-service-log";
import { readLogTail, readStoryTail } from "./log-tail";

const line = (n: number) =>
  `[2026-11-22 10:${String(Math.floor(n / 60)).padStart(2, "0")}:${String(n % 60).padStart(2, "0")}] ${n}`;
const LINES = Array.from({ length: 1100 }, (_, n) => line(n));

/** A log in pages of 500, its newest lines on the first or the last page. */
function logOf(lines: string[], newestFirst: boolean) {
  const ordered = newestFirst ? lines.toReversed() : lines;
  const pages = Math.max(1, Math.ceil(ordered.length / 500));
  return {
    describeServiceLog: async (_: string, { page = 1 }: { page?: number } = {}) => ({
      lines: ordered.slice((page - 1) * 500, page * 500),
      totalCount: lines.length,
      page,
      totalPages: pages,
    }),
  };
}

describe("readLogTail", () => {
  it.each([
    ["oldest first", 1100, false],
    ["newest first", 1100, true],
    ["one page, oldest first", 400, false],
    ["one page, newest first", 400, true],
    ["two pages, oldest first", 510, false],
    ["two pages, newest first", 510, true],
    ["an almost empty last page", 1003, false],
  ])("gives the newest 300 lines in order: %s", async (_, count, newestFirst) => {
    const lines = LINES.slice(0, count);
    expect(await readLogTail(logOf(lines, newestFirst), "foo", undefined)).toEqual(lines.slice(-300));
  });

  it.each([true, false])(
    "shows the log's end on the log page too, whichever page holds it (newest first: %s)",
    async (newestFirst) => {
      const eas = logOf(LINES, newestFirst);
      const shown = await getServiceLog({ eas: eas as unknown as EasClient }, { name: "foo" });
      expect(shown.lines).toEqual(LINES.slice(newestFirst ? -1000 : -600));
    },
  );

  it("takes an empty log", async () => {
    expect(await readLogTail(logOf([], false), "foo", undefined)).toEqual([]);
  });
});

describe("readStoryTail", () => {
  const eas = {
    describeServiceLog: async (_: string, { previous }: { previous?: boolean } = {}) => ({
      lines: previous ? TRACEBACK : ["[2026-11-22 18:00:40] starting again"],
      totalCount: 1,
      page: 1,
      totalPages: 1,
    }),
  };

  it("puts what a crashed run said before the new one's words", async () => {
    const crashed = anInstance({ status: "Running", restartCount: 1 });
    expect(await readStoryTail(eas, "foo", crashed)).toEqual({
      log: [...TRACEBACK, "[2026-11-22 18:00:40] starting again"],
      previousLines: TRACEBACK.length,
    });
  });

  it("leaves it out once the instance is ready", async () => {
    const ready = anInstance({ status: "Running", restartCount: 1, ready: { processes: 2, total: 2 } });
    expect((await readStoryTail(eas, "foo", ready)).log).toHaveLength(1);
  });

  it("reads the run before although this one met a fault that it survived", async () => {
    const now = [...TRACEBACK, ...Array.from({ length: 20 }, () => "[2026-11-22 18:01:00] at work")];
    const runs = {
      describeServiceLog: async (_: string, { previous }: { previous?: boolean } = {}) => ({
        lines: previous ? ["[2026-11-22 09:00:00] MemoryError"] : now,
        totalCount: 1,
        page: 1,
        totalPages: 1,
      }),
    };
    const crashed = anInstance({ status: "Running", restartCount: 1 });
    expect(await readStoryTail(runs, "foo", crashed)).toEqual({
      log: ["[2026-11-22 09:00:00] MemoryError", ...now],
      previousLines: 1,
    });
  });
});
