import { describe, expect, it } from "vitest";
import { aService } from "./fixtures";
import { listInterval, liveUrl, parseLive, serviceQueries } from "./queries";
import { EMPTY_SNAPSHOT } from "./snapshot";
import { toServiceSummary } from "./view";

const list = (...statuses: string[]) => ({
  items: statuses.map((status) => toServiceSummary(aService({ status }))),
});

it.each([
  [list("Running", "Stopped"), 30_000],
  [list("Running", "Waiting"), 3_000],
  [list(), 30_000],
  [undefined, 30_000],
])("asks for the list at the pace of what moves", (data, ms) => {
  expect(listInterval(data)).toBe(ms);
});

describe("keys", () => {
  it("belong to a connection and lie below one prefix", () => {
    const all = serviceQueries.all("c1");
    const keys = [
      serviceQueries.list("c1"),
      serviceQueries.detail("c1", "foo"),
      serviceQueries.live("c1", "foo"),
      serviceQueries.logs("c1", "foo", { previous: true }),
      serviceQueries.call("c1", "foo"),
      serviceQueries.machineSpecs("c1"),
    ].map(({ queryKey }) => queryKey);
    for (const key of keys) expect(key.slice(0, 2)).toEqual(all);
    expect(new Set(keys.map((key) => JSON.stringify(key))).size).toBe(keys.length);
  });
});

it("reads what the stream sends, from a server of its own release", () => {
  expect(parseLive(JSON.stringify(EMPTY_SNAPSHOT))).toEqual(EMPTY_SNAPSHOT);
  expect(liveUrl("c 1", "a b")).toBe("/api/services/a%20b/live?connection=c%201&release=");
});
