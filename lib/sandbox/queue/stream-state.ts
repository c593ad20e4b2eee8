import { type Change, itemOf, putChange } from "./changes";
import { ConsumerGroup } from "./group";
import type { QueueItem } from "./item";

/** Kept for each item beside its data. */
const ITEM_OVERHEAD_BYTES = 256;

/** What a queue is made of, and how recorded changes lead there. Nothing in here records anything or gives anything out. */
export class StreamState {
  readonly items = new Map<bigint, QueueItem>();
  readonly groups = new Map<string, ConsumerGroup>();
  /** The highest index that was ever given. */
  last = 0n;
  bytes = 0;
  /** The process of the queue sub-service in which the stream was ended. */
  endedIn: string | undefined;

  /** A change as it was recorded once. */
  apply(change: Change): void {
    switch (change.op) {
      case "put":
        this.add(itemOf(change));
        return;
      case "remove":
        for (const index of change.indexes) this.remove(BigInt(index));
        return;
      case "done":
        this.groups.get(change.group)?.done.add(BigInt(change.index));
        return;
      case "failed":
        this.countFailure(this.groups.get(change.group), BigInt(change.index));
        return;
      case "group": {
        const known = this.groups.get(change.group);
        if (known) Object.assign(known, { tags: change.tags, from: BigInt(change.from) });
        else this.groups.set(change.group, new ConsumerGroup(change.group, change.tags, BigInt(change.from)));
        return;
      }
      case "forget":
        this.groups.delete(change.group);
        return;
      case "end":
        this.endedIn = change.process;
        return;
      case "open":
        this.endedIn = undefined;
        return;
      case "last":
        this.last = BigInt(change.index);
        return;
      default:
        change satisfies never;
    }
  }

  /** The shortest list of changes that leads here. */
  *changes(): Generator<Change> {
    yield { op: "last", index: String(this.last) };
    if (this.endedIn !== undefined) yield { op: "end", process: this.endedIn };
    for (const item of this.items.values()) yield putChange(item);
    for (const group of this.groups.values()) {
      yield { op: "group", group: group.id, tags: { ...group.tags }, from: String(group.from) };
      for (const index of group.done) yield { op: "done", group: group.id, index: String(index) };
      for (const [index, count] of group.failures)
        for (let n = 0; n < count; n++) yield { op: "failed", group: group.id, index: String(index) };
    }
  }

  protected add(item: QueueItem): void {
    this.items.set(item.index, item);
    this.bytes += item.data.length + ITEM_OVERHEAD_BYTES;
    if (item.index > this.last) this.last = item.index;
  }

  protected remove(index: bigint): void {
    const item = this.items.get(index);
    if (!item) return;
    this.items.delete(index);
    this.bytes -= item.data.length + ITEM_OVERHEAD_BYTES;
    for (const group of this.groups.values()) group.forgetItem(index);
  }

  protected countFailure(group: ConsumerGroup | undefined, index: bigint): number {
    const failures = (group?.failures.get(index) ?? 0) + 1;
    group?.failures.set(index, failures);
    return failures;
  }
}
