import fc from "fast-check";
import { expect, test } from "vitest";
import type { Consumer } from "./group";
import type { QueueItem } from "./item";
import type { QueueStream } from "./stream";
import { createTestStream, newItem, type TestStream } from "./testing";

/*
 * The queue against a model that knows sets only: which items there are, what each group has done, who works on what. It
 * does not know who will get an item, so it looks at what was sent and checks that it was allowed.
 */

const MAX_DELIVERY = 2;

interface ModelConsumer {
  gid: string;
  uid: string;
  window: number;
  autoCommit: boolean;
  consumer?: Consumer;
  inFlight: Set<bigint>;
}

class Model {
  readonly items = new Map<bigint, number>();
  /** Items that each group is done with; a group is there from its first consumer on. */
  readonly done = new Map<string, Set<bigint>>();
  readonly failures = new Map<string, number>();
  consumers: ModelConsumer[] = [];
  last = 0n;

  of(gid: string): ModelConsumer[] {
    return this.consumers.filter((one) => one.gid === gid);
  }

  /** What the port of a consumer sees. */
  receive(to: ModelConsumer, item: QueueItem): void {
    const { gid } = to;
    expect(this.items.has(item.index), "only what is there is sent").toBe(true);
    expect(this.done.get(gid)?.has(item.index), "nothing is sent after it was committed").toBe(false);
    for (const one of this.of(gid)) expect(one.inFlight.has(item.index), "one consumer of a group").toBe(false);
    for (const [index, priority] of this.items) {
      const waits =
        !this.done.get(gid)?.has(index) &&
        this.of(gid).every((one) => !one.inFlight.has(index)) &&
        index !== item.index;
      if (waits)
        expect([priority > item.priority, index < item.index && priority === item.priority]).toEqual([false, false]);
    }
    if (to.autoCommit) this.finish(gid, item.index);
    else to.inFlight.add(item.index);
    expect(to.inFlight.size).toBeLessThanOrEqual(to.window);
  }

  finish(gid: string, index: bigint): void {
    if (!this.items.has(index)) return;
    for (const one of this.of(gid)) one.inFlight.delete(index);
    this.done.get(gid)?.add(index);
    if ([...this.done.values()].every((done) => done.has(index))) this.remove(index);
  }

  fail(gid: string, index: bigint): void {
    for (const one of this.of(gid)) one.inFlight.delete(index);
    const key = `${gid} ${index}`;
    const count = (this.failures.get(key) ?? 0) + 1;
    this.failures.set(key, count);
    if (count >= MAX_DELIVERY) this.finish(gid, index);
  }

  remove(index: bigint): void {
    this.items.delete(index);
    for (const one of this.consumers) one.inFlight.delete(index);
    for (const done of this.done.values()) done.delete(index);
  }
}

interface Real {
  test: TestStream;
}

type Step = (model: Model, stream: QueueStream, real: Real) => void;

class Command implements fc.Command<Model, Real> {
  constructor(
    readonly name: string,
    readonly step: Step,
  ) {}
  check(): boolean {
    return true;
  }
  run(model: Model, real: Real): void {
    this.step(model, real.test.stream, real);
    const { stream } = real.test;
    expect([...stream.items.keys()], "the same items").toEqual([...model.items.keys()]);
    for (const one of model.consumers) {
      expect(one.consumer?.pending, "the same in flight").toEqual(one.inFlight);
      if (one.autoCommit || one.inFlight.size < one.window) {
        const idle = [...model.items.keys()].filter(
          (index) =>
            !model.done.get(one.gid)?.has(index) && model.of(one.gid).every(({ inFlight }) => !inFlight.has(index)),
        );
        expect(idle, "nothing waits while there is a free slot").toEqual([]);
      }
    }
  }
  toString(): string {
    return this.name;
  }
}

const pick = <T>(list: readonly T[], n: number): T | undefined => list[n % Math.max(1, list.length)];

