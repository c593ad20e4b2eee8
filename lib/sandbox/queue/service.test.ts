import { afterEach, beforeEach, expect, test } from "vitest";
import { callEas, serviceConfig, startTestCloud, type TestCloud } from "@/lib/sandbox/eas/testing";

let cloud: TestCloud;
const TOKEN = "a-token";
beforeEach(async () => {
  cloud = await startTestCloud();
});
afterEach(() => cloud.close());
const url = (path: string) => `http://localhost:${cloud.gatewayPort}/api/predict/${path}`;
const call = (path: string, init: RequestInit = {}) =>
  fetch(url(path), { ...init, headers: { authorization: TOKEN, ...init.headers } });

test("a request goes in, its answer comes out", async () => {
  await callEas(
    cloud.easPort,
    "POST",
    "/api/v2/services",
    serviceConfig("painter", { metadata: { type: "Async" }, top: { token: TOKEN } }),
  );
  await expect.poll(() => cloud.cloud.services.get("painter")?.status).toBe("Running");
  const put = await call("painter/sdapi/v1/txt2img?task_id=7", { method: "POST", body: "[{}]" });
  expect(put.status).toBe(200);
  const id = put.headers.get("x-eas-queueservice-request-id") ?? "";
  const result = await call(`painter/sink?requestId=${id}&_raw_=false`);
  expect(result.status).toBe(200);
});
