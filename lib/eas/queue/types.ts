/** Words for the two queues of an asynchronous service (reference: eas-gateway-and-queue.md §4–7). */

/** An index is a 64-bit number: decimal text, never a number. */
export interface QueueItem {
  index: string;
  /** `requestId` among them, and `lastCode` where the container answered with another status than 200. */
  tags: Readonly<Record<string, string>>;
  data: Uint8Array;
}

export interface PutReceipt {
  index: string;
  requestId: string;
}

export interface QueueAttributes {
  /** Items now, those that somebody works on included. */
  length: number;
  /** An estimate of how many there may be. */
  capacity?: number;
  maxPayloadBytes?: number;
  firstIndex?: string;
  lastIndex?: string;
  /** Watchers, the service's own instances included. */
  consumers?: number;
}

export interface GetOptions {
  /** Where to begin: 0 is the head, -1 the newest; with `length` 1 that item and no other. */
  index?: string;
  /** All must match. */
  tags?: Readonly<Record<string, string>>;
  length?: number;
  /** How long the queue waits for an item before it answers with none. */
  waitMs?: number;
  /** Takes what it reads out of the queue: whoever dies with it in hand has lost it. */
  autoDelete?: boolean;
  signal?: AbortSignal;
}

/** Where an item stands in the line. */
export type QueuePlace =
  | { state: "waiting"; ahead: number }
  /** Somebody works on it. */
  | { state: "working" }
  /** It was taken out. */
  | { state: "gone" };

export interface WatchOptions {
  /** Unacknowledged items in flight at most. */
  window?: number;
  tags?: Readonly<Record<string, string>>;
  signal: AbortSignal;
  /** Told of each connection that ended, and why if it was not in order, before the next is opened. */
  onReconnect?(reason: unknown): void;
}

/** One of the two queues. Every method rejects with AppError. */
export interface Queue {
  /** `path` and tags travel with the item: the container is called with both. */
  put(body: string, options?: { tags?: Readonly<Record<string, string>>; path?: string }): Promise<PutReceipt>;
  get(options?: GetOptions): Promise<QueueItem[]>;
  /** Also succeeds when they are gone. */
  delete(indexes: readonly string[]): Promise<void>;
  /** Acknowledges what a watch of the same group delivered. */
  commit(indexes: readonly string[]): Promise<void>;
  /** Gives back what a watch delivered, so that it is delivered again. */
  reject(indexes: readonly string[], code: string, reason?: string): Promise<void>;
  /** Removes everything before this index. */
  truncate(index: string): Promise<void>;
  attributes(): Promise<QueueAttributes>;
  place(index: string): Promise<QueuePlace>;
  /** Items as they come, over connections that are opened again whenever they end; what was not committed comes again. */
  watch(options: WatchOptions): AsyncGenerator<QueueItem, void>;
}
