import { randomUUID } from "node:crypto";
import { afterAll, afterEach, beforeAll, beforeEach } from "vitest";
import { createSecretBox } from "@/lib/auth/secret-box";
import { type Clock, systemClock } from "@/lib/clock";
import type { Connection } from "@/lib/connection";
import { type Context, toContext } from "@/lib/context.server";
import type { Runner } from "@/lib/jobs/runner";
import { ACCOUNT, REGION, startTestServer, type TestServer } from "@/lib/sandbox/oss/testing";
import { type Exchange, openExchange } from "@/lib/store/exchange";
import { users } from "@/lib/store/schema/auth";
import { imports } from "@/lib/store/schema/imports";
import { createTestStore, type TestStore } from "@/lib/store/testing";
import { isOver } from "./kinds";
import { createImport, listImports } from "./manage";
import { createRemote, type RemotePolicy } from "./remote";
import type { ImportWorld } from "./run-import";
import { startImportRunner } from "./runner";
import { CreateImportSchema, type ImportView } from "./schemas";
import { type FileServer, startFileServer } from "./testing";

export const BUCKET = "imports-bucket";
export const MIB = 1024 * 1024;
export const BOX_KEY = new Uint8Array(32).fill(7);
/** Pauses between attempts are not waited out. */
const hasty: Clock = { now: () => Date.now(), sleep: (ms, signal) => systemClock.sleep(Math.min(ms, 20), signal) };

type Change = Partial<ImportWorld> & Partial<RemotePolicy>;

/** For one test file: its store, its OSS, and before each test a server of somebody else's. */
export function openImportWorld() {
  let oss: TestServer;
  let store: TestStore;
  let files: FileServer;
  let ctx: Context;
  let connection: Connection;
  let exchange: Exchange;
  const runners: Runner[] = [];
  const box = createSecretBox(BOX_KEY);

  beforeAll(async () => {
    [oss, store] = await Promise.all([startTestServer(), createTestStore()]);
    exchange = openExchange(store.pool);
    const endpoint = { protocol: "http", host: `localhost:${oss.port}` } as const;
    connection = {
      id: "test",
      kind: "saved",
      name: "test",
      region: REGION,
      credentials: ACCOUNT,
      eas: endpoint,
      workspace: endpoint,
      sts: endpoint,
      oss: { ...endpoint, pathStyle: true },
      gatewayHosts: [],
    };
    const user = { id: randomUUID(), name: "Ada", role: "owner" as const };
    await store.db.insert(users).values({ ...user, passwordHash: "-" });
    ctx = toContext({ connection, db: store.db, clock: systemClock, signal: new AbortController().signal, user });
    await ctx.oss.createBucket(BUCKET);
  });
  afterAll(async () => {
    await oss.remove();
    await exchange.close();
    await store.close();
  });
  beforeEach(async () => {
    files = await startFileServer();
  });
  afterEach(async () => {
    await stopRunner();
    await store.db.delete(imports);
    await files.close();
  });

  function start({ allowedHosts = [files.host], lookup, idleMs, ...rest }: Change = {}): Runner {
    const hub = { baseUrl: files.url("") };
    const runner = startImportRunner({
      exchange,
      world: {
        db: store.db,
        clock: hasty,
        box,
        pausesMs: [10, 10, 10, 10, 10],
        remote: createRemote({ allowedHosts, lookup, idleMs }),
        hubs: { huggingface: { ...hub, token: "hf_secret" }, modelscope: hub },
        openOss: async (id) => (id === "test" ? ctx.oss : undefined),
        ...rest,
      },
      onError: (error) => {
        throw error;
      },
      everyMs: 20,
    });
    runners.push(runner);
    return runner;
  }

  async function stopRunner(): Promise<void> {
    await Promise.all(runners.splice(0).map((runner) => runner.stop()));
  }

  const create = (input: unknown) => createImport(ctx, box, CreateImportSchema.parse(input));

  async function until(
    id: string,
    isIt: (view: ImportView) => boolean = ({ state }) => isOver(state),
  ): Promise<ImportView> {
    for (let tries = 0; tries < 600; tries++) {
      const view = (await listImports(ctx)).find((one) => one.id === id);
      if (view && isIt(view)) return view;
      await systemClock.sleep(20);
    }
    throw new Error("the import does not get there");
  }

  return {
    box,
    get store() {
      return store;
    },
    get files() {
      return files;
    },
    get ctx() {
      return ctx;
    },
    get connection() {
      return connection;
    },
    start,
    stopRunner,
    create,
    until,
    /** One file from the other server, begun and followed to its end. */
    async bring(path: string, more: { prefix: string; folder?: string }): Promise<ImportView> {
      const { id } = await create({ source: { kind: "url", url: files.url(path) }, bucket: BUCKET, ...more });
      return until(id);
    },
    async stored(key: string): Promise<Buffer | undefined> {
      const head = await ctx.oss.headObject(BUCKET, key);
      return head && Buffer.from(await ctx.oss.getObjectRange(BUCKET, key, 0, head.sizeBytes));
    },
    async keys(prefix: string): Promise<string[]> {
      return (await ctx.oss.listAllObjects(BUCKET, prefix, 100)).objects.map(({ key }) => key);
    },
    async halfDone(prefix: string): Promise<string[]> {
      return (await ctx.oss.listUploads(BUCKET, prefix, 100)).map(({ key }) => key);
    },
  };
}
