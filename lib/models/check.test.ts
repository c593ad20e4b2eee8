import { describe, expect, test } from "vitest";
import { AppError } from "@/lib/errors";
import { type CheckOptions, checkModel } from "./check";
import { checkpointCountMessage } from "./container";
import { FINDING_CODES, FINDING_RULES, type FindingCode } from "./findings";
import { MAX_BYTES_READ } from "./reader";
import { sampleModel } from "./sample";
import {
  checkpoint,
  type Entries,
  editedJson,
  filesOf,
  moved,
  pickleFile,
  sampleWith,
  sparseFile,
  tensorFile,
  toBytes,
} from "./testing";
import {
  bytesOf,
  CASES,
  type Case,
  controlnet,
  index,
  one,
  shardIndex,
  text,
  translate,
  unet,
  without,
  written,
} from "./testing-cases";
import type { ModelFile } from "./types";

const BASE: CheckOptions = { func: "base", blade: false, translate: false, closeSafety: false };

const given = (files: Case["files"]) => (Array.isArray(files) ? files : filesOf(files));

describe("findings", () => {
  test.each(CASES)("$code: $name", async ({ code, files, options, path, params }) => {
    const report = await checkModel(given(files), { ...BASE, ...options });
    const finding = report.findings.find((item) => item.code === code);
    expect(finding, JSON.stringify(report.findings)).toBeDefined();
    expect(finding?.level).toBe(FINDING_RULES[code].level);
    if (path !== undefined) expect(finding?.path).toBe(path);
    if (params !== undefined) expect(finding?.params).toMatchObject(params);
    expect(report.verdict.ok).toBe(!report.findings.some(({ level }) => level === "error"));
    expect(report.bytesRead).toBeLessThanOrEqual(MAX_BYTES_READ);
  });

  test("each has a case here", () => {
    const covered = new Set(CASES.map(({ code }) => code));
    expect(FINDING_CODES.filter((code) => !covered.has(code))).toEqual([]);
  });

  test("errors about the image's loaders are warnings with an image of one's own, damaged files are not", async () => {
    for (const { code, files, options } of CASES) {
      const report = await checkModel(given(files), { ...BASE, ...options, customImage: true });
      const rule: { level: string; imageOnly?: boolean } = FINDING_RULES[code];
      const expected = rule.level === "error" && rule.imageOnly ? "warning" : rule.level;
      expect(report.findings.find((item) => item.code === code)?.level, code).toBe(expected);
    }
  });
});

describe("optimized_model in a bucket", () => {
  const parts = {
    "optimized_model/encoder.pt": "x",
    "optimized_model/unet.pt": "x",
    "optimized_model/decoder.pt": "x",
  };
  const folder = { ...sampleWith(), ...parts };
  const converted = { ...one(checkpoint("sd15")), "base_model/unet/diffusion_pytorch_model.bin": "x", ...parts };
  const isOptimized = (path: string) => path.startsWith("optimized_model/");
  test.each<[string, Entries, (path: string) => number, FindingCode]>([
    ["newer than the weights", folder, (path) => (isOptimized(path) ? 2 : 1), "optimized_as_is"],
    ["of the same moment", folder, () => 1, "optimized_as_is"],
    ["older than the UNet", folder, (path) => (path === unet ? 2 : 1), "optimized_older"],
    ["one of the three is older", folder, (path) => (path.endsWith("decoder.pt") ? 1 : 2), "optimized_older"],
    ["older than a config", folder, (path) => (path === index ? 2 : 1), "optimized_as_is"],
    [
      "older than a stray checkpoint beside a whole folder",
      { ...folder, "base_model/x.ckpt": "1" },
      (path) => (path.endsWith(".ckpt") ? 2 : 1),
      "optimized_as_is",
    ],
    [
      "older than the one checkpoint",
      converted,
      (path) => (path.endsWith("model.safetensors") ? 2 : 1),
      "optimized_older",
    ],
    ["older than what the checkpoint became", converted, (path) => (path.endsWith(".bin") ? 2 : 1), "optimized_as_is"],
  ])("%s", async (_name, files, at, expected) => {
    const { findings } = await checkModel(written(files, at), { ...BASE, blade: true, inPlace: true });
    const codes = findings.map(({ code }) => code);
    expect(codes.filter((code) => /^optimized_(older|as_is)$/.test(code))).toEqual([expected]);
  });
});

