import type { ItemCall, QueueItem } from "./item";

/** What happens to a queue, as it stands in the journal. Indexes are decimal texts, data is base64. */
export type Change =
  | {
      op: "put";
      index: string;
      tags: Record<string, string>;
      data: string;
      priority?: number;
      call?: ItemCall;
    }
  | { op: "remove"; indexes: string[] }
  /** A group is done with an item that others still wait for. */
  | { op: "done"; group: string; index: string }
  /** A delivery of the item to the group came to nothing. */
  | { op: "failed"; group: string; index: string }
  | { op: "group"; group: string; tags: Record<string, string>; from: string }
  | { op: "forget"; group: string }
  /** Ended while this process of the queue sub-service ran. */
  | { op: "end"; process: string }
  | { op: "open" }
  /** The highest index that was ever given. */
  | { op: "last"; index: string };

export function putChange({ index, tags, data, priority, call }: QueueItem): Change {
  return {
    op: "put",
    index: String(index),
    tags: { ...tags },
    data: Buffer.from(data.buffer, data.byteOffset, data.byteLength).toString("base64"),
    ...(priority > 0 ? { priority } : {}),
    ...(call ? { call } : {}),
  };
}

export function itemOf(change: Extract<Change, { op: "put" }>): QueueItem {
  return {
    index: BigInt(change.index),
    tags: change.tags,
    data: Buffer.from(change.data, "base64"),
    priority: change.priority ?? 0,
    ...(change.call ? { call: change.call } : {}),
  };
}
