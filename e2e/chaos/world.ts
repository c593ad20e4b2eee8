import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { SESSION_COOKIE } from "@/lib/auth/cookie";
import { createSession } from "@/lib/auth/sessions";
import { systemClock } from "@/lib/clock";
import { createEasClient } from "@/lib/eas/client";
import { startCloudProcess } from "@/lib/generations/testing-cloud-process";
import { sampleModel } from "@/lib/models/sample";
import { createOssClient } from "@/lib/oss/client";
import { createControlClient } from "@/lib/sandbox/control/client";
import { createTestStore } from "@/lib/store/testing";
import { addOwner } from "../store";
import { startConsoles } from "./consoles";

/* Three consoles, their database and a cloud, with services that run and somebody who is signed in. */

export const TOKEN = "a-token-of-ours";
export const BUCKET = "pictures";
/** One with a queue, one that answers itself, one that is stopped and started all the time. */
export const SERVICES = { queued: "queued", direct: "direct", toggled: "toggled" } as const;

export type World = Awaited<ReturnType<typeof openWorld>>;

export async function openWorld() {
  const folder = mkdtempSync(join(tmpdir(), "easel-chaos-consoles-"));
  const [cloud, store] = await Promise.all([startCloudProcess(), createTestStore()]);
  const [eas, oss] = [createEasClient(cloud.connection), createOssClient(cloud.connection)];
  await oss.createBucket(BUCKET);
  for (const { path, bytes } of sampleModel()) await oss.putObject(BUCKET, `models/${path}`, bytes);
  for (const name of Object.values(SERVICES)) await eas.createService(JSON.stringify(configOf(name)));
  const statusOf = async (name: string) => (await eas.describeService(name)).status;
  for (const name of Object.values(SERVICES)) while ((await statusOf(name)) !== "Running") await systemClock.sleep(100);

  const { id, token } = await addOwner(store);
  const session = await createSession(store.db, systemClock, id, { address: "127.0.0.1", userAgent: "chaos" });
  const consoles = await startConsoles(3, { ...cloud.env, DATABASE_URL: store.url, EASEL_DATA: folder });
  return {
    cloud,
    store,
    eas,
    oss,
    consoles,
    statusOf,
    control: createControlClient(cloud.controlPort),
    cookie: `${SESSION_COOKIE}=${session}`,
    headers: { authorization: `Bearer ${token}`, "content-type": "application/json" },
    async close() {
      await consoles.close();
      await cloud.close();
      await store.close();
      rmSync(folder, { recursive: true, force: true });
    },
  };
}

function configOf(name: string) {
  return {
    name,
    token: TOKEN,
    metadata: {
      name,
      instance: 1,
      rpc: { keepalive: 60_000 },
      ...(name === SERVICES.queued && { type: "Async" }),
    },
    cloud: { computing: { instance_type: "ml.gu7i.c8m30.1-gu30" } },
    containers: [
      {
        image:
          "eas-registry-vpc.cn-hangzhou.cr.aliyuncs.com/pai-eas/diffuser-inference:2.2.1-py38-cu113-unbuntu2004-blade-public",
        command: `python /home/pai/app.py --func_name base --oss_save_dir oss://${BUCKET}/out/ --region hangzhou`,
      },
    ],
    storage: [
      { mount_path: "/oss", oss: { path: `oss://${BUCKET}/models/`, readOnly: false } },
      { mount_path: "/result", oss: { path: `oss://${BUCKET}/out/`, readOnly: false } },
    ],
  };
}
