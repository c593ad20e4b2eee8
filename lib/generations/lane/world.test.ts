import { expect, it, vi } from "vitest";
import { createManualClock } from "@/lib/clock";
import { type Cloud, type GenerationWorld, openLane } from "./world";

function open() {
  const clock = createManualClock();
  // Of the world a nap needs the clock, and of the news that something is there to be heard.
  const world = { clock, exchange: { subscribe: () => () => undefined } } as unknown as GenerationWorld;
  return { clock, lane: openLane(world, {} as Cloud, "test", "painter") };
}

const never = new AbortController().signal;

it("a part naps until something changes, or for its time", async () => {
  const { clock, lane } = open();
  const nap = lane.napper();
  const ended = vi.fn();
  void nap(5_000, never).then(ended);
  await clock.advance(4_999);
  expect(ended).not.toHaveBeenCalled();
  lane.wake();
  await clock.advance(0);
  expect(ended).toHaveBeenCalledOnce();
  void nap(5_000, never).then(ended);
  await clock.advance(5_000);
  expect(ended).toHaveBeenCalledTimes(2);
});

it("what changes while a part looks is not slept through, by any of the parts, and once by each", async () => {
  const { clock, lane } = open();
  const naps = [lane.napper(), lane.napper()];
  lane.wake();
  const ended = vi.fn();
  for (const nap of naps) void nap(5_000, never).then(ended);
  await clock.advance(0);
  expect(ended).toHaveBeenCalledTimes(2);
  for (const nap of naps) void nap(5_000, never).then(ended);
  await clock.advance(4_999);
  expect(ended).toHaveBeenCalledTimes(2);
});

it.each([
  [true, "the keys of a role are taken anew, a minute later at the soonest", ["1", "1", "2", "2"]],
  [undefined, "keys that were typed stay", ["1", "1", "1", "1"]],
])("chained %s: %s", async (chained, _, expected) => {
  const clock = createManualClock();
  let opened = 0;
  const openCloud = async () =>
    ({ connection: { chained, credentials: { accessKeyId: `${++opened}` } } }) as unknown as Cloud;
  const world = { clock, openCloud, exchange: { subscribe: () => () => undefined } } as unknown as GenerationWorld;
  const lane = openLane(world, await openCloud(), "test", "painter");
  const seen = [];
  for (const pauseMs of [0, 59_999, 1, 59_999]) {
    await clock.advance(pauseMs);
    await lane.renew();
    seen.push(lane.cloud.connection.credentials.accessKeyId);
  }
  expect(seen).toEqual(expected);
});
