import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, expect, it } from "vitest";
import { systemClock } from "@/lib/clock";
import { type Sandbox, startSandbox } from "@/lib/sandbox/sandbox";
import { listImages } from "./images";
import { connectTo } from "./testing";

let sandbox: Sandbox;
let folder: string;

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), "easel-images-"));
  sandbox = await startSandbox({
    dataDir: folder,
    region: "cn-shanghai",
    account: { uid: "1234567890123456", accessKeyId: "LTAItest", accessKeySecret: "secret" },
    speed: 0,
    clock: systemClock,
    ports: { oss: 0, eas: 0, gateway: 0, sts: 0, control: 0 },
  });
});
afterAll(async () => {
  await sandbox.close();
  await rm(folder, { recursive: true });
});

it("lists the images that EAS can run, with addresses of the region", async () => {
  const images = await listImages(connectTo(sandbox, { region: "cn-shanghai" }));
  expect(images[0]).toMatchObject({
    name: "diffuser-inference",
    uri: expect.stringContaining("eas-registry-vpc.cn-shanghai.cr.aliyuncs.com/"),
    labels: { "system.chipType": "GPU" },
  });
});
