import { afterAll, beforeAll, expect, it, vi } from "vitest";
import { systemClock } from "@/lib/clock";
import { toContext } from "@/lib/context.server";
import { connectTo } from "@/lib/eas/testing";
import { createOssClient } from "@/lib/oss/client";
import { type FaultyCloud, startFaultyCloud } from "@/lib/sandbox/control/testing";
import { SOUND_DRAFT } from "@/lib/service-config/fixtures";
import { toConfigJson, toEasConfig } from "@/lib/service-config/to-eas-config";
import type { SseEvent } from "@/lib/sse";
import { type Exchange, openExchange } from "@/lib/store/exchange";
import { users } from "@/lib/store/schema/auth";
import { createTestStore, type TestStore } from "@/lib/store/testing";
import { createBookkeeper } from "./bookkeeper";
import { shared } from "./coordination";
import { liveEvents } from "./live-events";
import { recordDeed } from "./record";
import { serviceWatchers } from "./watchers";

/** The live stream as a browser reads it, which loses its line and comes back. */

const USER = { id: "00000000-0000-4000-8000-000000000000", name: "Ada", role: "owner" } as const;

let cloud: FaultyCloud;
let store: TestStore;
let exchange: Exchange;
let ctx: ReturnType<typeof toContext>;

beforeAll(async () => {
  [cloud, store] = await Promise.all([startFaultyCloud(), createTestStore()]);
  await store.db.insert(users).values({ ...USER, passwordHash: "-" });
  exchange = openExchange(store.pool);
  serviceWatchers(() => ({
    coordination: shared(exchange, store.db),
    complete: createBookkeeper({
      db: store.db,
      clock: systemClock,
      openOss: createOssClient,
      onError: (error) => {
        throw error;
      },
    }),
  }));
  const signal = new AbortController().signal;
  ctx = toContext({ connection: connectTo(cloud.sandbox), db: store.db, clock: systemClock, signal, user: USER });
});
afterAll(async () => {
  await exchange.close();
  await cloud.close();
  await store.close();
});

function read(name: string, lastEventId?: string) {
  const leaving = new AbortController();
  const events: SseEvent[] = [];
  const done = (async () => {
    for await (const event of liveEvents(ctx, { name }, leaving.signal, lastEventId)) events.push(event);
  })();
  return {
    events,
    async leave() {
      leaving.abort();
      await done;
      return String(events.at(-1)?.id);
    },
  };
}

const kinds = (events: readonly SseEvent[]) => events.map(({ event }) => event);
const statusOf = (event: SseEvent | undefined) => JSON.parse(event?.data ?? "{}").service?.status;

it("goes on after a break with what is new, and with nothing twice", async () => {
  const draft = { ...SOUND_DRAFT, service: { ...SOUND_DRAFT.service, name: "resumed", instances: 0 } };
  await ctx.eas.createService(toConfigJson(toEasConfig(draft)));
  const first = read("resumed");
  await vi.waitFor(() => expect(statusOf(first.events.at(-1))).toBe("Running"), { timeout: 10_000 });
  const id = await first.leave();
  expect(id).toMatch(/^\d+\.\d+$/);

  // Nothing has happened: nothing comes.
  const quiet = read("resumed", id);
  await systemClock.sleep(500);
  await quiet.leave();
  expect(quiet.events).toEqual([]);

  await recordDeed(ctx, "services.scale", "resumed", { instances: 2 });
  serviceWatchers().poke(ctx.connection, "resumed");
  const back = read("resumed", id);
  await vi.waitFor(() => expect(kinds(back.events)).toContain("timeline"), { timeout: 10_000 });
  await back.leave();
  const added = back.events.filter(({ event }) => event === "timeline").flatMap(({ data }) => JSON.parse(data));
  expect(added.map(({ kind, code, params }) => [kind, code, params])).toEqual([
    ["action", "scale", { instances: 2, by: "Ada" }],
  ]);

  // A browser that comes without a memory gets all of the present.
  const fresh = read("resumed");
  await vi.waitFor(() => expect(kinds(fresh.events)).toContain("snapshot"), { timeout: 10_000 });
  await fresh.leave();
});

it("takes what is no id of ours for a browser that comes for the first time", async () => {
  const strange = read("resumed", "17; DROP TABLE");
  await vi.waitFor(() => expect(kinds(strange.events)).toEqual(["snapshot"]), { timeout: 10_000 });
  await strange.leave();
});
