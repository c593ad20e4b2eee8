import { expect, it } from "vitest";
import { isSettled, statusTone } from "./status";

it.each([
  ["Running", "ok", true],
  ["Waiting", "waiting", false],
  ["Pending", "waiting", false],
  ["Creating", "changing", false],
  ["Stopping", "changing", false],
  ["Failed", "failed", true],
  ["DeleteFailed", "failed", true],
  ["Stopped", "stopped", true],
  ["Developing", "unknown", true],
  ["SomethingNew", "unknown", true],
  ["toString", "unknown", true],
])("%s is %s, settled: %s", (status, tone, settled) => {
  expect(statusTone(status)).toBe(tone);
  expect(isSettled(status)).toBe(settled);
});
