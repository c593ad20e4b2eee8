import { createHash } from "node:crypto";
import type { Clock } from "@/lib/clock";
import { accountOf, type Connection } from "@/lib/connection";
import { isSettled } from "@/lib/eas/status";
import type { Lease } from "@/lib/store/exchange";
import { alone, type Coordination } from "./coordination";
import { type LookClient, look } from "./look";
import type { Observation } from "./observation";
import { EMPTY_SNAPSHOT, type Snapshot, type WatchEvent } from "./snapshot";
import { type Beside, toSnapshot } from "./to-snapshot";

/**
 * One watcher for each service, however many people look on and however many processes they look through. Of the processes
 * that have somebody looking on, one leads: it asks EAS at a pace that fits the state, keeps the last answer and tells of
 * every change; the others read what it saw, and one of them takes over when it goes. A reader that is slow misses what lies
 * between, never the newest.
 */
export interface WatcherHub {
  watch(connection: Connection, name: string, signal: AbortSignal): AsyncGenerator<WatchEvent, void>;
  /** Look again now: somebody has just acted. */
  poke(connection: Connection, name: string): void;
  /** How many services are being watched. */
  size(): number;
}

/** What one look gave, for whoever keeps books of it and adds what EAS does not know. */
export interface Seen {
  connection: Connection;
  name: string;
  observation: Observation;
}

export interface HubOptions {
  clock: Clock;
  openEas(connection: Connection): LookClient;
  coordination?: Coordination;
  /** Only the process that leads calls it. */
  complete?(seen: Seen): Promise<Beside>;
}

const CHANGING_MS = 1500;
/** A start that takes longer than this is looked at less often. */
const PATIENCE_MS = 120_000;
const SLOWLY_CHANGING_MS = 3000;
const SETTLED_MS = 30_000;
/** After an action the cloud needs a moment before its words show it. */
const AFTER_POKE_MS = 20_000;
const FAILING_MS = 3000;
const FAILING_MAX_MS = 30_000;
/** A reload of the page, or the stream's own renewal, finds the watcher still there. */
const GRACE_MS = 10_000;
/** How soon after the death of the process that led another one takes over. */
const FOLLOWING_MS = 2000;

interface Watcher {
  connection: Connection;
  name: string;
  eas: LookClient;
  listeners: Set<() => void>;
  latest?: WatchEvent;
  /** What `latest` was made of, for telling whether anything changed. */
  text?: string;
  observation?: Observation;
  lease?: Lease;
  changingSince?: number;
  pokedAt: number;
  failures: number;
  /** Ends the pause between two looks. */
  wake: AbortController;
  /** Our own mistake ended it: whoever watches is told. */
  broken?: { error: unknown };
}

