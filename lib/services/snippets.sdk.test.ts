import { execFile, execFileSync } from "node:child_process";
import { mkdir, mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join, resolve } from "node:path";
import sharp from "sharp";
import { afterAll, beforeAll, describe, expect, test, vi } from "vitest";
import type { Connection } from "@/lib/connection";
import { createEasClient, type EasClient } from "@/lib/eas/client";
import { callService } from "@/lib/eas/gateway";
import { connectTo, startTestSandbox } from "@/lib/eas/testing";
import { sampleWith, tensorFile } from "@/lib/models/testing";
import { createOssClient } from "@/lib/oss/client";
import type { SnippetFunction } from "@/lib/playground/snippets/parameters";
import { type SnippetLanguage, snippet } from "@/lib/playground/snippets/snippets";
import type { Sandbox } from "@/lib/sandbox/sandbox";
import { SOUND_DRAFT } from "@/lib/service-config/fixtures";
import { toConfigJson, toEasConfig } from "@/lib/service-config/to-eas-config";
import { callInformation, type Way } from "./call-information";
import { PYTHON_STAND_INS } from "./testing-python";

/** Snippets as they are pasted, run by whatever this machine can run them with, against the imitated cloud. */

interface Runtime {
  language: SnippetLanguage;
  /** What has to be there. */
  command: string;
  file: string;
  args?: string[];
}

const RUNTIMES: Runtime[] = [
  { language: "curl", command: "sh", file: "call.sh" },
  { language: "python", command: "python3", file: "call.py" },
  { language: "pythonSdk", command: "python3", file: "call.py" },
  {
    language: "typescript",
    command: process.execPath,
    args: [resolve("node_modules/tsx/dist/cli.mjs")],
    file: "call.mts",
  },
  { language: "go", command: "go", args: ["run"], file: "call.go" },
  { language: "java", command: "java", file: "Call.java" },
];

function works(command: string, args: string[]): boolean {
  try {
    execFileSync(command, args, { stdio: "ignore" });
    return true;
  } catch {
    return false;
  }
}

const PROBES: Record<SnippetLanguage, [string, string[]]> = {
  curl: ["curl", ["--version"]],
  python: ["python3", ["--version"]],
  pythonSdk: ["python3", ["--version"]],
  typescript: [process.execPath, ["--version"]],
  go: ["go", ["version"]],
  java: ["java", ["-version"]],
};
const found = RUNTIMES.filter(({ language }) => works(...PROBES[language]));
const missing = RUNTIMES.filter((runtime) => !found.includes(runtime));

let sandbox: Sandbox;
let folder: string;
let connection: Connection;
let eas: EasClient;
const calls = new Map<string, Way & { token: string }>();

const SERVICES = {
  snippets_base: {},
  snippets_control: { func: "controlnet" },
  snippets_async: { mode: "async" },
} as const;

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), "easel-snippets-"));
  sandbox = await startTestSandbox();
  connection = connectTo(sandbox);
  eas = createEasClient(connection);
  await putModel();
  for (const [name, changes] of Object.entries(SERVICES)) {
    const service = { ...SOUND_DRAFT.service, name, blade: false, translate: false, ...changes };
    await eas.createService(toConfigJson(toEasConfig({ ...SOUND_DRAFT, service })));
  }
  for (const name of Object.keys(SERVICES)) {
    await vi.waitFor(async () => expect((await eas.describeService(name)).status).toBe("Running"), 30_000);
    const token = (await eas.describeServiceEndpoints(name)).accessToken;
    const [way] = (await callInformation({ eas }, { name })).ways;
    if (way) calls.set(name, { ...way, token });
  }
  await writePictures();
  for (const [file, code] of Object.entries(PYTHON_STAND_INS)) {
    // Only what the machine lacks is stood in for.
    if (works("python3", ["-c", `import ${file}`])) continue;
    await writeFile(join(folder, `${file}.py`), code);
  }
});

afterAll(async () => {
  await sandbox.close();
  await rm(folder, { recursive: true });
});

async function putModel(): Promise<void> {
  const oss = createOssClient(connection);
  await oss.createBucket("pictures");
  const files = sampleWith({
    "controlnet/config.json": JSON.stringify({ _class_name: "ControlNetModel", cross_attention_dim: 768 }),
    "controlnet/diffusion_pytorch_model.safetensors": tensorFile({ "controlnet_cond_embedding.conv_in.weight": [1] }),
  });
  for (const [path, content] of Object.entries(files)) {
    const bytes = typeof content === "string" ? new TextEncoder().encode(content) : content;
    await oss.putObject("pictures", `models/sd15/${path}`, bytes);
  }
}

