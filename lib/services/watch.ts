import type { Clock } from "@/lib/clock";
import { systemClock } from "@/lib/clock";
import type { Connection } from "@/lib/connection";
import type { Context } from "@/lib/context.server";
import { createEasClient } from "@/lib/eas/client";
import { isSettled } from "@/lib/eas/status";
import { once } from "@/lib/once";
import { type LookClient, look, toSnapshot } from "./look";
import type { ServiceNameInput } from "./names";
import type { Observation } from "./observation";
import { EMPTY_SNAPSHOT, type Snapshot, type WatchEvent } from "./snapshot";

/**
 * One watcher for each service, however many people look on. It asks EAS at a pace that fits the state, keeps the last
 * answer and hands every change to all. A reader that is slow misses what lies between, never the newest.
 */
export interface WatcherHub {
  watch(connection: Connection, name: string, signal: AbortSignal): AsyncGenerator<WatchEvent, void>;
  /** Look again now: somebody has just acted. */
  poke(connection: Connection, name: string): void;
  /** How many services are being watched. */
  size(): number;
}

export interface HubOptions {
  clock: Clock;
  openEas(connection: Connection): LookClient;
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

interface Watcher {
  eas: LookClient;
  listeners: Set<() => void>;
  latest?: WatchEvent;
  /** What `latest` was made of, for telling whether anything changed. */
  text?: string;
  observation?: Observation;
  changingSince?: number;
  pokedAt: number;
  failures: number;
  /** Ends the pause between two looks. */
  wake: AbortController;
  /** Our own mistake ended it: whoever watches is told. */
  broken?: { error: unknown };
}

export function createWatcherHub({ clock, openEas }: HubOptions): WatcherHub {
  const watchers = new Map<string, Watcher>();
  /** Ids go on growing over the life of the process, so that a reconnecting browser never sees one twice. */
  let sequence = 0;

  function publish(watcher: Watcher, snapshot: Snapshot): void {
    const text = JSON.stringify(snapshot);
    if (text === watcher.text) return;
    watcher.text = text;
    watcher.latest = { id: ++sequence, snapshot };
    for (const notify of [...watcher.listeners]) notify();
  }

  async function start(key: string, name: string, watcher: Watcher): Promise<void> {
    try {
      await run(name, watcher);
    } catch (error) {
      watcher.broken = { error };
    }
    watchers.delete(key);
    for (const notify of [...watcher.listeners]) notify();
  }

  async function run(name: string, watcher: Watcher): Promise<void> {
    let idleSince: number | undefined;
    for (;;) {
      idleSince = watcher.listeners.size > 0 ? undefined : (idleSince ?? clock.now());
      if (idleSince !== undefined && clock.now() - idleSince >= GRACE_MS) return;
      if (idleSince === undefined) await lookOnce(name, watcher);
      const pause = idleSince === undefined ? paceOf(watcher) : GRACE_MS;
      watcher.wake = new AbortController();
      await clock.sleep(pause, watcher.wake.signal).catch(() => undefined);
    }
  }

  async function lookOnce(name: string, watcher: Watcher): Promise<void> {
    const seen = await look(watcher.eas, name, watcher.observation);
    watcher.observation = seen.observation;
    // A right that is missing for the log alone is no reason to look at the service less often.
    const isFailing = seen.error !== undefined && (!seen.isFresh || seen.error.retryable);
    watcher.failures = isFailing ? watcher.failures + 1 : 0;
    const snapshot = seen.observation ? toSnapshot(seen.observation) : { ...EMPTY_SNAPSHOT, isGone: seen.isGone };
    const since = watcher.latest?.snapshot.stale?.since ?? new Date(clock.now()).toISOString();
    publish(watcher, seen.error ? { ...snapshot, stale: { code: seen.error.code, since } } : snapshot);
  }

  function paceOf(watcher: Watcher): number {
    if (watcher.failures > 0) return Math.min(FAILING_MAX_MS, FAILING_MS * 2 ** (watcher.failures - 1));
    const service = watcher.observation?.service;
    const moving =
      service && (!isSettled(service.status) || (service.status === "Running" && service.instances.pending > 0));
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
      existing.eas = openEas(connection);
      return existing;
    }
    const watcher: Watcher = {
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
      if (isNew) void start(key, name, watcher);
      else if (wasIdle) watcher.wake.abort();
      try {
        let seen = 0;
        while (!signal.aborted) {
          if (watcher.broken) throw watcher.broken.error;
          const latest = watcher.latest;
          if (latest && latest.id > seen) {
            seen = latest.id;
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
      const watcher = watchers.get(keyOf(connection, name));
      if (!watcher) return;
      watcher.pokedAt = clock.now();
      watcher.wake.abort();
    },
    size: () => watchers.size,
  };
}

function keyOf({ id, region, eas, credentials }: Connection, name: string): string {
  return [id, region, eas.host, credentials.accessKeyId, name].join("\n");
}

/** The process's own watchers. Their clients are not bound to a request: they outlive the one that came first. */
export function serviceWatchers(): WatcherHub {
  return once("service-watchers", () =>
    createWatcherHub({ clock: systemClock, openEas: (connection) => createEasClient(connection) }),
  );
}

/** Yields the present state at once and then every change, until the signal ends. */
export function watchService(
  ctx: Pick<Context, "connection">,
  { name }: ServiceNameInput,
  signal: AbortSignal,
): AsyncGenerator<WatchEvent, void> {
  return serviceWatchers().watch(ctx.connection, name, signal);
}