export function createWatcherHub({ clock, openEas, coordination = alone(), complete }: HubOptions): WatcherHub {
  const watchers = new Map<string, Watcher>();

  coordination.hear((news, key) => {
    const watcher = watchers.get(key);
    if (!watcher) return;
    if (news === "poke") watcher.pokedAt = clock.now();
    const isForFollowers = news !== "poke";
    if (isForFollowers !== Boolean(watcher.lease)) watcher.wake.abort();
  });

  function show(watcher: Watcher, latest: WatchEvent): void {
    watcher.latest = latest;
    for (const notify of [...watcher.listeners]) notify();
  }

  async function publish(key: string, watcher: Watcher, snapshot: Snapshot): Promise<void> {
    const text = JSON.stringify(snapshot);
    if (text === watcher.text && watcher.latest) return;
    if (text === watcher.text) return show(watcher, { id: (await coordination.read(key, 0))?.id ?? 1, snapshot });
    const id = await coordination.write(key, text);
    watcher.text = text;
    show(watcher, { id, snapshot });
    coordination.say("changed", key);
  }

  async function start(key: string, watcher: Watcher): Promise<void> {
    try {
      await run(key, watcher);
    } catch (error) {
      watcher.broken = { error };
    }
    watchers.delete(key);
    await giveUp(key, watcher);
    for (const notify of [...watcher.listeners]) notify();
  }

  async function run(key: string, watcher: Watcher): Promise<void> {
    let idleSince: number | undefined;
    for (;;) {
      idleSince = watcher.listeners.size > 0 ? undefined : (idleSince ?? clock.now());
      if (idleSince !== undefined && clock.now() - idleSince >= GRACE_MS) return;
      watcher.wake = new AbortController();
      const { wake } = watcher;
      // Nobody here looks on: let another process lead.
      if (idleSince !== undefined) await giveUp(key, watcher);
      const pause = idleSince === undefined ? await step(key, watcher) : GRACE_MS;
      await clock.sleep(pause, wake.signal).catch(() => undefined);
    }
  }

  /** Looks, or reads what another process saw. Returns how long to wait. */
  async function step(key: string, watcher: Watcher): Promise<number> {
    try {
      if (watcher.lease?.signal.aborted) watcher.lease = undefined;
      if (!watcher.lease) {
        watcher.lease = await coordination.lead(key);
        // What the process before this one saw last is what all others have.
        if (watcher.lease) watcher.text = (await coordination.read(key, 0))?.text ?? watcher.text;
      }
      if (!watcher.lease) {
        const news = await coordination.read(key, watcher.latest?.id ?? 0);
        if (news) show(watcher, { id: news.id, snapshot: JSON.parse(news.text) });
        return FOLLOWING_MS;
      }
    } catch {
      // The store does not answer, so nobody knows who leads.
      return FOLLOWING_MS;
    }
    await lookOnce(key, watcher);
    return paceOf(watcher);
  }

  async function giveUp(key: string, watcher: Watcher): Promise<void> {
    const { lease } = watcher;
    if (!lease) return;
    watcher.lease = undefined;
    await lease.release();
    coordination.say("free", key);
  }

  async function lookOnce(key: string, watcher: Watcher): Promise<void> {
    const { connection, name } = watcher;
    const seen = await look(watcher.eas, name, watcher.observation);
    watcher.observation = seen.observation;
    // A right that is missing for the log alone is no reason to look at the service less often.
    const isFailing = seen.error !== undefined && (!seen.isFresh || seen.error.retryable);
    watcher.failures = isFailing ? watcher.failures + 1 : 0;
    const { observation } = seen;
    const beside = observation && complete ? await complete({ connection, name, observation }) : {};
    let snapshot: Snapshot = observation
      ? toSnapshot(observation, clock.now(), beside)
      : { ...EMPTY_SNAPSHOT, isGone: seen.isGone };
    const since = watcher.latest?.snapshot.stale?.since ?? new Date(clock.now()).toISOString();
    if (seen.error) snapshot = { ...snapshot, stale: { code: seen.error.code, since } };
    try {
      await publish(key, watcher, snapshot);
    } catch {
      // The store is gone, and with it the lead. Those here see it all the same.
      show(watcher, { id: (watcher.latest?.id ?? 0) + 1, snapshot });
    }
  }

  function paceOf(watcher: Watcher): number {
    if (watcher.failures > 0) return Math.min(FAILING_MAX_MS, FAILING_MS * 2 ** (watcher.failures - 1));
    const service = watcher.observation?.service;
    const moving =
      service &&
      (!isSettled(service.status) ||
        (service.status === "Running" && service.instances.pending > 0) ||
        watcher.latest?.snapshot.restart);
    if (!moving) watcher.changingSince = undefined;
    else watcher.changingSince ??= clock.now();
    if (clock.now() - watcher.pokedAt < AFTER_POKE_MS) return CHANGING_MS;
    if (watcher.changingSince === undefined) return SETTLED_MS;
    return clock.now() - watcher.changingSince < PATIENCE_MS ? CHANGING_MS : SLOWLY_CHANGING_MS;
  }

  function open(connection: Connection, name: string): Watcher {
    const key = keyOf(connection, name);
    const existing = watchers.get(key);
    if (existing) {
      // Whoever comes last brings the freshest credentials.
      existing.connection = connection;
      existing.eas = openEas(connection);
      return existing;
    }
    const watcher: Watcher = {
      connection,
      name,
      eas: openEas(connection),
      listeners: new Set(),
      pokedAt: Number.NEGATIVE_INFINITY,
      failures: 0,
      wake: new AbortController(),
    };
    watchers.set(key, watcher);
    return watcher;
  }

  return {
    async *watch(connection, name, signal) {
      const key = keyOf(connection, name);
      const isNew = !watchers.has(key);
      const watcher = open(connection, name);
      const wasIdle = watcher.listeners.size === 0;
      let notify = () => {};
      const listener = () => notify();
      watcher.listeners.add(listener);
      signal.addEventListener("abort", listener);
      // An idle watcher sleeps out its grace: somebody is back.
      if (isNew) void start(key, watcher);
      else if (wasIdle) watcher.wake.abort();
      try {
        let seen: WatchEvent | undefined;
        while (!signal.aborted) {
          if (watcher.broken) throw watcher.broken.error;
          const latest = watcher.latest;
          if (latest && latest !== seen) {
            seen = latest;
            yield latest;
            continue;
          }
          await new Promise<void>((resolve) => {
            notify = resolve;
          });
        }
      } finally {
        signal.removeEventListener("abort", listener);
        watcher.listeners.delete(listener);
        // So that the grace is counted from now.
        if (watcher.listeners.size === 0) watcher.wake.abort();
      }
    },
    poke(connection, name) {
      coordination.say("poke", keyOf(connection, name));
    },
    size: () => watchers.size,
  };
}

/** The account is part of it: a connection may be changed to another one under the same id. */
function keyOf(connection: Connection, name: string): string {
  const { id, region, eas } = connection;
  const place = createHash("sha256")
    .update([region, eas.host, accountOf(connection)].join("\n"))
    .digest("base64url");
  return `${id}/${place.slice(0, 12)}/${name}`;
}
