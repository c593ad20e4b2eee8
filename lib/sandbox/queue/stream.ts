import type { Clock } from "@/lib/clock";
import { putChange } from "./changes";
import { type Consumer, ConsumerGroup, type ConsumerOptions, type ConsumerPort } from "./group";
import { deliveryOrder, type NewItem, type QueueItem, QueueRefusal, sameTags, tagsText } from "./item";
import { type Selection, select } from "./selection";
import type { StreamHooks, StreamLimits, StreamOptions } from "./stream-options";
import { StreamState } from "./stream-state";
import { Waiters } from "./waiters";

/*
 * One queue: items in order of their index, groups of consumers that each see all of them, consumers of a group that share
 * them (reference: eas-gateway-and-queue.md §4–7). No protocol and no file in here: every change is told to `record`, and
 * `apply` of stream-state.ts takes such changes back.
 *
 * An item goes when it is deleted, or when it was committed and every group that counts is done with it. A group counts
 * while it has consumers and for a while after the last has left, so that who comes back finds what it has not committed.
 */

/** Why a consumer's connection ended that may come back at once. */
export const CONNECTION_DROPPED = "connection dropped";

/** How long a group without consumers still counts: the "short time" of status Leaving, which no source puts in numbers. */
export const LEAVING_MS = 60_000;
export class QueueStream extends StreamState {
  readonly limits: StreamLimits;

  readonly #clock: Clock;
  readonly #record: StreamOptions["record"];
  readonly #hooks: StreamHooks;
  readonly #waiters: Waiters;
  readonly #spaceListeners = new Set<() => void>();
  readonly #closing = new AbortController();
  readonly #defer: (run: () => void) => void;
  #dispatchIsDue = false;

