import { expect, test } from "@playwright/test";
import { createQueue, sinkOf } from "@/lib/eas/queue/client";
import { generations } from "@/lib/store/schema/generations";
import { residentMb } from "./chaos/consoles";
import { readOn, type Viewer, watchLikeABrowser } from "./chaos/load";
import { makeTrouble, toggleOn, wishOn } from "./chaos/trouble";
import { BUCKET, openWorld, SERVICES, TOKEN, type World } from "./chaos/world";

/**
 * Kills, faults and load together; what must be so at the end is compared with what was asked for. Short among the stories;
 * `npm run chaos` takes ten minutes with five hundred viewers, and says what it saw.
 */

const SECONDS = Number(process.env.EASEL_CHAOS_SECONDS || 20);
const VIEWERS = Number(process.env.EASEL_CHAOS_VIEWERS || 60);
const isLong = SECONDS >= 120;
const TROUBLE_EVERY_MS = isLong ? 18_000 : 5_000;
const READERS = isLong ? 8 : 4;
/** A watcher is kept for ten seconds after its last viewer, a round of the running times takes less. */
const QUIET_MS = 45_000;
/** What the heap may hold more at the end than before its middle, after the garbage is out. */
const FLAT_MB = 20;

const PATHS = [
  "/",
  "/api/services",
  `/api/services/${SERVICES.queued}`,
  `/services/${SERVICES.queued}`,
  `/api/services/${SERVICES.queued}/generations`,
  "/gallery",
  "/api/gallery/facets",
  `/api/services/${SERVICES.toggled}/timeline`,
  "/api/health",
];

test.use({ storageState: { cookies: [], origins: [] } });
test.setTimeout((SECONDS + 240) * 1000);

test(`${SECONDS} seconds of kills, faults and load leave everything as it was asked for`, async () => {
  const world = await openWorld();
  const { consoles } = world;
  const viewers: Viewer[] = [];
  try {
    for (let at = 0; at < VIEWERS; at++) {
      // Most look at what changes rarely: each picture of a service goes to all who look at it.
      const service = at % 10 === 0 ? SERVICES.queued : SERVICES.toggled;
      viewers.push(watchLikeABrowser(consoles.next, `/api/services/${service}/live`, world.cookie));
    }
    const reads = readOn(consoles.next, PATHS, world.cookie, READERS);
    const memory = measureMemory(world);
    const over = AbortSignal.timeout(SECONDS * 1000);
    const [trouble, queued, direct, left] = await Promise.all([
      makeTrouble(world, TROUBLE_EVERY_MS, over),
      wishOn(world, SERVICES.queued, 900, over),
      wishOn(world, SERVICES.direct, 2_500, over),
      toggleOn(world, isLong ? 20_000 : 6_000, over),
    ]);
    await reads.stop();
    // The rest is worth knowing all the same.
    expect.soft(reads.broken).toEqual([]);
    expect.soft(consoles.unexpected).toEqual([]);

    const lost = await expectPictures(world, queued, direct, trouble.cloudKills + consoles.ends.killed);
    await expectEmptyQueues(world);
    expect(await world.statusOf(SERVICES.toggled)).toBe(left);
    await expectSeenByAll(viewers, left);
    const used = memory.stop();
    for (const viewer of viewers) viewer.close();
    if (process.env.EASEL_CHAOS_SECONDS) {
      const { killed, asked, slowestMs } = consoles.ends;
      const counts = [...reads.statuses].sort().map(([status, count]) => `${status || "no answer"}: ${count}`);
      console.log(
        [
          `${SECONDS} s, ${VIEWERS} viewers, ${READERS} readers`,
          `killed: ${killed} consoles, ${trouble.cloudKills} times the cloud; asked to end: ${asked} consoles, at most ${slowestMs.toFixed(0)} ms; faults: ${trouble.faults}`,
          `pictures: ${queued.length} through the queue, each there once; ${direct.length} by call, ${lost} of them said to be lost`,
          `reads: ${counts.join(", ")}`,
          `the steady console: heap after collection ${used.earlyMb.toFixed(0)} MB before the middle, ${used.lateMb.toFixed(0)} MB at the end; resident at most ${used.residentMb.toFixed(0)} MB`,
        ].join("\n"),
      );
    }
    await expectQuiet(world);
    // Caches fill for some minutes.
    if (SECONDS >= 600) expect(used.growthMb).toBeLessThan(FLAT_MB);
  } finally {
    for (const viewer of viewers) viewer.close();
    await world.close();
  }
});

