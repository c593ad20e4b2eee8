import { describe, expect, it } from "vitest";
import { excludedDay, isSchedule, isTimeZone, nextRuns } from "./cron-schedule";

it.each([
  ["0 0 9 * * 1-5", true],
  ["  0 0 9 * * *  ", true],
  ["0 0 18 L * *", true],
  ["0 9 * * *", false],
  ["0 0 25 * * *", false],
  ["0 0 9 * * * *", false],
  ["every day", false],
  ["", false],
])("%s is a schedule: %s", (text, expected) => {
  expect(isSchedule(text)).toBe(expected);
});

it.each([
  ["Asia/Shanghai", true],
  ["UTC", true],
  ["Mars/Olympus", false],
  ["", false],
])("%s is a time zone: %s", (name, expected) => {
  expect(isTimeZone(name)).toBe(expected);
});

describe("next runs", () => {
  // A Friday, 09:30 in Shanghai.
  const now = Date.UTC(2026, 0, 2, 1, 30);
  const runs = (schedule: string, timeZone: string, excludeDates: string[] = [], count = 3) =>
    nextRuns({ schedule, timeZone, excludeDates }, now, count).map((at) => new Date(at).toISOString());

  it("are in the job's own time zone", () => {
    expect(runs("0 0 9 * * 1-5", "Asia/Shanghai")).toEqual([
      "2026-01-05T01:00:00.000Z",
      "2026-01-06T01:00:00.000Z",
      "2026-01-07T01:00:00.000Z",
    ]);
    expect(runs("0 0 9 * * *", "Europe/Berlin", [], 1)).toEqual(["2026-01-02T08:00:00.000Z"]);
  });

  it("follow the clock over a change of summer time", () => {
    const march = Date.UTC(2026, 2, 28, 12);
    const at = nextRuns({ schedule: "0 0 9 * * *", timeZone: "Europe/Berlin" }, march, 2);
    expect(at.map((ms) => new Date(ms).toISOString())).toEqual([
      "2026-03-29T07:00:00.000Z",
      "2026-03-30T07:00:00.000Z",
    ]);
  });

  it("pass over what is excluded", () => {
    const monday = excludedDay("2026-01-05") ?? "";
    expect(monday).toBe("* * * 5 1 *");
    expect(runs("0 0 9 * * 1-5", "Asia/Shanghai", [monday], 1)).toEqual(["2026-01-06T01:00:00.000Z"]);
    expect(runs("0 0 9 * * *", "Asia/Shanghai", ["* * * * * *"])).toEqual([]);
    expect(runs("0 0 9 * * *", "Asia/Shanghai", ["nonsense"], 1)).toHaveLength(1);
  });

  it("are none where the schedule never comes or is none", () => {
    expect(runs("0 0 0 30 2 *", "UTC")).toEqual([]);
    expect(runs("nonsense", "UTC")).toEqual([]);
    expect(runs("0 0 9 * * *", "Mars/Olympus")).toEqual([]);
  });
});

it.each(["2026-1-5", "", "05.01.2026"])("%s is no day", (text) => {
  expect(excludedDay(text)).toBeUndefined();
});
