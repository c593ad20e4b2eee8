import { expect } from "@playwright/test";
import { createTestStore } from "@/lib/store/testing";
import { test } from "./launching";
import { NOBODY } from "./settings";
import { addOwner } from "./store";

/* What a machine asks of a console: whether it lives, whether it can work and why not, what it counts, what it logs. */

test.use({ storageState: NOBODY });

const REQUEST_ID = "from-a-proxy-0001";

test("a console says whether it can work, counts, and names requests in its log", async ({ launch }, testInfo) => {
  const store = await createTestStore({ migrated: false });
  const start = launch({ EASEL_DATA: testInfo.outputPath("data"), DATABASE_URL: store.url });
  const url = await start.ready();
  const { token } = await addOwner(store);
  const authorization = `Bearer ${token}`;

  expect((await fetch(`${url}/api/health/live`)).status).toBe(200);
  const health = await fetch(`${url}/api/health`);
  expect(await health.json()).toEqual({ ok: true, setUp: true, version: expect.stringMatching(/^\d+\.\d+\.\d+$/) });

  const services = (headers: Record<string, string>) => fetch(`${url}/api/v1/services`, { headers });
  const named = await services({ authorization, "x-request-id": REQUEST_ID });
  expect([named.status, named.headers.get("x-request-id")]).toEqual([200, REQUEST_ID]);
  const odd = await services({ authorization, "x-request-id": 'odd" id' });
  expect(odd.headers.get("x-request-id")).toMatch(/^[0-9a-f-]{36}$/);

  expect((await fetch(`${url}/api/metrics`)).status).toBe(401);
  const metrics = await fetch(`${url}/api/metrics`, { headers: { authorization } });
  expect(metrics.headers.get("content-type")).toContain("text/plain");
  const text = await metrics.text();
  expect(text).toMatch(
    /^easel_http_request_seconds_count\{method="GET",route="\/api\/v1\/services",status="200"\} 2$/m,
  );
  expect(text).toMatch(/^easel_cloud_call_seconds_count\{product="eas",action="ListServices",outcome="ok"\} \d+$/m);
  expect(text).toMatch(/^easel_event_streams 0$/m);

  // The store is gone, and the process is not to blame.
  await store.close();
  const ill = await fetch(`${url}/api/health`);
  expect([ill.status, await ill.json()]).toEqual([
    503,
    { ok: false, version: expect.any(String), why: "the store does not answer" },
  ]);
  expect((await fetch(`${url}/api/health/live`)).status).toBe(200);
  const failed = await services({ authorization, "x-request-id": REQUEST_ID });
  expect([failed.status, failed.headers.get("x-request-id")]).toEqual([500, REQUEST_ID]);
  const line = () => start.output.err.split("\n").find((one) => one.includes(REQUEST_ID)) ?? "{}";
  await expect
    .poll(() => JSON.parse(line()))
    .toMatchObject({
      level: 50,
      msg: "unexpected error",
      where: `GET /api/v1/services ${REQUEST_ID}`,
    });
});
