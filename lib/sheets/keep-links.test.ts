import { expect, test } from "vitest";
import { keepLinks } from "./keep-links";

const sheet = (signedAt: string, urls: Record<string, string>, status = "succeeded") => ({
  signedAt,
  cells: [{ status, pictures: Object.entries(urls).map(([key, url]) => ({ key, url })) }, null],
});

test.each([
  ["the first answer", undefined, "12:00", "new"],
  ["minutes later", "11:50", "12:00", "old"],
  ["before they end", "11:15", "12:00", "new"],
])("links: %s", (_, before, now, expected) => {
  const at = (time: string) => `2026-01-01T${time}:00.000Z`;
  const old = before ? sheet(at(before), { a: "old" }, "queued") : undefined;
  const kept = keepLinks(old, sheet(at(now), { a: "new", b: "b" }));
  expect(kept).toMatchObject({ cells: [{ status: "succeeded", pictures: [{ url: expected }, { url: "b" }] }, null] });
  // Counted from the oldest link that is kept.
  expect(kept).toMatchObject({ signedAt: at(expected === "old" ? (before ?? "") : now) });
});
