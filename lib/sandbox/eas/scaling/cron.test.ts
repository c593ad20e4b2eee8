import { describe, expect, test } from "vitest";
import { isExcluded, isTimeZone, nextRun, scheduleProblem } from "./cron";

const at = (text: string) => Date.parse(text);

describe("the next run", () => {
  test.each([
    ["every hour at 18", "0 18 * * * *", "Asia/Shanghai", "2026-01-02T03:04:05Z", "2026-01-02T03:18:00Z"],
    ["nine in Shanghai is one in UTC", "0 0 9 * * *", "Asia/Shanghai", "2026-01-02T00:00:00Z", "2026-01-02T01:00:00Z"],
    ["nine in UTC", "0 0 9 * * *", "UTC", "2026-01-02T00:00:00Z", "2026-01-02T09:00:00Z"],
    [
      "nine in New York, summer time",
      "0 0 9 * * *",
      "America/New_York",
      "2026-07-01T00:00:00Z",
      "2026-07-01T13:00:00Z",
    ],
    [
      "nine in New York, winter time",
      "0 0 9 * * *",
      "America/New_York",
      "2026-01-01T00:00:00Z",
      "2026-01-01T14:00:00Z",
    ],
    ["seconds come first", "*/20 * * * * *", "UTC", "2026-01-02T00:00:05Z", "2026-01-02T00:00:20Z"],
    ["a moment that is now is over", "0 0 9 * * *", "UTC", "2026-01-02T09:00:00Z", "2026-01-03T09:00:00Z"],
    ["on working days", "0 0 9 ? * MON-FRI", "UTC", "2026-01-02T10:00:00Z", "2026-01-05T09:00:00Z"],
  ])("%s", (_, schedule, zone, after, expected) => {
    expect(nextRun(schedule, zone, at(after))).toBe(at(expected));
  });

  test("a day that never comes", () => {
    expect(nextRun("0 0 0 30 2 *", "UTC", 0)).toBeUndefined();
  });
});

describe("excluded dates", () => {
  test.each([
    ["the whole day, in the job's zone", "* * * 3 1 *", "Asia/Shanghai", "2026-01-02T16:00:00Z", true],
    ["the same day elsewhere is still the day before", "* * * 3 1 *", "UTC", "2026-01-02T16:00:00Z", false],
    ["one moment", "0 0 9 2 1 *", "UTC", "2026-01-02T09:00:00Z", true],
    ["a second later", "0 0 9 2 1 *", "UTC", "2026-01-02T09:00:01Z", false],
  ])("%s", (_, expression, zone, moment, expected) => {
    expect(isExcluded(["* * * 24 12 *", expression], zone, at(moment))).toBe(expected);
  });
});

test.each([
  ["0 18 * * * *", undefined],
  ["0 18 * * *", /six fields/],
  ["0 18 * * * * *", /six fields/],
  ["60 18 * * * *", /60/],
  ["now and then and so on", /./],
])("schedule %j", (text, problem) => {
  const found = scheduleProblem(text);
  if (problem) expect(found).toMatch(problem);
  else expect(found).toBeUndefined();
});

test.each([
  ["Asia/Shanghai", true],
  ["UTC", true],
  ["Mars/Olympus", false],
])("time zone %s", (name, expected) => {
  expect(isTimeZone(name)).toBe(expected);
});
