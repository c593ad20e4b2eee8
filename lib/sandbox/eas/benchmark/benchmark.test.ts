import { afterEach, beforeEach, expect, test } from "vitest";
import { type Listening, listen } from "@/lib/sandbox/core/listen";
import { serviceConfig } from "@/lib/sandbox/eas/testing";
import { type ManualCloud, openManualCloud, type Row } from "@/lib/sandbox/eas/testing-clock";

/* A task on a clock that the test moves; the gateway is a server that counts. */

let world: ManualCloud;
let gateway: Listening;
let seen: { path: string; token: string; body: string }[];
let answered: (() => void)[];
let status: number;

beforeEach(async () => {
  seen = [];
  answered = [];
  status = 200;
  gateway = await listen(async (incoming, response) => {
    const chunks: Buffer[] = [];
    for await (const chunk of incoming) chunks.push(Buffer.from(chunk));
    response.writeHead(status).end("done");
    seen.push({
      path: incoming.url ?? "",
      token: incoming.headers.authorization ?? "",
      body: Buffer.concat(chunks).toString(),
    });
    for (const wake of answered.splice(0)) wake();
  }, 0);
  world = await openManualCloud({ gatewayPort: () => gateway.port });
  await world.call("CreateService", {}, serviceConfig("demo"));
});
afterEach(async () => {
  await world.close();
  await gateway.close();
});

const config = (base: object = { duration: 10, qps: 2 }) => ({
  base,
  service: { serviceName: "demo" },
  data: { content: '{"prompt": "a cat"}' },
});
const create = async (body: object = config()) => String((await world.call("CreateBenchmarkTask", {}, body)).TaskName);
const described = (task: string) => world.call("DescribeBenchmarkTask", { task });
const report = async (task: string) => (await world.call("DescribeBenchmarkTaskReport", { task })).Data as Row;
const statusOf = async (task: string) => (await described(task)).Status;
const reach = (task: string, wanted: string) => world.until(async () => (await statusOf(task)) === wanted);

/** Moves the clock as requests really come back, which takes its own time. */
async function run(seconds: number, perSecond: number): Promise<void> {
  for (let n = 0; n < seconds; n++) {
    const before = seen.length;
    await world.clock.advance(1000);
    while (seen.length < before + perSecond) await new Promise<void>((resolve) => answered.push(resolve));
  }
}

test("really sends its requests, at its pace and for its time", async () => {
  const task = await create();
  expect(task).toMatch(/^benchmark-demo-[0-9a-f]{4}$/);
  expect(await statusOf(task)).toBe("Creating");
  await reach(task, "Running");
  expect(await described(task)).toMatchObject({
    DesiredAgent: 1,
    AvailableAgent: 1,
    Message: `Benchmark task [${task}] is Running`,
    Endpoint: `localhost:${gateway.port}`,
  });
  await run(9, 2);
  await world.clock.advance(1000);
  await reach(task, "Stopped");
  expect(seen.length).toBeGreaterThanOrEqual(18);
  expect(seen.length).toBeLessThanOrEqual(20);
  expect(seen[0]).toEqual({
    path: "/api/predict/demo",
    token: world.record("demo").token,
    body: '{"prompt": "a cat"}',
  });
  await expect.poll(async () => (await report(task)).Count).toBeGreaterThanOrEqual(18);
  expect(await report(task)).toMatchObject({
    StatusCode: { 200: expect.any(Number) },
    TotalReceive: expect.any(Number),
  });
});

test("takes down what the gateway refuses", async () => {
  status = 450;
  const task = await create({ ...config(), service: { serviceName: "demo", requestToken: "other" } });
  await reach(task, "Running");
  await run(3, 2);
  await expect.poll(async () => ((await report(task)).StatusCode as Row)["450"]).toBeGreaterThanOrEqual(5);
  expect(seen[0]?.token).toBe("other");
});

test("is stopped, started again and deleted", async () => {
  const task = await create();
  await reach(task, "Running");
  await run(2, 2);
  expect((await world.call("StopBenchmarkTask", { task })).Message).toBe(`Benchmark task [${task}] is Stopping`);
  await reach(task, "Stopped");
  const count = seen.length;
  await world.clock.advance(10_000);
  expect(seen).toHaveLength(count);
  await expect(world.call("StopBenchmarkTask", { task })).rejects.toMatchObject({ status: 409 });
  await world.call("StartBenchmarkTask", { task });
  await reach(task, "Running");
  expect((await report(task)).Count).toBe(0);
  await world.call("DeleteBenchmarkTask", { task });
  expect(await statusOf(task)).toBe("Deleting");
  await world.clock.advance(3000);
  await expect(described(task)).rejects.toMatchObject({ status: 404, code: "InvalidBenchmarkTask.NotFound" });
});

test("an update begins a running task anew", async () => {
  const task = await create();
  await reach(task, "Running");
  await world.call("UpdateBenchmarkTask", { task }, { base: { qps: 5 } });
  expect(await statusOf(task)).toBe("Updating");
  await reach(task, "Running");
  await run(3, 5);
});

test("goes on after a restart of the sandbox, to the end of its time", async () => {
  const task = await create();
  await reach(task, "Running");
  await run(3, 2);
  await expect.poll(async () => (await report(task)).Count).toBeGreaterThanOrEqual(5);
  await world.reopen();
  expect(await statusOf(task)).toBe("Running");
  expect((await report(task)).Count).toBeGreaterThanOrEqual(3);
  await run(6, 2);
  await world.clock.advance(1000);
  await reach(task, "Stopped");
});

test("data that are not there are an error", async () => {
  const task = await create({ ...config(), data: { path: "oss://nowhere/body.bin" } });
  await reach(task, "Error");
  expect(await described(task)).toMatchObject({ Message: expect.stringMatching(/nowhere/), AvailableAgent: 0 });
});

test("is listed by filters, and refused without a service", async () => {
  const first = await create();
  await world.clock.advance(1000);
  const second = await create();
  const names = async (query: string) =>
    ((await world.call("ListBenchmarkTask", {}, {}, query)).Tasks as Row[]).map(({ TaskName }) => TaskName);
  expect(await names("")).toEqual([second, first]);
  expect(await names("Sort=CreateTime&Order=asc&PageSize=1")).toEqual([first]);
  expect(await names(`Filter=${first.slice(-4)}&ServiceName=demo`)).toContain(first);
  expect(await names("ServiceName=other")).toEqual([]);
  expect(await names("Status=Error")).toEqual([]);
  expect(await names("RequestMethod=GET")).toEqual([]);
  expect(await names("ModelId=1")).toEqual([]);
  await expect(names("Status=Asleep")).rejects.toMatchObject({ status: 400 });
  await expect(create({ service: { serviceName: "nobody" } })).rejects.toMatchObject({ status: 400 });
});

test("the report as a page has the vendor's address", async () => {
  const task = await create();
  const { ReportUrl } = await world.call("DescribeBenchmarkTaskReport", { task }, {}, "ReportType=Report");
  expect(ReportUrl).toBe(`http://eas-benchmark.oss-cn-hangzhou.aliyuncs.com/summary/${task}.html`);
});
