import { execFile, execFileSync } from "node:child_process";
import { mkdir, mkdtemp, readdir, rm, symlink, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { promisify } from "node:util";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import type { Connection } from "@/lib/connection";
import { createEasClient, type EasClient } from "@/lib/eas/client";
import { connectTo, startTestSandbox } from "@/lib/eas/testing";
import type { Sandbox } from "@/lib/sandbox/sandbox";
import { applyPatches } from "@/lib/service-config/document";
import { EXPORT_KINDS, exportConfig } from "@/lib/service-config/exports/exports";
import type { ExportInput } from "@/lib/service-config/exports/input";
import { SOUND_DRAFT } from "@/lib/service-config/fixtures";
import { hideSecrets } from "@/lib/service-config/secrets";
import { toConfigJson, toEasConfig } from "@/lib/service-config/to-eas-config";

/** The exports as they are pasted: run by the programs that they are written for, against the imitated cloud. */

const run = promisify(execFile);
let sandbox: Sandbox;
let folder: string;
let eas: EasClient;

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), "easel-exports-"));
  sandbox = await startTestSandbox();
  await writePrograms();
  await symlink(join(process.cwd(), "node_modules"), join(folder, "node_modules"));
  const connection: Connection = connectTo(sandbox);
  eas = createEasClient(connection);
});

afterAll(async () => {
  await sandbox.close();
  await rm(folder, { recursive: true });
});

/** The vendor's own program and SDK cannot be had here: what stands in for them tells what they were given. */
async function writePrograms(): Promise<void> {
  const files = {
    "bin/eascmd": '#!/bin/sh\ncat "$2"\n',
    "python/alibabacloud_eas20210701/__init__.py": "",
    "python/alibabacloud_eas20210701/models.py":
      "class CreateServiceRequest:\n    def __init__(self, body):\n        self.body = body\n",
    "python/alibabacloud_eas20210701/client.py": `import json
class Client:
    def __init__(self, config):
        pass
    def create_service(self, request):
        self.body = json.dumps(request.body)
        return self
`,
    "python/alibabacloud_tea_openapi/__init__.py": "",
    "python/alibabacloud_tea_openapi/models.py": "class Config:\n    def __init__(self, **options):\n        pass\n",
  };
  for (const [path, text] of Object.entries(files)) {
    await mkdir(dirname(join(folder, path)), { recursive: true });
    await writeFile(join(folder, path), text, { mode: 0o755 });
  }
}

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
  eascmd: { file: "eascmd.sh", program: "bash" },
  python: { file: "deploy.py", program: "python3" },
  curl: { file: "deploy.sh", program: "bash" },
  typescript: { file: "deploy.mts", program: join(process.cwd(), "node_modules/.bin/tsx") },
} as const;

type Variables = Readonly<Record<string, string>>;