  constructor({ clock, limits, record, hooks = {}, defer = setImmediate }: StreamOptions) {
    super();
    this.#clock = clock;
    this.limits = limits;
    this.#record = record;
    this.#hooks = hooks;
    this.#defer = defer;
    this.#waiters = new Waiters(clock, this.#closing.signal);
    const stop = hooks.onChange?.(() => this.#spaceCame());
    if (stop) this.#closing.signal.addEventListener("abort", stop, { once: true });
  }

  get isFull(): boolean {
    return this.items.size >= this.limits.maxItems || this.bytes >= this.limits.maxBytes;
  }

  /** Calls of `get` that have not been answered. */
  get waiting(): number {
    return this.#waiters.size;
  }

  // Items

  put(item: NewItem): QueueItem {
    if (this.#closing.signal.aborted) throw new QueueRefusal(503, "queue is closed");
    if (this.endedIn !== undefined) throw new QueueRefusal(400, "stream is ended");
    if (item.data.length > this.limits.maxPayloadBytes)
      throw new QueueRefusal(
        413,
        `payload of ${item.data.length} bytes exceeds the limit of ${this.limits.maxPayloadBytes} bytes`,
      );
    if (this.isFull || this.#hooks.isFull?.()) throw new QueueRefusal(429, "queue is full");
    const added: QueueItem = { ...item, index: this.#nextIndex() };
    this.#record(putChange(added));
    this.add(added);
    for (const group of this.groups.values())
      if (group.consumers.size > 0 && group.wants(added)) group.ready.add(added);
    this.#dispatch();
    this.#waiters.cameIn(added);
    return added;
  }

  /** Waits until there are as many as asked for, or the time is over; what is there then is the answer. */
  async get(
    selection: Selection,
    options: { timeoutMs: number; autoDelete: boolean; signal?: AbortSignal },
  ): Promise<QueueItem[]> {
    const { timeoutMs, autoDelete, signal } = options;
    const take = (least: number): QueueItem[] | undefined => {
      const found = select(this.items, selection);
      if (found.length < least) return undefined;
      if (autoDelete) this.delete(found.map(({ index }) => index));
      return found;
    };
    const wanted = selection.start === "newest" ? 1 : selection.length;
    const atOnce = take(timeoutMs > 0 ? wanted : 0);
    if (atOnce) return atOnce;
    return this.#waiters.wait(selection, { wanted, timeoutMs, signal }, take);
  }

  delete(indexes: Iterable<bigint>): void {
    const present = [...indexes].filter((index) => this.items.has(index));
    if (present.length === 0) return;
    this.#record({ op: "remove", indexes: present.map(String) });
    for (const index of present) this.remove(index);
    this.#spaceCame();
    this.#dispatch();
  }

  /** Removes what is before `index`. */
  truncate(index: bigint): void {
    this.delete([...this.items.keys()].filter((one) => one < index));
  }

  /** Where an item stands for the group of who asks; undefined when it is not there. */
  search(gid: string, index: bigint): { consumer?: Consumer; ahead: number } | undefined {
    const item = this.items.get(index);
    if (!item) return undefined;
    const group = this.groups.get(gid);
    const consumer = group?.pending.get(index);
    if (consumer) return { consumer, ahead: 0 };
    const waiting = [...this.items.values()].filter((one) => !group?.pending.has(one.index));
    return { ahead: waiting.filter((one) => deliveryOrder(one, item) < 0).length };
  }

  count(priority?: number): number {
    if (priority === undefined) return this.items.size;
    return [...this.items.values()].filter((item) => item.priority === priority).length;
  }

  // Consumers

  /** Throws QueueRefusal when `join` would. */
  checkJoin({ gid, tags }: Pick<ConsumerOptions, "gid" | "tags">): void {
    const group = this.groups.get(gid);
    if (group && group.consumers.size > 0 && !sameTags(group.tags, tags))
      throw new QueueRefusal(
        400,
        `${tagsText(tags)} differ from ${tagsText(group.tags)} of the other consumers of group ${gid}`,
      );
  }

  /** The consumer is served at once and until `leave`. A name that is taken goes over to the newcomer. */
  join(options: ConsumerOptions, port: ConsumerPort): Consumer {
    this.checkJoin(options);
    const { tags } = options;
    const from = options.from ?? this.#newest() ?? this.last + 1n;
    let group = this.groups.get(options.gid);
    if (!group) {
      group = new ConsumerGroup(options.gid, tags, from);
      this.groups.set(options.gid, group);
      this.#recordGroup(group);
    }
    const namesake = group.consumers.get(options.uid);
    if (namesake) {
      this.leave(namesake);
      namesake.port.end("another consumer of the same name has come");
    }
    const first = group.consumers.size === 0;
    const start = first ? from : from < group.from ? from : group.from;
    if (!sameTags(group.tags, tags) || start !== group.from) {
      group.tags = tags;
      group.from = start;
      this.#recordGroup(group);
    }
    const consumer: Consumer = { ...options, port, pending: new Set(), index: 0n, activeAt: this.#clock.now() };
    group.consumers.set(options.uid, consumer);
    group.former.delete(options.uid);
    group.leftAt = undefined;
    group.ready.fill(this.#available(group));
    this.#dispatch();
    return consumer;
  }

  /** What the consumer has not committed goes back; `failed`: that delivery counts. */
  leave(consumer: Consumer, { failed = true } = {}): void {
    const group = this.groups.get(consumer.gid);
    if (group?.consumers.get(consumer.uid) !== consumer) return;
    group.consumers.delete(consumer.uid);
    group.remember(consumer, this.#clock.now());
    if (group.consumers.size === 0) {
      group.leftAt = this.#clock.now();
      this.#expireLater(group);
    }
    for (const index of [...consumer.pending]) this.#giveBack(group, index, failed);
    this.#dispatch();
  }

  commit(gid: string, indexes: Iterable<bigint>): void {
    const group = this.groups.get(gid);
    const committed = [...indexes].flatMap((index) => this.items.get(index) ?? []);
    for (const item of committed) this.#finish(group, item);
    this.#touch(group, committed);
    this.#dispatch();
  }

  /** `failed` false: the consumer is leaving and has not begun. */
  negative(gid: string, indexes: Iterable<bigint>, { failed = true } = {}): void {
    const group = this.groups.get(gid);
    if (!group) return;
    for (const index of indexes) if (group.pending.has(index)) this.#giveBack(group, index, failed);
    this.#dispatch();
  }

  // The stream

  /** `process` names the run of the queue sub-service: its next one begins with an open stream. */
  end(process: string, force: boolean): void {
    this.#record({ op: "end", process });
    this.endedIn = process;
    if (force) {
      const inFlight = new Set([...this.groups.values()].flatMap((group) => [...group.pending.keys()]));
      this.delete([...this.items.keys()].filter((index) => !inFlight.has(index)));
    }
    this.#dispatch();
  }

  openFor(process: string): void {
    if (this.endedIn === undefined || this.endedIn === process) return;
    this.#record({ op: "open" });
    this.endedIn = undefined;
  }

  /** A consumer that could not take more now can. */
  wake(): void {
    this.#dispatch();
  }

  /** Called when an item has gone. Returns how to stop. */
  onSpace(listener: () => void): () => void {
    this.#spaceListeners.add(listener);
    return () => this.#spaceListeners.delete(listener);
  }

  /** Who waits is answered with nothing; consumers are let go without a failed delivery. */
  close(): void {
    this.#closing.abort(new Error("queue closed"));
    for (const group of this.groups.values())
      for (const consumer of [...group.consumers.values()]) {
        this.leave(consumer, { failed: false });
        consumer.port.end("queue closed");
      }
  }

  /** After the last of the old changes: groups may come back for as long as if they had just left. */
  resume(): void {
    for (const group of this.groups.values()) {
      group.leftAt = this.#clock.now();
      this.#expireLater(group);
    }
  }

  #nextIndex(): bigint {
    const byTime = BigInt(Math.floor(this.#clock.now())) * 1_000_000n;
    return byTime > this.last ? byTime : this.last + 1n;
  }

  #newest(): bigint | undefined {
    return this.items.has(this.last) ? this.last : [...this.items.keys()].at(-1);
  }

  #available(group: ConsumerGroup): QueueItem[] {
    return [...this.items.values()].filter((item) => group.wants(item) && !group.pending.has(item.index));
  }

  /** The group is done with the item; it goes if it was the last that counts. */
  #finish(group: ConsumerGroup | undefined, item: QueueItem): void {
    group?.settle(item.index);
    const others = [...this.groups.values()].some((one) => one !== group && this.#counts(one) && one.wants(item));
    if (!others) {
      this.delete([item.index]);
      return;
    }
    if (!group || group.done.has(item.index)) return;
    group.done.add(item.index);
    this.#record({ op: "done", group: group.id, index: String(item.index) });
  }

  #counts(group: ConsumerGroup): boolean {
    return group.leftAt === undefined || this.#clock.now() - group.leftAt < LEAVING_MS;
  }

  #giveBack(group: ConsumerGroup, index: bigint, failed: boolean): void {
    group.settle(index);
    const item = this.items.get(index);
    if (!item) return;
    if (failed) {
      this.#record({ op: "failed", group: group.id, index: String(index) });
      const failures = this.countFailure(group, index);
      const { maxDelivery } = this.limits;
      if (maxDelivery > 0 && failures >= maxDelivery) {
        this.#finish(group, item);
        return;
      }
    }
    if (group.consumers.size > 0) group.ready.add(item);
  }

  #touch(group: ConsumerGroup | undefined, items: readonly QueueItem[]): void {
    if (!group || items.length === 0) return;
    const now = this.#clock.now();
    for (const consumer of group.consumers.values()) consumer.activeAt = now;
  }

  #recordGroup({ id, tags, from }: ConsumerGroup): void {
    this.#record({ op: "group", group: id, tags: { ...tags }, from: String(from) });
  }

  #expireLater(group: ConsumerGroup): void {
    const { leftAt } = group;
    this.#clock.sleep(LEAVING_MS, this.#closing.signal).then(
      () => {
        if (group.leftAt !== leftAt || this.groups.get(group.id) !== group) return;
        this.#sweep(group);
      },
      () => undefined,
    );
  }