async function writePictures(): Promise<void> {
  const grey = { width: 256, height: 256, channels: 3 as const, background: "#808080" };
  const white = { ...grey, width: 128, background: "#ffffff" };
  await sharp({ create: grey }).png().toFile(join(folder, "input.png"));
  const half = await sharp({ create: white }).png().toBuffer();
  await sharp({ create: { ...grey, background: "#000000" } })
    .composite([{ input: half, left: 0, top: 0 }])
    .png()
    .toFile(join(folder, "mask.png"));
}

/** What the snippet prints. Not synchronously: the cloud lives in this very process. */
async function run(runtime: Runtime, code: string): Promise<string> {
  const place = await mkdtemp(join(folder, "run-"));
  await writeFile(join(place, runtime.file), code);
  await mkdir(join(folder, "go-cache"), { recursive: true });
  return new Promise((resolve, reject) => {
    execFile(
      runtime.command,
      [...(runtime.args ?? []), join(place, runtime.file)],
      {
        cwd: folder,
        timeout: 110_000,
        env: {
          ...process.env,
          PYTHONPATH: `${folder}:${process.env.PYTHONPATH ?? ""}`,
          GOFLAGS: "-mod=mod",
          GO111MODULE: "off",
        },
      },
      (error, stdout, stderr) =>
        error ? reject(new Error(`${error.message}\n${stderr}\n${stdout}`)) : resolve(stdout),
    );
  });
}

/** A picture was made, and it lies in the bucket. */
async function expectPicture(printed: string): Promise<void> {
  const answer = JSON.parse(/\{.*"success".*\}/.exec(printed)?.[0] ?? "null");
  expect(answer).toMatchObject({ success: 1, seed: "42" });
  const key = String(answer.oss_url[0])
    .replace("oss://pictures/", "")
    .replace(/\/{2,}/g, "/");
  expect((await createOssClient(connection).headObject("pictures", key))?.sizeBytes).toBeGreaterThan(0);
}

function informationOf(name: keyof typeof SERVICES): Way & { token: string } {
  const call = calls.get(name);
  if (!call) throw new Error(`${name} is not there`);
  return call;
}

const FUNCTIONS: SnippetFunction[] = ["t2i", "i2i", "inpaint", "outpaint", "controlnet"];

describe.each(found.filter(({ language }) => language !== "pythonSdk"))("$language, answered at once", (runtime) => {
  test.each(FUNCTIONS)(
    "%s makes a picture as pasted",
    async (func) => {
      const call = informationOf(func === "controlnet" ? "snippets_control" : "snippets_base");
      const code = snippet(runtime.language, { url: call.url, token: call.token, func, translate: false });
      const printed = await run(runtime, code);
      await expectPicture(printed);
    },
    120_000,
  );
});

describe.each(found)("$language, through the queue", (runtime) => {
  test("inpaint makes a picture as pasted, and nothing stays in the queue", async () => {
    const call = informationOf("snippets_async");
    const { url: input, sink: output = "" } = call;
    const place = { url: input, sink: output, token: call.token, translate: false };
    await expectPicture(await run(runtime, snippet(runtime.language, { ...place, func: "inpaint" })));
    const state = await callService(connection, {
      endpoint: output,
      token: call.token,
      method: "GET",
      path: "?_attrs_=true",
      timeoutMs: 5_000,
    });
    expect(JSON.parse(state.bodyText)["stream.length"]).toBe("0");
  }, 120_000);
});

describe.each(found)("$language, refused", (runtime) => {
  test("a wrong token is told and ends it", async () => {
    const call = informationOf("snippets_async");
    const { url: input, sink: output = "" } = call;
    const place = { url: input, sink: output, token: "wrong", translate: false };
    const said = await run(runtime, snippet(runtime.language, { ...place, func: "t2i" })).catch(String);
    expect(said).toMatch(/401|no result/);
  }, 120_000);
});

describe.each(missing)("$language", ({ language }) => {
  const [command] = PROBES[language];
  test(`was not run: it needs ${command}, which this machine lacks`, () => {
    expect(works(...PROBES[language])).toBe(false);
  });
});