async function paste(kind: keyof typeof RUNNERS, input: ExportInput, variables: Variables = {}): Promise<string> {
  const { file, program } = RUNNERS[kind];
  await writeFile(join(folder, file), exportConfig(kind, input));
  const { accessKeyId, accessKeySecret } = sandbox.account;
  const keys = { ALIBABA_CLOUD_ACCESS_KEY_ID: accessKeyId, ALIBABA_CLOUD_ACCESS_KEY_SECRET: accessKeySecret };
  const path = `${join(folder, "bin")}:${process.env.PATH}`;
  const { stdout } = await run(program, [file], {
    cwd: folder,
    env: { NODE_ENV: "test", PATH: path, HOME: folder, PYTHONPATH: join(folder, "python"), ...keys, ...variables },
  });
  return stdout;
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

/** What every language has a meaning of its own for. */
const AWKWARD = `it's "$HOME" \`x\` \\n ${"$"}{y} %{z}\tü 图片`;
const VALUES = {
  SERVICE_HF_TOKEN: AWKWARD,
  SERVICE_HF_TOKEN_2: "another",
  SERVICE_DOCKER_AUTH: "dTpw",
  SERVICE_GIT_PASSWORD: "p4ss",
  SERVICE_CONTAINERS_COMMAND: "k3y",
};

/** A running service's, as the browser gets to see it: what is secret never came. */
function shown(name: string): { hidden: string; whole: string } {
  const command = `run --note '"$HOME" \\n ${"$"}{y} %{z} \f' --api-key=`;
  const withValues = (values: typeof VALUES, key: string) =>
    applyPatches(configOf(name), [
      { path: ["dockerAuth"], value: values.SERVICE_DOCKER_AUTH },
      {
        path: ["containers", 0, "env"],
        value: [
          { name: "HF_TOKEN", value: values.SERVICE_HF_TOKEN },
          { name: "NOTE", value: AWKWARD },
        ],
      },
      { path: ["containers", 0, "command"], value: `${command}${key} -x` },
      {
        path: ["storage", 2],
        value: { mount_path: "/code", git: { repo: "https://a/b", password: values.SERVICE_GIT_PASSWORD } },
      },
      {
        path: ["containers", 1],
        value: { image: "x", port: 8001, env: [{ name: "HF_TOKEN", value: values.SERVICE_HF_TOKEN_2 }] },
      },
    ]);
  return { hidden: hideSecrets(withValues(VALUES, "k3y")) ?? "", whole: withValues(VALUES, "k3y") };
}

/** The program, where this machine has it; the text itself is looked at above all the same. */
const terraform = ["terraform"].filter((program) => {
  try {
    execFileSync(program, ["version"], { stdio: "ignore" });
    return true;
  } catch {
    return false;
  }
});

describe("pasted with secrets", () => {
  const without = (name: string): Variables =>
    Object.fromEntries(Object.entries(VALUES).filter(([key]) => key !== name));

  it.each(["eascmd", "python", "curl", "typescript"] as const)(
    "%s reads them, and ends without one",
    async (kind) => {
      const { hidden, whole } = shown(`secretly_by_${kind}`);
      const input = { ...inputOf(`secretly_by_${kind}`), config: hidden };
      expect(exportConfig(kind, input)).not.toMatch(/\*{6}|\[hidden\]|p4ss|k3y/);
      // Slow to start: the last one is as good as any.
      for (const name of Object.keys(VALUES).slice(kind === "typescript" ? -1 : 0)) {
        await expect(paste(kind, input, without(name))).rejects.toThrow(new RegExp(`\\b${name}\\b`));
        await expect(eas.describeService(input.name)).rejects.toMatchObject({ code: "not_found" });
      }
      const said = await paste(kind, input, VALUES);
      const sent = kind === "eascmd" || kind === "python" ? said : (await eas.describeService(input.name)).config;
      expect(JSON.parse(sent ?? "")).toEqual(JSON.parse(whole));
    },
    60_000,
  );

  it("eascmd's script leaves no file behind that holds them", async () => {
    const own = await mkdtemp(join(folder, "tmp-"));
    await paste("eascmd", { ...inputOf("tidy"), config: shown("tidy").hidden }, { ...VALUES, TMPDIR: own });
    expect(await readdir(own)).toEqual([]);
  });

  it("Terraform's file declares each as a sensitive variable", () => {
    const text = exportConfig("terraform", { ...inputOf("declared"), config: shown("declared").hidden });
    expect(text).not.toMatch(/\*{6}|\[hidden\]|p4ss|k3y/);
    expect(text.match(/sensitive {3}= true/g)).toHaveLength(Object.keys(VALUES).length);
    for (const name of Object.keys(VALUES)) {
      expect(text).toContain(`variable "${name.toLowerCase()}" {`);
      expect(text).toContain(`var.${name.toLowerCase()}`);
    }
  });

  it("service.json is no JSON until each of them is filled in", () => {
    const { hidden, whole } = shown("by_hand");
    let text = exportConfig("json", { ...inputOf("by_hand"), config: hidden });
    for (const [name, value] of Object.entries(VALUES)) {
      expect(() => JSON.parse(text)).toThrow();
      const place = new RegExp(`<("(?:[^"\\\\]|\\\\.)*)\\$\\{${name}\\}((?:[^"\\\\]|\\\\.)*")>`);
      expect(text).toMatch(place);
      text = text.replace(place, (_, before, after) => before + JSON.stringify(value).slice(1, -1) + after);
    }
    expect(JSON.parse(text)).toEqual(JSON.parse(whole));
  });

  it.each(terraform)(
    "%s asks for them, and makes the very configuration",
    async (program) => {
      const { hidden, whole } = shown("by_terraform");
      const place = await mkdtemp(join(folder, "terraform-"));
      // The provider is not to be had here: what the resource would be given is told instead.
      const text = exportConfig("terraform", { ...inputOf("by_terraform"), config: hidden })
        .replace(/^terraform \{[\s\S]*?^\}\n\nprovider[\s\S]*?^\}\n/m, "")
        .replace(/resource "alicloud_pai_service" "by_terraform"/, 'output "service"')
        .replace("service_config =", "sensitive = true\n  value =");
      await writeFile(join(place, "service.tf"), text);
      const call = (args: string[], values: Variables) => {
        const variables = Object.entries(values).map(([key, value]) => [`TF_VAR_${key.toLowerCase()}`, value]);
        return run(program, args, {
          cwd: place,
          env: { NODE_ENV: "test", PATH: process.env.PATH, HOME: folder, ...Object.fromEntries(variables) },
        });
      };
      await call(["init", "-input=false"], {});
      for (const name of Object.keys(VALUES))
        await expect(call(["plan", "-input=false", "-no-color"], without(name))).rejects.toThrow(
          `variable "${name.toLowerCase()}"`,
        );
      const { stdout: plan } = await call(["apply", "-auto-approve", "-input=false", "-no-color"], VALUES);
      expect(plan).not.toContain("p4ss");
      const { stdout } = await call(["output", "-raw", "service"], {});
      expect(JSON.parse(stdout)).toEqual(JSON.parse(whole));
    },
    60_000,
  );
});
