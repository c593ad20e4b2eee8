import { formatGoDuration } from "./duration";
import type { Consumer, ConsumerGroup, FormerConsumer } from "./group";
import { tagsText } from "./item";
import { LEAVING_MS, type QueueStream } from "./stream";

/* What a queue says of itself: all values are texts (reference: eas-gateway-and-queue.md §6.4). */

/** Names of the headers by which a client says who it is; clients read them here rather than know them. */
export const HEADERS = {
  user: "X-EAS-QueueService-Redis-Uid",
  group: "X-EAS-QueueService-Redis-Gid",
  priority: "X-EAS-QueueService-Redis-Priority",
} as const;

export function attributesOf(name: string, stream: QueueStream, now: number): Record<string, string> {
  const first = stream.items.keys().next().value;
  const last = [...stream.items.keys()].at(-1);
  const groups = [...stream.groups.values()].sort((a, b) => (a.id < b.id ? -1 : 1));
  const consumers = groups.flatMap((group) => consumerTexts(group, stream, now));
  const running = groups.reduce((sum, group) => sum + group.consumers.size, 0);
  return {
    "meta.backend": "memory",
    "meta.name": name,
    "meta.state": stream.endedIn === undefined ? "OK" : "End",
    "meta.maxPayloadBytes": String(stream.limits.maxPayloadBytes),
    "meta.header.user": HEADERS.user,
    "meta.header.group": HEADERS.group,
    "meta.header.priority": HEADERS.priority,
    "stream.length": String(stream.items.size),
    "stream.approxMaxLength": String(stream.limits.maxItems),
    // Absent while there is nothing: clients test for the key before they truncate.
    ...(first === undefined ? {} : { "stream.firstEntry": String(first) }),
    ...(last === undefined ? {} : { "stream.lastEntry": String(last) }),
    // Sources have it under both names.
    "consumers.status.total": String(running),
    "consumers.stats.total": String(running),
    ...numbered("consumers.list", consumers),
    ...numbered("groups.list", groups.map(groupText)),
  };
}

function numbered(key: string, texts: readonly string[]): Record<string, string> {
  return Object.fromEntries(texts.map((text, index) => [`${key}.[${index}]`, text]));
}

function consumerTexts(group: ConsumerGroup, stream: QueueStream, now: number): string[] {
  const present = [...group.consumers.values()].map((consumer) => ({
    uid: consumer.uid,
    text: consumerText(group, consumer, consumer.pending.size, "Running", now - consumer.activeAt),
  }));
  const unconsumed = [...stream.items.values()].some((item) => group.wants(item));
  const former = [...group.former.values()].map((consumer) => ({
    uid: consumer.uid,
    text: consumerText(group, consumer, 0, formerStatus(consumer, unconsumed, now), now - consumer.leftAt),
  }));
  return [...present, ...former].sort((a, b) => (a.uid < b.uid ? -1 : 1)).map(({ text }) => text);
}

function formerStatus({ leftAt }: FormerConsumer, unconsumed: boolean, now: number): string {
  if (!unconsumed) return "Complete";
  return now - leftAt < LEAVING_MS ? "Leaving" : "Exit";
}

function consumerText(
  group: ConsumerGroup,
  { uid, index, window, autoCommit, tags }: Pick<Consumer, "uid" | "index" | "window" | "autoCommit" | "tags">,
  pending: number,
  status: string,
  idleMs: number,
): string {
  const parts = [
    `Id: ${group.id}.${uid}`,
    `Index: ${index}`,
    `Pending: ${pending}`,
    `Status: ${status}`,
    `Idle: ${formatGoDuration(Math.max(0, idleMs))}`,
    `Window: ${window}`,
    `Slots: ${Math.max(0, window - pending)}`,
    `AutoCommit: ${autoCommit}`,
  ];
  if (Object.keys(tags).length > 0) parts.push(`Tags: ${tagsText(tags)}`);
  return parts.join(", ");
}

function groupText(group: ConsumerGroup): string {
  return [
    `Id: ${group.id}`,
    `Index: ${group.index}`,
    `Pending: ${group.pending.size}`,
    `Delivered: ${group.delivered}`,
    `Consumers: ${group.consumers.size}`,
  ].join(", ");
}
