import { expect, test } from "vitest";
import { mergeSnapshot } from "./merge-snapshot";
import { EMPTY_SNAPSHOT, type Snapshot } from "./snapshot";

const service = { name: "s" } as NonNullable<Snapshot["service"]>;
const stale = { code: "upstream", since: "2026-12-01T08:00:00Z" } as const;
const known: Snapshot = { ...EMPTY_SNAPSHOT, service };

test.each<[string, Snapshot | undefined, Snapshot, Snapshot]>([
  ["an unanswered look leaves what is known", known, { ...EMPTY_SNAPSHOT, stale }, { ...known, stale }],
  ["its own last word comes first", known, { ...EMPTY_SNAPSHOT, service: { ...service }, stale }, { ...known, stale }],
  ["an answer takes its place", { ...known, stale }, known, known],
  ["a service that is gone is gone", known, { ...EMPTY_SNAPSHOT, isGone: true }, { ...EMPTY_SNAPSHOT, isGone: true }],
  [
    "where nothing is known there is nothing to keep",
    undefined,
    { ...EMPTY_SNAPSHOT, stale },
    { ...EMPTY_SNAPSHOT, stale },
  ],
])("%s", (_, before, news, after) => {
  expect(mergeSnapshot(before, news)).toEqual(after);
});