describe("base_model rule", () => {
  const passing: [string, Entries, Partial<CheckOptions>, "diffusers" | "checkpoint", string][] = [
    ["all eight names", sampleWith(), {}, "diffusers", "sd15"],
    [
      "a stray checkpoint beside all eight",
      { ...sampleWith(), "base_model/x.ckpt": "1", "base_model/y.safetensors": "2" },
      { inPlace: true },
      "diffusers",
      "sd15",
    ],
    ["one .safetensors", one(checkpoint("sd15")), {}, "checkpoint", "sd15"],
    [
      "one .ckpt",
      {
        "base_model/m.ckpt": pickleFile([
          "model.diffusion_model.input_blocks.0.0.weight",
          "cond_stage_model.transformer.text_model.x",
          "first_stage_model.x",
        ]),
      },
      {},
      "checkpoint",
      "sd15",
    ],
    [
      "one .ckpt of SD 2",
      {
        "base_model/m.ckpt": pickleFile([
          "model.diffusion_model.input_blocks.0.0.weight",
          "cond_stage_model.model.transformer.x",
          "first_stage_model.x",
        ]),
      },
      {},
      "checkpoint",
      "sd2",
    ],
    [
      "a checkpoint in a subfolder does not count",
      { ...one(checkpoint("sd15")), "base_model/old/b.safetensors": "x" },
      {},
      "checkpoint",
      "sd15",
    ],
    [
      "endings are case-sensitive",
      { ...one(checkpoint("sd15")), "base_model/b.SAFETENSORS": "x" },
      {},
      "checkpoint",
      "sd15",
    ],
    [
      "empty folders satisfy the names when the index switches them off",
      {
        ...sampleWith({
          "base_model/safety_checker/": undefined,
          "base_model/feature_extractor/": undefined,
          [index]: editedJson(index, { safety_checker: [null, null], feature_extractor: [null, null] }),
        }),
        "base_model/safety_checker/": "",
        "base_model/feature_extractor/": "",
      },
      { inPlace: true },
      "diffusers",
      "sd15",
    ],
    [
      "a checker without weights passes with --close_safety",
      without("base_model/safety_checker/model.safetensors"),
      { closeSafety: true },
      "diffusers",
      "sd15",
    ],
    [
      "weights as .bin",
      sampleWith({ [unet]: undefined, "base_model/unet/diffusion_pytorch_model.bin": pickleFile(["conv_in.weight"]) }),
      {},
      "diffusers",
      "sd15",
    ],
    [
      "a sharded text encoder",
      sampleWith({
        [text]: undefined,
        "base_model/text_encoder/model.safetensors.index.json": shardIndex,
        "base_model/text_encoder/model-1.safetensors": bytesOf(text),
        "base_model/text_encoder/model-2.safetensors": bytesOf(text),
      }),
      {},
      "diffusers",
      "sd15",
    ],
    ["ControlNet that fits", { ...sampleWith(), ...controlnet(768) }, { func: "controlnet" }, "diffusers", "sd15"],
    [
      "ControlNet elsewhere in the root",
      { ...sampleWith(), ...moved(controlnet(768), (path) => `more/${path}`) },
      { func: "controlnet" },
      "diffusers",
      "sd15",
    ],
    ["translation", { ...sampleWith(), ...translate("zh") }, { translate: true }, "diffusers", "sd15"],
    [
      "one LoRA at start",
      {
        ...sampleWith(),
        "lora_model/a.safetensors": tensorFile({ "lora_unet_x_attn2_to_k.lora_down.weight": [1, 768] }),
      },
      {},
      "diffusers",
      "sd15",
    ],
    [
      "a config with NaN, as Python writes it",
      sampleWith({ "base_model/scheduler/scheduler_config.json": '{"_class_name":"PNDMScheduler","x":NaN}' }),
      {},
      "diffusers",
      "sd15",
    ],
  ];
  test.each(passing)("loads: %s", async (_name, files, options, loadsVia, kind) => {
    const report = await checkModel(filesOf(files), { ...BASE, ...options });
    expect(report.findings.filter(({ level }) => level === "error")).toEqual([]);
    expect(report.verdict).toMatchObject({ ok: true, loadsVia, kind });
  });

  test.each([
    ["nothing", { "base_model/readme.txt": "x" }, 0, 0],
    ["an incomplete folder", without("base_model/feature_extractor/"), 0, 0],
    ["two checkpoints", { "base_model/a.ckpt": "1", "base_model/b.ckpt": "2" }, 2, 0],
    ["one of each", { "base_model/a.ckpt": "1", "base_model/b.safetensors": "2" }, 1, 1],
    [
      "an incomplete folder beside two",
      { ...without("base_model/feature_extractor/"), "base_model/a.safetensors": "1", "base_model/b.safetensors": "2" },
      0,
      2,
    ],
  ])("fails with the container's own line: %s", async (_name, files, ckpt, safetensors) => {
    const report = await checkModel(filesOf(files), BASE);
    expect(report.verdict).toMatchObject({ ok: false, loadsVia: null });
    expect(report.findings[0]?.says).toBe(checkpointCountMessage(ckpt, safetensors));
    expect(report.findings[0]?.params).toMatchObject({ ckpt, safetensors });
  });

  test("the line is the container's, word for word", () => {
    expect(checkpointCountMessage(2, 1)).toBe(
      "You need to provide only one .ckpt model or one .safetensors model to convert. But got .ckpt: 2 and .safetensors: 1",
    );
  });
});

