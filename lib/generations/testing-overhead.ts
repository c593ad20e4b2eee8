import { eq } from "drizzle-orm";
import { systemClock } from "@/lib/clock";
import { createEasClient } from "@/lib/eas/client";
import { sampleModel } from "@/lib/models/sample";
import { createOssClient } from "@/lib/oss/client";
import { TextToImageSchema } from "@/lib/playground/input";
import { toRequestBody, toRequestJson } from "@/lib/playground/request";
import { generations } from "@/lib/store/schema/generations";
import { createTestStore } from "@/lib/store/testing";
import { GENERATIONS_TOPIC, parseNews } from "./news";
import { submitGenerations } from "./submit";
import { startCloudProcess } from "./testing-cloud-process";
import { openConsole } from "./testing-console";

/**
 * How much longer a picture takes through the console than by a bare call of the same service, in turns: from the wish to
 * the news that every open page hears. For `npm run bench`; the last line is JSON.
 */

const ROUNDS = Number(process.argv[2] ?? 40);
const WARM_UP = 5;
const SERVICE = "bench";
const TOKEN = "a-token-of-ours";
const INPUT = TextToImageSchema.parse({ func: "t2i", prompt: "a cat", steps: 2, width: 64, height: 64, seed: "7" });

const [cloud, store] = await Promise.all([startCloudProcess(), createTestStore()]);
const { connection } = cloud;
const ctx = { connection, db: store.db, clock: systemClock, oss: createOssClient(connection) };
const eas = createEasClient(connection);
await ctx.oss.createBucket("pictures");
for (const { path, bytes } of sampleModel()) await ctx.oss.putObject("pictures", `models/${path}`, bytes);
await eas.createService(
  JSON.stringify({
    name: SERVICE,
    token: TOKEN,
    metadata: { name: SERVICE, instance: 1, rpc: { keepalive: 60_000 } },
    cloud: { computing: { instance_type: "ml.gu7i.c8m30.1-gu30" } },
    containers: [
      {
        image:
          "eas-registry-vpc.cn-hangzhou.cr.aliyuncs.com/pai-eas/diffuser-inference:2.2.1-py38-cu113-unbuntu2004-blade-public",
        command: "python /home/pai/app.py --func_name base --oss_save_dir oss://pictures/out/ --region hangzhou",
      },
    ],
    storage: [
      { mount_path: "/oss", oss: { path: "oss://pictures/models/", readOnly: false } },
      { mount_path: "/result", oss: { path: "oss://pictures/out/", readOnly: false } },
    ],
  }),
);
while ((await eas.describeService(SERVICE)).status !== "Running") await systemClock.sleep(100);
const own = openConsole(store, connection, {}, (error) => {
  throw error;
});

const newTask = () => `bench${Math.random().toString(36).slice(2, 12)}`;

async function bare(): Promise<void> {
  const body = toRequestJson(toRequestBody(INPUT, newTask()));
  const address = `http://${connection.gatewayHosts[0]}/api/predict/${SERVICE}`;
  const answer = await fetch(address, { method: "POST", headers: { authorization: TOKEN }, body });
  if (!answer.ok) throw new Error(`the bare call was answered ${answer.status}`);
  await answer.text();
}

async function through(): Promise<void> {
  const taskId = newTask();
  let settle = () => {};
  const news = new Promise<void>((resolve) => {
    settle = resolve;
  });
  const stop = own.exchange.subscribe(GENERATIONS_TOPIC, async (text) => {
    const id = parseNews(text)?.id;
    if (!id) return;
    const [row] = await store.db.select().from(generations).where(eq(generations.id, id));
    if (row?.taskId === taskId && row.status === "succeeded") settle();
  });
  await submitGenerations(ctx, { service: SERVICE, requests: [{ taskId, input: INPUT }] });
  await news;
  stop();
}

async function timed(work: () => Promise<void>): Promise<number> {
  const began = performance.now();
  await work();
  return performance.now() - began;
}

const median = (values: number[]) => [...values].sort((a, b) => a - b)[Math.floor(values.length / 2)] ?? 0;
const times = { bare: [] as number[], through: [] as number[] };
for (let round = -WARM_UP; round < ROUNDS; round++) {
  const pair = [await timed(bare), await timed(through)] as const;
  if (round < 0) continue;
  times.bare.push(pair[0]);
  times.through.push(pair[1]);
}
await own.end();
await cloud.close();
await store.close();
console.log(JSON.stringify({ rounds: ROUNDS, bareMs: median(times.bare), throughMs: median(times.through) }));
