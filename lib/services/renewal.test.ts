import { expect, it } from "vitest";
import { anInstance } from "./fixtures";
import { markOf, renewalOf } from "./renewal";

const up = (name: string, changes: Parameters<typeof anInstance>[0] = {}) =>
  anInstance({
    name,
    status: "Running",
    ready: { processes: 2, total: 2 },
    startedAt: "2026-11-22T10:00:30Z",
    ...changes,
  });
const [a, b] = [up("foo-a"), up("foo-b")];
const leaving = { ...a, status: "Terminating" };
const again = up("foo-a", { restartCount: 1, ready: { processes: 1, total: 2 } });
const both = [a, b].map(markOf);

it.each([
  ["a look from before", both, [a, b], 0, { done: 0, hasBegun: false }],
  ["nothing is there yet", both, [], 2, { done: 0, hasBegun: true }],
  ["one has left, its successor is not listed yet", both, [b], 1, { done: 0, hasBegun: true }],
  [
    "one has left, its successor is on its way",
    both,
    [b, anInstance({ name: "foo-c" })],
    1,
    { done: 0, hasBegun: true },
  ],
  ["one has come", both, [b, up("foo-c")], 0, { done: 1, hasBegun: true }],
  ["one has come while the old one still ends", both, [leaving, b, up("foo-c")], 0, { done: 1, hasBegun: true }],
  ["EAS counts one as pending that looks ready", both, [up("foo-c"), up("foo-d")], 1, { done: 1, hasBegun: true }],
  ["all are new", both, [up("foo-c"), up("foo-d")], 0, { done: 2, hasBegun: true }],
  ["a process that starts again in its place", [markOf(a)], [again, b], 0, { done: 0, hasBegun: true }],
  [
    "a process that has started again in its place",
    [markOf(a)],
    [{ ...again, ready: { processes: 2, total: 2 } }, b],
    0,
    { done: 1, hasBegun: true },
  ],
  [
    "of the queue's instance",
    [markOf(up("foo-queue", { role: "Queue" }))],
    [a, b, anInstance({ role: "Queue" })],
    0,
    { done: 0, hasBegun: true },
  ],
  ["of a service without instances", [], [], 0, { done: 0, hasBegun: true }],
])("%s", (_, replaced, instances, pending, expected) => {
  const total = replaced.length === 0 ? 0 : 2;
  expect(renewalOf(replaced, instances, { total, pending })).toEqual({ ...expected, count: replaced.length });
});