describe("repairs", () => {
  const repairable: [FindingCode, Entries][] = [
    [
      "several_models",
      {
        ...moved(sampleWith(), (path) => path.replace("base_model", "a")),
        ...moved(sampleWith(), (path) => path.replace("base_model", "b")),
      },
    ],
    ["wrong_name", moved(sampleWith(), (path) => path.replace("base_model", "Base-Model"))],
    ["wrong_name", moved(sampleWith(), (path) => path.replace("/unet/", "/UNet/"))],
    [
      "several_checkpoints",
      { "base_model/a.safetensors": checkpoint("sd15"), "base_model/b.safetensors": checkpoint("sd15") },
    ],
    [
      "variant_only",
      sampleWith({ [unet]: undefined, "base_model/unet/diffusion_pytorch_model.fp16.safetensors": bytesOf(unet) }),
    ],
    ["base_model_incomplete", without("base_model/safety_checker/")],
    ["base_model_incomplete", without("base_model/safety_checker/", "base_model/feature_extractor/")],
    ["base_model_incomplete", without("base_model/feature_extractor/")],
  ];
  test.each(repairable)("%s: the offered repair makes the model load", async (code, entries) => {
    const files = filesOf(entries);
    const before = await checkModel(files, BASE);
    const repair = before.findings.find((item) => item.code === code)?.repairs?.[0];
    expect(repair, JSON.stringify(before.findings)).toBeDefined();
    const after = await checkModel(files, { ...BASE, repairs: repair ? [repair] : [] });
    expect(after.findings.filter(({ level }) => level === "error")).toEqual([]);
    expect(after.verdict.ok).toBe(true);
    expect(filesOf(entries).map(({ path }) => path)).toEqual(files.map(({ path }) => path));
  });

  test("another model root is offered for a wrapped prefix in OSS, and passes", async () => {
    const files = filesOf(moved(sampleWith(), (path) => `my-model/${path}`));
    const before = await checkModel(files, { ...BASE, inPlace: true });
    const repairs = before.findings.find(({ code }) => code === "wrong_place")?.repairs ?? [];
    const after = await checkModel(files, { ...BASE, inPlace: true, repairs });
    expect(after.verdict.ok).toBe(true);
    expect(after.plan.steps).toEqual([{ kind: "unwrap", folder: "my-model", into: "" }]);
  });

  test("without the feature extractor the safety checker is switched off too", async () => {
    const report = await checkModel(filesOf(without("base_model/feature_extractor/")), BASE);
    const repair = report.findings[0]?.repairs?.[0];
    if (repair?.kind !== "add_neutral_members") throw new Error("no such repair");
    expect(repair.members).toEqual(["feature_extractor"]);
    expect(JSON.parse(repair.modelIndex ?? "")).toMatchObject({
      feature_extractor: [null, null],
      safety_checker: [null, null],
    });
  });
});

describe("reading", () => {
  test("gigabytes and thousands of files are judged from headers", async () => {
    const big = sampleModel().map(({ path, bytes }) =>
      path.endsWith(".safetensors") ? sparseFile(path, bytes, 3e9) : filesOf({ [path]: bytes })[0],
    );
    const many = Array.from({ length: 2000 }, (_, at) => sparseFile(`lora/style-${at}.safetensors`, toBytes("x"), 1e8));
    const files = [...big.filter((file) => file !== undefined), ...many];
    const report = await checkModel(files, BASE);
    expect(report.findings.filter(({ code }) => code === "trailing_bytes")).toHaveLength(4);
    expect(report.bytesRead).toBeLessThan(1024 * 1024);
    // Add-ons do not matter for the start: a glance at the first of them.
    expect(many.reduce((total, file) => total + file.bytesRead(), 0)).toBeLessThan(500_000);
  });

  test("stops when the signal is aborted", async () => {
    const abort = new AbortController();
    abort.abort(new Error("left the page"));
    await expect(checkModel(filesOf(sampleWith()), BASE, abort.signal)).rejects.toThrow("left the page");
  });

  test("a connection that fails is an error, not a finding", async () => {
    const file: ModelFile = {
      path: "base_model/m.ckpt",
      sizeBytes: 10,
      read: () => Promise.reject(new AppError("network", { retryable: true })),
    };
    await expect(checkModel([file], BASE)).rejects.toMatchObject({ code: "network" });
  });
});

describe("a translation model that is wanted and not there", () => {
  test.each([false, true])(
    "is fetched by the server, in OSS as in a dropped folder (in place: %s)",
    async (inPlace) => {
      const files = filesOf(sampleWith());
      const options = { ...BASE, translate: true, inPlace };
      const { findings, verdict } = await checkModel(files, options);
      expect(verdict.ok).toBe(false);
      const repair = findings.find(({ code }) => code === "translate_missing")?.repairs?.[0];
      expect(repair).toEqual({ kind: "import", preset: "translate" });
      const after = await checkModel(files, { ...options, repairs: repair ? [repair] : [] });
      expect(after.verdict.outcome).toBe("loads");
    },
  );
});
