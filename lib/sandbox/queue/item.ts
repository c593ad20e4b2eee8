/** How an item came in: what the container will be called with. */
export interface ItemCall {
  method: string;
  /** Path below the service's address with its query, without the reserved names. */
  url: string;
  headers: Record<string, string>;
}

export interface NewItem {
  data: Uint8Array;
  /** Always with `requestId`. */
  tags: Readonly<Record<string, string>>;
  /** Above 0 goes before everything of a lower number. */
  priority: number;
  call?: ItemCall;
}

export interface QueueItem extends NewItem {
  /** Fits a signed 64-bit number, but no JavaScript number. */
  readonly index: bigint;
}

/** An operation that the queue refuses, with what the caller reads. */
export class QueueRefusal extends Error {
  constructor(
    readonly status: number,
    message: string,
  ) {
    super(message);
  }
}

/** Delivery order: higher priority first, then first come. */
export function deliveryOrder(a: QueueItem, b: QueueItem): number {
  if (a.priority !== b.priority) return b.priority - a.priority;
  return a.index < b.index ? -1 : a.index > b.index ? 1 : 0;
}

export function hasTags(item: QueueItem, wanted: Readonly<Record<string, string>>): boolean {
  return Object.entries(wanted).every(([key, value]) => item.tags[key] === value);
}

export function sameTags(a: Readonly<Record<string, string>>, b: Readonly<Record<string, string>>): boolean {
  const keys = Object.keys(a);
  return keys.length === Object.keys(b).length && keys.every((key) => a[key] === b[key]);
}

/** As Go prints them: `tags[a=1 b=2]`, keys in order. */
export function tagsText(tags: Readonly<Record<string, string>>): string {
  const pairs = Object.keys(tags)
    .sort()
    .map((key) => `${key}=${tags[key]}`);
  return `tags[${pairs.join(" ")}]`;
}
