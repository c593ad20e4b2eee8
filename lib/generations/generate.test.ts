import http from "node:http";
import type { AddressInfo } from "node:net";
import { afterAll, beforeAll, expect, test } from "vitest";
import { createManualClock } from "@/lib/clock";
import type { Context } from "@/lib/context.server";
import { aService } from "@/lib/services/fixtures";
import { users } from "@/lib/store/schema/auth";
import { generations } from "@/lib/store/schema/generations";
import { createTestStore, type TestStore } from "@/lib/store/testing";
import { generate } from "./generate";

const CONFIG = JSON.stringify({
  storage: [{ mount_path: "/result", oss: { path: "oss://pictures/results/" } }],
});

let store: TestStore;
let gateway: http.Server;
let userId = "";
let answer: (response: http.ServerResponse) => void;
beforeAll(async () => {
  store = await createTestStore();
  const [user] = await store.db
    .insert(users)
    .values({ name: "mei", role: "artist", passwordHash: "x" })
    .returning({ id: users.id });
  userId = user?.id ?? "";
  gateway = http.createServer((_, response) => answer(response));
  await new Promise<void>((resolve) => gateway.listen(0, "127.0.0.1", resolve));
});
afterAll(async () => {
  gateway.close();
  await store.close();
});

let made = 0;
function context(): Context {
  const host = `127.0.0.1:${(gateway.address() as AddressInfo).port}`;
  // Another connection for each, so that no test meets what another remembered.
  const connection = {
    id: `test-${++made}`,
    region: "cn-hangzhou",
    credentials: { accessKeyId: "k", accessKeySecret: "s" },
    gatewayHosts: [host],
  };
  const parts = {
    connection,
    db: store.db,
    clock: createManualClock(),
    signal: new AbortController().signal,
    user: { id: userId, name: "mei", role: "artist" },
    eas: {
      describeService: async () => aService({ internetEndpoint: `http://${host}/api/predict/foo`, config: CONFIG }),
      describeServiceEndpoints: async () => ({ accessToken: "token", endpoints: [] }),
    },
    oss: { presignGet: async (bucket: string, key: string) => `https://${bucket}/${key}?signed` },
  };
  return parts as unknown as Context;
}

const ask = (ctx: Context) =>
  generate(ctx, {
    service: "foo",
    taskId: `task${made}abcd`,
    input: {
      func: "t2i",
      prompt: "a cat",
      negativePrompt: "",
      steps: 20,
      cfgScale: 7,
      width: 512,
      height: 512,
      imageNum: 1,
      saveDir: "result",
      loras: [],
      seed: "",
    },
  });
const rows = () => store.db.select().from(generations);

test("a picture is recorded with its 64-bit seed and signed", async () => {
  answer = (response) =>
    response.end(
      '{"success": 1, "seed": 12345678901234567890, "oss_url": ["oss://pictures/results/result/a.png"], "is_nsfw": [false]}',
    );
  const generation = await ask(context());
  expect(generation).toMatchObject({ status: "succeeded", seed: "12345678901234567890" });
  expect(generation.pictures.map(({ url }) => url)).toEqual(["https://pictures/results/result/a.png?signed"]);
});

test("what lies outside of the result folder is not signed, whatever the service answers", async () => {
  answer = (response) => response.end('{"success": 1, "oss_url": ["oss://secrets/keys/../private.pem"]}');
  const { pictures } = await ask(context());
  expect(pictures.map(({ bucket, key }) => `${bucket}/${key}`)).toEqual(["pictures/results/result/private.pem"]);
});

test("a refusal of the service is an outcome, with its code", async () => {
  answer = (response) => response.writeHead(460).end('{"error_code": 460, "error_msg": "bad steps", "success": 0}');
  expect(await ask(context())).toMatchObject({ status: "failed", serviceError: { kind: "input", code: 460 } });
});

test("an answer that never comes is an outcome too", async () => {
  answer = (response) => response.destroy();
  expect(await ask(context())).toMatchObject({ status: "failed", error: { code: "network" } });
});

test("no row is left as if it were still being made", async () => {
  answer = (response) => response.end("{}");
  const ctx = context();
  // A mistake of our own: this connection has no list of hosts.
  Reflect.deleteProperty(ctx.connection, "gatewayHosts");
  await expect(ask(ctx)).rejects.toThrow(TypeError);
  expect((await rows()).map(({ status }) => status)).not.toContain("running");
});
