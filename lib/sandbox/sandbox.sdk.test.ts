import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import OSS from "ali-oss";
import { afterEach, beforeEach, describe, expect, test } from "vitest";
import { systemClock } from "@/lib/clock";
import { ACCOUNT, callEas, serviceConfig } from "@/lib/sandbox/eas/testing";
import { createClient } from "@/lib/sandbox/oss/testing";
import { baseModel, type Files } from "@/lib/sandbox/worker/testing/model";
import { PortInUse, type Sandbox, startSandbox } from "./sandbox";

/* The whole cloud: a model goes through OSS, a service reads it, its picture lies in OSS again. */

const ANY_PORTS = { oss: 0, eas: 0, gateway: 0, sts: 0, control: 0 };
const REGION = "cn-hangzhou";

let dataDir: string;
let sandbox: Sandbox;

const start = (ports = ANY_PORTS, folder = dataDir) =>
  startSandbox({ dataDir: folder, region: REGION, account: ACCOUNT, speed: 0, clock: systemClock, ports });

beforeEach(async () => {
  dataDir = await mkdtemp(join(tmpdir(), "easel-cloud-"));
  sandbox = await start();
});
afterEach(async () => {
  await sandbox.close();
  await rm(dataDir, { recursive: true, force: true });
});

const control = (path: string, body?: unknown) =>
  fetch(`http://localhost:${sandbox.ports.control}${path}`, {
    method: body === undefined ? "GET" : "POST",
    headers: { "content-type": "application/json" },
    body: body === undefined ? undefined : JSON.stringify(body),
  });

interface Status {
  soldOut: string[];
  services: { name: string; status: string }[];
}
const status = async (): Promise<Status> => (await control("/status")).json();
const statusOf = async (name: string) => (await status()).services.find((service) => service.name === name)?.status;

const oss = (bucket?: string) => createClient({ port: sandbox.ports.oss }, { ...ACCOUNT, bucket });

async function upload(files: Files): Promise<void> {
  await oss().putBucket("models");
  for (const [path, body] of Object.entries(files)) await oss("models").put(`base/${path}`, Buffer.from(body));
}

const diffusers = (name: string) =>
  serviceConfig(name, {
    container: {
      command: "python /home/pai/app.py --func_name base --oss_save_dir oss://models/out/ --region hangzhou",
    },
    top: {
      token: "a-token-of-ours",
      storage: [
        { mount_path: "/oss", oss: { path: "oss://models/base/" } },
        { mount_path: "/result", oss: { path: "oss://models/out/" } },
      ],
    },
  });

const eas = async (method: string, target: string, body?: unknown): Promise<Record<string, unknown>> => {
  const response = await callEas(sandbox.ports.eas, method, target, body);
  if (!response.ok) throw new Error(await response.text());
  return response.json();
};
const at = (name: string, tail = "") => `/api/v2/services/${REGION}/${name}${tail}`;
const create = (config: object) => eas("POST", "/api/v2/services", config);

const predict = (name: string) =>
  fetch(`http://localhost:${sandbox.ports.gateway}/api/predict/${name}`, {
    method: "POST",
    headers: { authorization: "a-token-of-ours" },
    body: JSON.stringify({
      task_id: "task-1",
      prompt: "a cat",
      negative_prompt: "",
      steps: 2,
      cfg_scale: 7,
      width: 64,
      height: 64,
      image_num: 1,
      seed: 1,
    }),
  });

describe("from a model in OSS to a picture in OSS", () => {
  test("a complete model", async () => {
    await upload(baseModel());
    await create(diffusers("painter"));
    await expect.poll(() => statusOf("painter"), { timeout: 10_000 }).toBe("Running");
    const response = await predict("painter");
    const answer: { success: number; oss_url: string[] } = await response.json();
    expect(answer).toMatchObject({
      success: 1,
      oss_url: [expect.stringMatching(/^oss:\/\/models\/out\/result\/task-1_/)],
    });
    const key = answer.oss_url[0]?.replace("oss://models/", "") ?? "";
    const { content } = await oss("models").get(key);
    expect(Buffer.from(content).subarray(1, 4).toString()).toBe("PNG");

    await sandbox.close();
    sandbox = await start();
    expect(await statusOf("painter")).toBe("Running");
    await expect.poll(async () => (await predict("painter")).status).toBe(200);
  });

  test("a model without a safety checker: Failed, with the container's own words in the log", async () => {
    const incomplete = Object.entries(baseModel()).filter(([path]) => !path.includes("safety_checker"));
    await upload(Object.fromEntries(incomplete));
    await create(diffusers("broken"));
    await expect.poll(() => statusOf("broken"), { timeout: 10_000 }).toBe("Failed");
    expect((await eas("GET", at("broken"))).Message).toMatch(
      /^Instance broken-.* not healthy: Instance crashed, please inspect instance log\.$/,
    );
    const { Logs } = await eas("GET", at("broken", "/logs"));
    expect(JSON.stringify(Logs)).toContain("You need to provide only one .ckpt model or one .safetensors model");
    expect((await predict("broken")).status).toBe(503);
  });
});