function connect(model: Model, stream: QueueStream, wanted: Omit<ModelConsumer, "inFlight" | "consumer">): void {
  const { gid, uid } = wanted;
  const namesake = model.of(gid).find((one) => one.uid === uid);
  const one: ModelConsumer = { ...wanted, inFlight: new Set() };
  // The stream lets go of the namesake first.
  const leave = () => {
    if (!namesake || !model.consumers.includes(namesake)) return;
    model.consumers = model.consumers.filter((other) => other !== namesake);
    for (const index of namesake.inFlight) model.fail(gid, index);
  };
  if (!model.done.has(gid)) model.done.set(gid, new Set());
  if (namesake?.consumer) {
    stream.leave(namesake.consumer);
    leave();
  }
  model.consumers.push(one);
  one.consumer = stream.join(
    { gid, uid, window: one.window, autoCommit: one.autoCommit, from: 0n, tags: {} },
    { send: (item) => model.receive(one, item), canTake: () => true, end: () => undefined },
  );
}

const gid = fc.constantFrom("eas", "other");
const n = fc.nat({ max: 50 });

const commands = [
  fc.constantFrom(0, 0, 0, 1, 2).map(
    (priority) =>
      new Command(`put(${priority})`, (model, stream) => {
        // The model has to know the item before it is sent.
        const index = nextIndex(stream, model);
        model.items.set(index, priority);
        expect(stream.put(newItem(String(index), { priority })).index).toBe(index);
        model.last = index;
      }),
  ),
  fc
    .record({
      gid,
      uid: fc.constantFrom("u", "v", "w"),
      window: fc.integer({ min: 1, max: 3 }),
      autoCommit: fc.boolean(),
    })
    .map(
      (wanted) =>
        new Command(`join(${wanted.gid}.${wanted.uid}, ${wanted.window}, ${wanted.autoCommit})`, (model, stream) =>
          connect(model, stream, { ...wanted, autoCommit: wanted.autoCommit && wanted.window === 1 }),
        ),
    ),
  fc.record({ n, failed: fc.boolean() }).map(
    ({ n: which, failed }) =>
      new Command(`drop(${which}, ${failed})`, (model, stream) => {
        const one = pick(model.consumers, which);
        if (!one?.consumer) return;
        model.consumers = model.consumers.filter((other) => other !== one);
        const lost = [...one.inFlight];
        // First what is over, so that nobody is found to get it again.
        one.inFlight.clear();
        if (failed) for (const index of lost) model.fail(one.gid, index);
        stream.leave(one.consumer, { failed });
      }),
  ),
  fc.record({ n, m: n }).map(
    ({ n: which, m }) =>
      new Command(`commit(${which}, ${m})`, (model, stream) => {
        const one = pick(model.consumers, which);
        const index = one && pick([...one.inFlight], m);
        if (!one || index === undefined) return;
        model.finish(one.gid, index);
        stream.commit(one.gid, [index]);
      }),
  ),
  fc.record({ n, m: n }).map(
    ({ n: which, m }) =>
      new Command(`negative(${which}, ${m})`, (model, stream) => {
        const one = pick(model.consumers, which);
        // Mostly the oldest: some item has to fail often.
        const index = one && pick([...one.inFlight].sort(), m % 3);
        if (!one || index === undefined) return;
        model.fail(one.gid, index);
        stream.negative(one.gid, [index]);
      }),
  ),
  n.map(
    (which) =>
      new Command(`delete(${which})`, (model, stream) => {
        const index = pick([...model.items.keys()], which);
        if (index === undefined) return;
        model.remove(index);
        stream.delete([index]);
      }),
  ),
  n.map(
    (which) =>
      new Command(`truncate(${which})`, (model, stream) => {
        const index = pick([...model.items.keys()], which);
        if (index === undefined) return;
        for (const one of [...model.items.keys()]) if (one < index) model.remove(one);
        stream.truncate(index);
      }),
  ),
  fc.constant(
    new Command("kill and restart", (model, _, real) => {
      // Connections are gone, and what was under way counts for nothing.
      model.consumers = [];
      real.test = real.test.reopen();
    }),
  ),
];

function nextIndex(stream: QueueStream, model: Model): bigint {
  const byTime = BigInt(START) * 1_000_000n;
  return byTime > stream.last ? byTime : (stream.last > model.last ? stream.last : model.last) + 1n;
}

const START = createTestStream().clock.now();

test("agrees with the model whatever consumers do", () => {
  fc.assert(
    fc.property(fc.commands(commands, { maxCommands: 60, size: "max" }), (steps) => {
      fc.modelRun(
        () => ({ model: new Model(), real: { test: createTestStream({ limits: { maxDelivery: MAX_DELIVERY } }) } }),
        steps,
      );
    }),
    { numRuns: 200, seed: 20260102 },
  );
});
