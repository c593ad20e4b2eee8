import type { Clock } from "@/lib/clock";
import { systemClock } from "@/lib/clock";
import { accountOf, type Connection } from "@/lib/connection";
import { isSettled } from "@/lib/eas/status";
import { AppError } from "@/lib/errors";
import { once } from "@/lib/once";
import type { ServiceList, ServiceListItem } from "./view";

/**
 * The list of services, swept once for all who look at it. Each item knows the revision in which it last changed, so that
 * somebody who has seen one is told of the changes only: with thousands of services nearly nothing of a list is news.
 */
export interface ServiceSweeps {
  /** The list as it is, or what changed since `known` where that revision is still remembered. */
  read(connection: Connection, sweep: Sweep, known?: KnownList): Promise<ServiceList>;
  /** The same, and where the cloud does not answer what it said last. */
  readOrLast(connection: Connection, sweep: Sweep, known?: KnownList): Promise<ServiceList>;
  /** Somebody has just acted: the next reader does not get what was seen before. */
  poke(connection: Connection): void;
}

/** Asks the cloud for everything. */
export type Sweep = () => Promise<ServiceListItem[]>;

export interface KnownList {
  epoch: string;
  revision: number;
}

/** While something moves, and after an action, which the cloud's words show a moment later. */
const FRESH_WHILE_MOVING_MS = 2000;
/**
 * A sweep of a few services is one call, of thousands some twenty: the more there are, the longer an answer serves all. Who
 * has just made a service elsewhere and looks for it here must not be told that there is none.
 */
const FRESH_MS = { least: 1000, perService: 4, most: 8000 } as const;
const AFTER_POKE_MS = 20_000;
/** A list that nobody asks for is forgotten. */
const FORGOTTEN_MS = 10 * 60_000;
/** Names of services that are gone, for readers who were away that long. */
const REMOVED_KEPT = 5000;

interface State {
  epoch: string;
  revision: number;
  items: Map<string, { item: ServiceListItem; text: string; revision: number }>;
  removed: Map<string, number>;
  /** Readers of an older revision get all. */
  remembersSince: number;
  sweptAt: number;
  readAt: number;
  pokedAt: number;
  running?: Promise<void>;
}

export function createServiceSweeps(clock: Clock): ServiceSweeps {
  const states = new Map<string, State>();

  function stateOf(connection: Connection): State {
    const key = keyOf(connection);
    const now = clock.now();
    for (const [other, { readAt, running }] of states)
      if (other !== key && !running && now - readAt > FORGOTTEN_MS) states.delete(other);
    const known = states.get(key);
    if (known) return known;
    const state: State = {
      epoch: `${now.toString(36)}${Math.random().toString(36).slice(2, 8)}`,
      revision: 0,
      items: new Map(),
      removed: new Map(),
      remembersSince: 0,
      sweptAt: Number.NEGATIVE_INFINITY,
      readAt: now,
      pokedAt: Number.NEGATIVE_INFINITY,
    };
    states.set(key, state);
    return state;
  }

  function isFresh(state: State): boolean {
    const now = clock.now();
    if (state.pokedAt >= state.sweptAt) return false;
    const isMoving =
      now - state.pokedAt < AFTER_POKE_MS || [...state.items.values()].some(({ item }) => !isSettled(item.status));
    const { least, perService, most } = FRESH_MS;
    const settledMs = Math.min(most, Math.max(least, perService * state.items.size));
    return now - state.sweptAt < (isMoving ? Math.min(FRESH_WHILE_MOVING_MS, settledMs) : settledMs);
  }

  async function run(state: State, sweep: Sweep): Promise<void> {
    // What is acted on meanwhile may or may not be in the answer.
    const startedAt = clock.now();
    take(state, await sweep());
    state.sweptAt = startedAt;
  }

  async function refresh(connection: Connection, sweep: Sweep): Promise<State> {
    const state = stateOf(connection);
    state.readAt = clock.now();
    if (!isFresh(state)) {
      state.running ??= run(state, sweep).finally(() => {
        state.running = undefined;
      });
      await state.running;
    }
    return state;
  }

  return {
    async read(connection, sweep, known) {
      return tell(await refresh(connection, sweep), known);
    },
    async readOrLast(connection, sweep, known) {
      try {
        return tell(await refresh(connection, sweep), known);
      } catch (error) {
        const state = states.get(keyOf(connection));
        if (!(error instanceof AppError && error.retryable) || !state || state.revision === 0) throw error;
        return { ...tell(state, known), stale: { code: error.code, at: new Date(state.sweptAt).toISOString() } };
      }
    },
    poke(connection) {
      const state = states.get(keyOf(connection));
      if (state) state.pokedAt = clock.now();
    },
  };
}

function take(state: State, items: readonly ServiceListItem[]): void {
  const revision = state.revision + 1;
  let changed = state.revision === 0;
  const seen = new Set<string>();
  for (const item of items) {
    seen.add(item.name);
    const text = JSON.stringify(item);
    if (state.items.get(item.name)?.text === text) continue;
    state.items.set(item.name, { item, text, revision });
    state.removed.delete(item.name);
    changed = true;
  }
  for (const name of state.items.keys()) {
    if (seen.has(name)) continue;
    state.items.delete(name);
    state.removed.set(name, revision);
    changed = true;
  }
  if (changed) state.revision = revision;
  if (state.removed.size > REMOVED_KEPT) {
    state.removed.clear();
    state.remembersSince = state.revision;
  }
}

function tell(state: State, known: KnownList | undefined): ServiceList {
  const { epoch, revision, items, removed, remembersSince } = state;
  const since =
    known && known.epoch === epoch && known.revision >= remembersSince && known.revision <= revision
      ? known.revision
      : undefined;
  const all = [...items.values()];
  return {
    epoch,
    revision,
    since,
    items: (since === undefined ? all : all.filter((one) => one.revision > since)).map(({ item }) => item),
    removed: since === undefined ? [] : [...removed].flatMap(([name, at]) => (at > since ? [name] : [])),
    totalCount: items.size,
  };
}

function keyOf(connection: Connection): string {
  return [connection.id, connection.region, connection.eas.host, accountOf(connection)].join("\n");
}

/** The process's own. */
export function serviceSweeps(): ServiceSweeps {
  return once("service-sweeps", () => createServiceSweeps(systemClock));
}
