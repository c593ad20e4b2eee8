import { execFile } from "node:child_process";
import { mkdtemp, rm, symlink, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { promisify } from "node:util";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { systemClock } from "@/lib/clock";
import type { Connection } from "@/lib/connection";
import { createEasClient, type EasClient } from "@/lib/eas/client";
import { connectTo } from "@/lib/eas/testing";
import { type Sandbox, startSandbox } from "@/lib/sandbox/sandbox";
import { EXPORT_KINDS, exportConfig } from "@/lib/service-config/exports/exports";
import type { ExportInput } from "@/lib/service-config/exports/input";
import { SOUND_DRAFT } from "@/lib/service-config/fixtures";
import { toConfigJson, toEasConfig } from "@/lib/service-config/to-eas-config";

/** The exports as they are pasted: run by the programs that they are written for, against the imitated cloud. */

const run = promisify(execFile);
let sandbox: Sandbox;
let folder: string;
let eas: EasClient;

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), "easel-exports-"));
  sandbox = await startSandbox({
    dataDir: join(folder, "cloud"),
    region: "cn-hangzhou",
    account: { uid: "1234567890123456", accessKeyId: "LTAItest", accessKeySecret: "secret" },
    speed: 0,
    clock: systemClock,
    ports: { oss: 0, eas: 0, gateway: 0, sts: 0, control: 0 },
  });
  await symlink(join(process.cwd(), "node_modules"), join(folder, "node_modules"));
  const connection: Connection = connectTo(sandbox);
  eas = createEasClient(connection);
});

afterAll(async () => {
  await sandbox.close();
  await rm(folder, { recursive: true });
});

/** Quotes, blanks, what shells and templates expand, and a text of another script. */
function configOf(name: string): string {
  const draft = { ...SOUND_DRAFT, service: { ...SOUND_DRAFT.service, name, instances: 0 } };
  const config = toEasConfig(draft);
  const env = [{ name: "NOTE", value: `it's $HOME \`x\` ${"$"}{y} %{z} "quoted" \\n 图片` }];
  return toConfigJson({ ...config, containers: config.containers.map((container) => ({ ...container, env })) });
}

const inputOf = (name: string): ExportInput => ({
  name,
  config: configOf(name),
  region: "cn-hangzhou",
  endpoint: `http://localhost:${sandbox.ports.eas}`,
  isUpdate: false,
});

const RUNNERS = {
  curl: { file: "deploy.sh", program: "bash" },
  typescript: { file: "deploy.mts", program: join(process.cwd(), "node_modules/.bin/tsx") },
} as const;

async function paste(kind: keyof typeof RUNNERS, input: ExportInput): Promise<void> {
  const { file, program } = RUNNERS[kind];
  await writeFile(join(folder, file), exportConfig(kind, input));
  const { accessKeyId, accessKeySecret } = sandbox.account;
  const keys = { ALIBABA_CLOUD_ACCESS_KEY_ID: accessKeyId, ALIBABA_CLOUD_ACCESS_KEY_SECRET: accessKeySecret };
  await run(program, [file], {
    cwd: folder,
    env: { NODE_ENV: "test", PATH: process.env.PATH, HOME: folder, ...keys },
  });
}

describe("pasted", () => {
  it.each(["curl", "typescript"] as const)("%s makes the service, and changes it", async (kind) => {
    const input = inputOf(`by_${kind}`);
    await paste(kind, input);
    expect(JSON.parse((await eas.describeService(input.name)).config ?? "")).toMatchObject(JSON.parse(input.config));
    const changed = input.config.replace('"keepalive": 500000', '"keepalive": 600000');
    await paste(kind, { ...input, config: changed, isUpdate: true });
    expect((await eas.describeService(input.name)).config).toContain("600000");
  });

  it("eascmd's file holds the configuration to the letter", async () => {
    const input = inputOf("by_eascmd");
    await writeFile(join(folder, "eascmd.sh"), `eascmd() { echo "$@"; }\n${exportConfig("eascmd", input)}`);
    const { stdout } = await run("bash", ["eascmd.sh"], { cwd: folder });
    expect(stdout.trim()).toBe("create service.json");
    expect((await run("cat", ["service.json"], { cwd: folder })).stdout.trim()).toBe(input.config.trim());
  });

  it("is the configuration in every kind, and never a key", () => {
    for (const kind of EXPORT_KINDS) {
      const text = exportConfig(kind, inputOf("any"));
      expect(text).toContain("ml.gu7i.c8m30.1-gu30");
      expect(text).not.toContain(
        sandbox.account.accessKeySecret === "secret" ? '"secret"' : sandbox.account.accessKeySecret,
      );
    }
    expect(exportConfig("terraform", inputOf("any"))).toContain(`${"$$"}{y} %%{z}`);
  });
});