describe("the control port", () => {
  test("stock goes and returns", async () => {
    await upload(baseModel());
    const instanceType = "ml.gu7i.c8m30.1-gu30";
    expect(await (await control("/stock", { instanceType, available: false })).json()).toMatchObject({
      soldOut: [instanceType],
    });
    await create(diffusers("patient"));
    await expect
      .poll(async () => JSON.stringify((await eas("GET", at("patient", "/events"))).Events))
      .toContain("FailedScheduling");
    expect(await statusOf("patient")).toBe("Waiting");
    await control("/reset", {});
    await expect.poll(() => statusOf("patient"), { timeout: 10_000 }).toBe("Running");
  });

  test("a fault is given to the next call", async () => {
    await control("/faults", { operation: "ListServices", status: 429, code: "Throttling.User", message: "slow down" });
    const call = () => callEas(sandbox.ports.eas, "GET", "/api/v2/services");
    const refused = await call();
    expect([refused.status, await refused.json()]).toMatchObject([429, { Code: "Throttling.User" }]);
    expect((await call()).status).toBe(200);
  });

  test.each([
    ["an unknown instance type", "/stock", { instanceType: "x", available: true }, 400],
    ["an unknown action", "/clock", {}, 404],
    ["a status that is no error", "/faults", { operation: "*", status: 200, code: "x", message: "" }, 400],
  ])("refuses %s", async (_, path, body, expected) => {
    expect((await control(path, body)).status).toBe(expected);
  });

  test("refuses what a web page could send without being asked", async () => {
    const response = await fetch(`http://localhost:${sandbox.ports.control}/reset`, { method: "POST", body: "{}" });
    expect(response.status).toBe(415);
  });
});

test("a session that STS gives out works at OSS, also after a restart, and its roles stand in the status", async () => {
  const { roles } = (await (await control("/status")).json()) as { roles: string[] };
  expect(roles).toEqual(["easel-objects", "easel-operator"].map((name) => `acs:ram::${ACCOUNT.uid}:role/${name}`));
  await oss().putBucket("models");
  const sts = new OSS.STS({ ...ACCOUNT, endpoint: `http://localhost:${sandbox.ports.sts}` } as never);
  const statement = { Effect: "Allow", Action: "oss:PutObject", Resource: "acs:oss:*:*:models/mine/*" };
  const { credentials } = await sts.assumeRole(roles[0] ?? "", { Version: "1", Statement: statement }, 900, "alice");
  const session = () =>
    createClient(
      { port: sandbox.ports.oss },
      {
        bucket: "models",
        accessKeyId: credentials.AccessKeyId,
        accessKeySecret: credentials.AccessKeySecret,
        stsToken: credentials.SecurityToken,
      },
    );
  await session().put("mine/a", Buffer.from("x"));
  await expect(session().put("theirs/a", Buffer.from("x"))).rejects.toMatchObject({ code: "AccessDenied" });
  await sandbox.close();
  sandbox = await start();
  await session().put("mine/b", Buffer.from("x"));
});

test("STS does not know every action", async () => {
  const query = "Action=AssumeRoleWithOIDC&Version=2015-04-01";
  const response = await fetch(`http://localhost:${sandbox.ports.sts}/?${query}`);
  expect(response.status).toBe(404);
  expect(await response.text()).toContain("<Code>InvalidAction.NotFound</Code>");
});

test.each(["oss", "eas", "gateway", "sts", "control"] as const)(
  "the %s port in use: nothing is started",
  async (name) => {
    const taken = sandbox.ports[name];
    const other = join(dataDir, "other");
    await expect(start({ ...ANY_PORTS, [name]: taken }, other)).rejects.toEqual(new PortInUse(name, taken));
    expect((await status()).services).toEqual([]);
  },
);
