import { and, eq, inArray } from "drizzle-orm";
import type { Clock } from "@/lib/clock";
import type { Context } from "@/lib/context.server";
import { type CallTarget, callTarget, forgetCallTarget } from "@/lib/generations/call-target";
import { GENERATIONS_TOPIC, parseNews, tell } from "@/lib/generations/news";
import type { GenerationState } from "@/lib/generations/states";
import type { Database } from "@/lib/store/database";
import type { Exchange } from "@/lib/store/exchange";
import { generations } from "@/lib/store/schema/generations";

export type Cloud = Pick<Context, "connection" | "eas" | "oss">;
export type Row = typeof generations.$inferSelect;
export type Change = Partial<typeof generations.$inferInsert>;

export interface GenerationWorld {
  db: Database;
  clock: Clock;
  exchange: Pick<Exchange, "subscribe">;
  /** Undefined when the connection is gone. */
  openCloud(connectionId: string): Promise<Cloud | undefined>;
  /** Marks the requests of this installation among those of others on the same queue. */
  installation(): Promise<string>;
  onError(error: unknown): void;
  patience?: Partial<Patience>;
}

/** How long what may pass is waited out. */
export interface Patience {
  /** Running, and the gateway does not find it: up to two minutes (eas-service-lifecycle.md §1), and some reserve. */
  notCallableMs: number;
  /** A service that starts, or comes back from no instance at all, pulls an image and loads a model. */
  coldStartMs: number;
  /** Its waiting line is full. */
  busyMs: number;
  /** After a time limit the service still draws. */
  searchLongMs: number;
  /** After a broken line the picture may be there already, or never come. */
  searchShortMs: number;
  /** The longest that a request whose caller died is looked for, from its beginning. */
  orphanMs: number;
  /** Between two attempts. */
  pauseMs: number;
  /** A put whose answer was lost is looked up once it can no longer be on its way. */
  unsureMs: number;
  /** A request that the queue no longer knows and that has no answer is given up. */
  missingMs: number;
  /** A call may be answered for so long after the process was asked to end. */
  finishMs: number;
}

const PATIENCE: Patience = {
  notCallableMs: 150_000,
  coldStartMs: 15 * 60_000,
  busyMs: 10 * 60_000,
  searchLongMs: 60_000,
  searchShortMs: 15_000,
  orphanMs: 120_000,
  pauseMs: 2_000,
  unsureMs: 3_000,
  missingMs: 30_000,
  finishMs: 8_000,
};

/** The pictures of one service, as the process that works on them sees it. */
export interface Lane {
  world: GenerationWorld;
  cloud: Cloud;
  connectionId: string;
  service: string;
  patience: Patience;
  target(): Promise<CallTarget>;
  forgetTarget(): void;
  /**
   * For one part of the work to wait by: until something may have changed, the time is over, or the signal ends. What changed
   * since its last nap ended, while the part looked and found nothing to do, ends the next one at once.
   */
  napper(): (ms: number, signal: AbortSignal) => Promise<void>;
  /** Something has changed. */
  wake(): void;
  /** Changes the row if it is in one of these states, tells everyone, and returns it; undefined if it was not. */
  change(id: string, from: readonly GenerationState[], change: Change): Promise<Row | undefined>;
  /** The credentials of a role end after hours, a lane may go on for days: takes those of the moment. */
  renew(): Promise<void>;
  close(): void;
}

/** Far below what is left of credentials that the vendor's chain hands out. */
const RENEW_MS = 60_000;

export function openLane(world: GenerationWorld, cloud: Cloud, connectionId: string, service: string): Lane {
  const sleepers = new Set<() => void>();
  let wakes = 0;
  const wake = () => {
    wakes++;
    for (const rouse of [...sleepers]) rouse();
  };
  const unsubscribe = world.exchange.subscribe(GENERATIONS_TOPIC, (text) => {
    const news = parseNews(text);
    if (news?.kind === "new" && news.connectionId === connectionId && news.service === service) wake();
  });
  let renewed = world.clock.now();
  const lane: Lane = {
    world,
    cloud,
    connectionId,
    service,
    patience: { ...PATIENCE, ...world.patience },
    target: () => callTarget({ ...lane.cloud, clock: world.clock }, service),
    forgetTarget: () => forgetCallTarget(lane.cloud, service),
    wake,
    napper() {
      let seen = wakes;
      return async (ms, signal) => {
        if (seen === wakes) {
          const waking = new AbortController();
          const rouse = () => waking.abort(new Error("awake"));
          sleepers.add(rouse);
          await world.clock.sleep(ms, AbortSignal.any([waking.signal, signal])).catch(() => undefined);
          sleepers.delete(rouse);
        }
        seen = wakes;
      };
    },
    change: (id, from, change) =>
      world.db.transaction(async (tx) => {
        const [row] = await tx
          .update(generations)
          .set(change)
          .where(and(eq(generations.id, id), inArray(generations.status, [...from])))
          .returning();
        if (row) await tell(tx, { connectionId, service, id, kind: "changed" });
        return row;
      }),
    async renew() {
      if (!lane.cloud.connection.chained || world.clock.now() - renewed < RENEW_MS) return;
      renewed = world.clock.now();
      lane.cloud = (await world.openCloud(connectionId)) ?? lane.cloud;
    },
    close: unsubscribe,
  };
  return lane;
}