  /** A group that counts no longer holds nothing back; what it had finished itself it still remembers. */
  #sweep(group: ConsumerGroup): void {
    const counting = [...this.groups.values()].filter((one) => this.#counts(one));
    const over = [...this.items.values()].filter(
      (item) =>
        [...this.groups.values()].some(({ done }) => done.has(item.index)) && !counting.some((one) => one.wants(item)),
    );
    this.delete(over.map(({ index }) => index));
    if (group.done.size > 0 || group.failures.size > 0) return;
    this.#record({ op: "forget", group: group.id });
    this.groups.delete(group.id);
  }

  #spaceCame(): void {
    for (const listener of [...this.#spaceListeners]) listener();
  }

  #dispatch(): void {
    if (this.#dispatchIsDue) return;
    this.#dispatchIsDue = true;
    this.#defer(() => {
      this.#dispatchIsDue = false;
      if (this.#closing.signal.aborted) return;
      for (const group of [...this.groups.values()]) this.#serve(group);
      if (this.endedIn !== undefined) this.#endConsumers();
    });
  }

  #serve(group: ConsumerGroup): void {
    for (let item = group.ready.first(); item; item = group.ready.first()) {
      const live = this.items.has(item.index) && group.wants(item) && !group.pending.has(item.index);
      const consumer = live ? group.nextConsumer() : undefined;
      if (live && !consumer) return;
      group.ready.shift();
      if (consumer) this.#deliver(group, consumer, item);
    }
  }

  #deliver(group: ConsumerGroup, consumer: Consumer, item: QueueItem): void {
    group.index = item.index;
    group.delivered += 1;
    consumer.index = item.index;
    consumer.activeAt = this.#clock.now();
    if (!consumer.autoCommit) {
      consumer.pending.add(item.index);
      group.pending.set(item.index, consumer);
    }
    consumer.port.send(item);
    if (consumer.autoCommit) this.#finish(group, item);
    if (!this.#hooks.dropsConsumer?.(consumer)) return;
    this.leave(consumer);
    consumer.port.end(CONNECTION_DROPPED);
  }

  /** Consumers of an ended stream are let go once their group has had everything. */
  #endConsumers(): void {
    for (const group of this.groups.values()) {
      if (group.pending.size > 0 || group.ready.first()) continue;
      for (const consumer of [...group.consumers.values()]) {
        this.leave(consumer);
        consumer.port.end("eos");
      }
    }
  }
}
