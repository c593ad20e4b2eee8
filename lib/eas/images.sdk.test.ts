import { afterAll, beforeAll, expect, it } from "vitest";
import type { Sandbox } from "@/lib/sandbox/sandbox";
import { listImages } from "./images";
import { connectTo, startTestSandbox } from "./testing";

let sandbox: Sandbox;

beforeAll(async () => {
  sandbox = await startTestSandbox({ region: "cn-shanghai" });
});
afterAll(async () => {
  await sandbox.close();
});

it("lists the images that EAS can run, with addresses of the region", async () => {
  const images = await listImages(connectTo(sandbox, { region: "cn-shanghai" }));
  expect(images[0]).toMatchObject({
    name: "diffuser-inference",
    uri: expect.stringContaining("eas-registry-vpc.cn-shanghai.cr.aliyuncs.com/"),
    labels: { "system.chipType": "GPU" },
  });
});