/** Every wish has one record; by the queue all have their picture, by call those whose cloud was not killed under them. */
async function expectPictures(world: World, queued: string[], direct: string[], kills: number): Promise<number> {
  const all = () => world.store.db.select().from(generations);
  const open = async () =>
    (await all())
      .filter(({ status, sideCar }) => ["waiting", "queued", "running"].includes(status) || sideCar === "due")
      .map(({ taskId, status, waitReason }) => `${taskId} ${status} ${waitReason}`);
  await expect.poll(open, { timeout: 120_000, intervals: [500] }).toEqual([]);
  const rows = await all();
  expect(rows.map(({ taskId }) => taskId).sort()).toEqual([...queued, ...direct].sort());
  const failed = rows.filter(({ status }) => status !== "succeeded");
  const shown = failed.map(({ service, error, answer }) => ({ service, error, answer }));
  expect(shown.filter(({ service }) => service !== SERVICES.direct)).toEqual([]);
  expect(failed.length, JSON.stringify(shown)).toBeLessThanOrEqual(kills);
  const { objects } = await world.oss.listAllObjects(BUCKET, "out/result/", rows.length * 4);
  const keys = new Set(objects.map(({ key }) => key));
  const made = rows.filter(({ status }) => status === "succeeded");
  for (const { taskId, keys: own } of made) {
    expect(own).toEqual([expect.stringContaining(`out/result/${taskId}_`)]);
    expect(keys).toContain(own[0]);
    expect(keys).toContain(own[0]?.replace(".png", ".json"));
  }
  return failed.length;
}

/** The last answers that came a second time are taken out with the next one. */
async function expectEmptyQueues(world: World): Promise<void> {
  const body = { requests: [{ taskId: "lastofall", input: { func: "t2i", prompt: "last", steps: 2 } }] };
  const url = `${world.consoles.next()}/api/v1/services/${SERVICES.queued}/generations`;
  const answer = await fetch(url, { method: "POST", headers: world.headers, body: JSON.stringify(body) });
  expect(answer.status).toBe(200);
  const endpoint = `http://${world.cloud.connection.gatewayHosts[0]}/api/predict/${SERVICES.queued}`;
  const left = async (address: string) =>
    (await createQueue(world.cloud.connection, { endpoint: address, token: TOKEN }).attributes()).length;
  const both = async () => [await left(endpoint), await left(sinkOf(endpoint))];
  await expect.poll(both, { timeout: 30_000 }).toEqual([0, 0]);
}

async function expectSeenByAll(viewers: readonly Viewer[], status: string): Promise<void> {
  const missing = () =>
    viewers.filter(({ isConnected, last }, at) => {
      const wanted = at % 10 === 0 ? "Running" : status;
      return !isConnected || !last.includes(`"status":"${wanted}"`);
    }).length;
  await expect.poll(missing, { timeout: 45_000 }).toBe(0);
}

/** Nobody looks and nothing is due: no lock is held, no transaction is open, no stream is counted. */
async function expectQuiet(world: World): Promise<void> {
  const { pool } = world.store;
  const busy = async () => {
    const locks = await pool.query(
      `SELECT (classid::bigint << 32 | objid::bigint) AS key FROM pg_locks
       WHERE locktype = 'advisory' AND database = (SELECT oid FROM pg_database WHERE datname = current_database())`,
    );
    const held = await Promise.all(locks.rows.map(({ key }) => nameOfLock(world, key)));
    const open = await pool.query(
      "SELECT count(*)::int AS open FROM pg_stat_activity WHERE datname = current_database() AND state LIKE 'idle in transaction%'",
    );
    const streams = await Promise.all(world.consoles.urls().map((url) => metric(world, url, "easel_event_streams")));
    return { held, open: open.rows[0]?.open, streams: streams.reduce((sum, one) => sum + one, 0) };
  };
  await expect.poll(busy, { timeout: QUIET_MS, intervals: [250] }).toEqual({ held: [], open: 0, streams: 0 });
}

/** Locks are numbers: of what they may stand for, the name that gives this one. */
async function nameOfLock({ store: { pool } }: World, key: string): Promise<string> {
  const { rows } = await pool.query(
    `SELECT name FROM (
       SELECT 'round:embedded' AS name UNION SELECT 'prune:store'
       UNION SELECT 'follow:' || id || ' ' || state || ' ' || service || ' ' || started_at FROM followed_starts
       UNION SELECT 'generations:embedded' || chr(10) || service FROM generations
       UNION SELECT 'watch:' || key FROM watch_states) AS names
     WHERE hashtextextended(split_part(name, ' ', 1), 0) = $1::bigint`,
    [key],
  );
  return rows[0]?.name ?? key;
}

async function metric(world: World, url: string, name: string): Promise<number> {
  const answer = await fetch(`${url}/api/metrics`, { headers: world.headers });
  return Number(new RegExp(`^${name} (\\S+)$`, "m").exec(await answer.text())?.[1]);
}

/** Of the console that nobody kills: the least that its heap held in the second quarter and in the last one. */
function measureMemory(world: World) {
  const heap: number[] = [];
  let resident = 0;
  const looking = setInterval(async () => {
    resident = Math.max(resident, residentMb(world.consoles.steady.pid()));
    const bytes = await metric(world, world.consoles.steady.url, "easel_nodejs_heap_size_used_bytes").catch(() => 0);
    if (bytes > 0) heap.push(bytes / 1e6);
  }, 1_000);
  return {
    stop() {
      clearInterval(looking);
      const least = (from: number, to: number) =>
        Math.min(...heap.slice(Math.floor(heap.length * from), Math.ceil(heap.length * to)));
      const [earlyMb, lateMb] = [least(0.25, 0.5), least(0.75, 1)];
      return { earlyMb, lateMb, growthMb: lateMb - earlyMb, residentMb: resident };
    },
  };
}
