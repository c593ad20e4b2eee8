import { createManualClock, type ManualClock } from "@/lib/clock";
import type { Change } from "./changes";
import type { Consumer, ConsumerOptions } from "./group";
import type { NewItem, QueueItem } from "./item";
import { QueueStream } from "./stream";
import type { StreamHooks, StreamLimits } from "./stream-options";

/* What the tests of a queue without its protocol start from. */

export const LIMITS: StreamLimits = { maxPayloadBytes: 1024, maxItems: 100, maxBytes: 1024 * 1024, maxDelivery: 0 };

export interface TestStream {
  stream: QueueStream;
  clock: ManualClock;
  /** As a journal would have them. */
  changes: Change[];
  /** Another stream, made of what was recorded. */
  reopen(): TestStream;
}

/** Items are given out at once. */
export function createTestStream(
  options: {
    limits?: Partial<StreamLimits>;
    hooks?: StreamHooks;
    clock?: ManualClock;
    changes?: readonly Change[];
  } = {},
): TestStream {
  const { limits, hooks, clock = createManualClock() } = options;
  const changes: Change[] = [...(options.changes ?? [])];
  const stream = new QueueStream({
    clock,
    limits: { ...LIMITS, ...limits },
    hooks,
    record: (change) => changes.push(change),
    defer: (run) => run(),
  });
  for (const change of options.changes ?? []) stream.apply(change);
  stream.resume();
  return { stream, clock, changes, reopen: () => createTestStream({ ...options, clock, changes }) };
}

export function newItem(text: string, change: Partial<NewItem> = {}): NewItem {
  return { data: Buffer.from(text), tags: { requestId: text }, priority: 0, ...change };
}

export function textOf(item: QueueItem): string {
  return Buffer.from(item.data).toString();
}

export interface TestConsumer {
  consumer: Consumer;
  /** All that it was ever sent. */
  got: QueueItem[];
  texts(): string[];
  ended: string[];
  /** False: it takes nothing for now. */
  open: boolean;
}

export function join(stream: QueueStream, options: Partial<ConsumerOptions> = {}): TestConsumer {
  const test: Omit<TestConsumer, "consumer"> & { consumer?: Consumer } = {
    got: [],
    ended: [],
    open: true,
    texts: () => test.got.map(textOf),
  };
  const consumer = stream.join(
    { uid: "u", gid: "eas", window: 1000, autoCommit: false, from: 0n, tags: {}, ...options },
    {
      send: (item) => test.got.push(item),
      canTake: () => test.open,
      end: (reason) => test.ended.push(reason),
    },
  );
  return Object.assign(test, { consumer });
}
