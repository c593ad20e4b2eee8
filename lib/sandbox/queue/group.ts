import { hasTags, type QueueItem } from "./item";
import { ReadyList } from "./ready-list";

/** The receiving end of a consumer: a socket, or the engine in an inference instance. */
export interface ConsumerPort {
  /** Must not throw. */
  send(item: QueueItem): void;
  /** False while nothing more fits through; `QueueStream.wake` asks again. */
  canTake(): boolean;
  /** The queue lets go of it: the stream has ended, or another connection took its name. */
  end(reason: string): void;
}

export interface ConsumerOptions {
  uid: string;
  gid: string;
  /** Most unacknowledged items in flight; without effect with `autoCommit`. */
  window: number;
  autoCommit: boolean;
  /** Undefined: only what is newest, and what comes. */
  from: bigint | undefined;
  tags: Readonly<Record<string, string>>;
}

export interface Consumer extends ConsumerOptions {
  readonly port: ConsumerPort;
  readonly pending: Set<bigint>;
  /** The item that it got last. */
  index: bigint;
  activeAt: number;
}

/** A consumer that has gone. */
export interface FormerConsumer extends Pick<Consumer, "uid" | "window" | "autoCommit" | "tags" | "index"> {
  leftAt: number;
}

/** So many names of gone consumers are remembered for the attributes. */
const MAX_FORMER = 32;

/** Consumers that share a queue's items among them; each group sees all items that have its tags. */
export class ConsumerGroup {
  readonly consumers = new Map<string, Consumer>();
  readonly former = new Map<string, FormerConsumer>();
  /** In flight, by item. */
  readonly pending = new Map<bigint, Consumer>();
  /** Items that this group is done with while another is not. */
  readonly done = new Set<bigint>();
  /** Deliveries that came to nothing, by item. */
  readonly failures = new Map<bigint, number>();
  /** What waits for a consumer; kept only while there is one. */
  readonly ready = new ReadyList();
  delivered = 0;
  index = 0n;
  /** When the last consumer left; undefined while there is one. */
  leftAt: number | undefined;

  constructor(
    readonly id: string,
    public tags: Readonly<Record<string, string>>,
    public from: bigint,
  ) {}

  wants(item: QueueItem): boolean {
    return item.index >= this.from && !this.done.has(item.index) && hasTags(item, this.tags);
  }

  /** The consumer with a free slot that has least to do; of equals the one that waited longest. */
  nextConsumer(): Consumer | undefined {
    let best: Consumer | undefined;
    for (const consumer of this.consumers.values()) {
      if (!consumer.autoCommit && consumer.pending.size >= consumer.window) continue;
      if (best && consumer.pending.size >= best.pending.size) continue;
      if (consumer.port.canTake()) best = consumer;
    }
    // To the end of the row for the next time.
    if (best && this.consumers.size > 1) {
      this.consumers.delete(best.uid);
      this.consumers.set(best.uid, best);
    }
    return best;
  }

  /** Takes an item out of its consumer's window. */
  settle(index: bigint): void {
    this.pending.get(index)?.pending.delete(index);
    this.pending.delete(index);
  }

  forgetItem(index: bigint): void {
    this.settle(index);
    this.done.delete(index);
    this.failures.delete(index);
  }

  remember(consumer: Consumer, now: number): void {
    const { uid, window, autoCommit, tags, index } = consumer;
    this.former.delete(uid);
    this.former.set(uid, { uid, window, autoCommit, tags, index, leftAt: now });
    const oldest = this.former.keys().next().value;
    if (this.former.size > MAX_FORMER && oldest !== undefined) this.former.delete(oldest);
  }
}
