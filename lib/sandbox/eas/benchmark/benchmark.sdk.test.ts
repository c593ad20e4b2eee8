import { afterEach, beforeEach, expect, test } from "vitest";
import { REGION, serviceConfig, startTestCloud, type TestCloud } from "@/lib/sandbox/eas/testing";
import { createSdk, type Sdk, SERVICES } from "@/lib/sandbox/eas/testing-sdk";

let cloud: TestCloud;
let sdk: Sdk;

beforeEach(async () => {
  cloud = await startTestCloud();
  sdk = createSdk(cloud.easPort);
  await sdk({ action: "CreateService", method: "POST", path: SERVICES, body: serviceConfig("foo") });
});
afterEach(() => cloud.close());

const TASKS = "/api/v2/benchmark-tasks";
const call = async (action: string, method: string, tail = "", body?: unknown, query?: Record<string, string>) =>
  (await sdk({ action, method, path: `${TASKS}${tail}`, body, query })).body;

test("a stress test from its creation to its end, through the real gateway", async () => {
  const body = JSON.stringify({
    base: { duration: 600, qps: 20 },
    service: { serviceName: "foo" },
    data: { content: "{}", dataType: "text" },
  });
  const created = await call("CreateBenchmarkTask", "POST", "", body);
  const { TaskName } = created;
  expect(created).toEqual({
    RequestId: expect.any(String),
    TaskName: expect.stringMatching(/^benchmark-foo-/),
    Region: REGION,
    Message: `Benchmark  task [${TaskName}] is Creating`,
  });
  const one = `/${REGION}/${TaskName}`;
  const described = () => call("DescribeBenchmarkTask", "GET", one);
  await expect.poll(async () => (await described()).Status).toBe("Running");
  expect(await described()).toMatchObject({
    TaskId: expect.stringMatching(/^eas-b-/),
    ServiceName: "foo",
    Reason: "RUNNING",
    Endpoint: `localhost:${cloud.gatewayPort}`,
  });
  const report = async () =>
    (await call("DescribeBenchmarkTaskReport", "GET", `${one}/report`, undefined, { ReportType: "RAW" })).Data as {
      StatusCode: Record<string, number>;
    };
  await expect.poll(async () => (await report()).StatusCode["200"], { timeout: 5000 }).toBeGreaterThan(3);
  expect(await call("ListBenchmarkTask", "GET", "", undefined, { ServiceName: "foo" })).toMatchObject({
    Tasks: [{ TaskName, Status: "Running", Region: REGION }],
    PageNumber: 1,
    PageSize: 100,
    TotalCount: 1,
  });
  expect((await call("StopBenchmarkTask", "PUT", `${one}/stop`)).Message).toBe(
    `Benchmark task [${TaskName}] is Stopping`,
  );
  await expect.poll(async () => (await described()).Status).toBe("Stopped");
  expect((await call("UpdateBenchmarkTask", "PUT", one, JSON.stringify({ base: { qps: 1 } }))).Message).toBe(
    `Benchmark task [${TaskName}] is Updating`,
  );
  expect((await call("StartBenchmarkTask", "PUT", `${one}/start`)).Message).toBe(
    `Benchmark task [${TaskName}] is Starting`,
  );
  expect((await call("DeleteBenchmarkTask", "DELETE", one)).Message).toBe(`Benchmark task [${TaskName}] is Deleting`);
  await expect
    .poll(() =>
      described().then(
        () => "there",
        (error: { code: string }) => error.code,
      ),
    )
    .toBe("InvalidBenchmarkTask.NotFound");
});
