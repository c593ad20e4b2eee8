import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { type CheckOptions, checkModel } from "./check";
import { layoutOf } from "./plan";
import { MAX_BYTES_READ } from "./reader";
import { applyRepair } from "./repair";
import { checkpoint, type Entries, editedJson, filesOf, moved, sampleWith, tensorFile, toBytes } from "./testing";
import { torchFile } from "./testing-torch";
import type { ModelFile, Repair } from "./types";

const BASE: CheckOptions = { func: "base", blade: false, translate: false, closeSafety: false };

/** Refuses, by failing the test, what lies outside of the file. */
function watched(path: string, bytes: Uint8Array): ModelFile {
  return {
    path,
    sizeBytes: bytes.length,
    read: async (start, end) => {
      expect(start).toBeGreaterThanOrEqual(0);
      expect(end).toBeGreaterThan(start);
      expect(end).toBeLessThanOrEqual(bytes.length);
      return bytes.slice(start, end);
    },
  };
}

const NAMES = [
  "base_model/model.ckpt",
  "base_model/model.safetensors",
  "base_model/model_index.json",
  "base_model/unet/config.json",
  "base_model/unet/diffusion_pytorch_model.safetensors",
  "base_model/vae/diffusion_pytorch_model.bin",
  "base_model/text_encoder/model.safetensors.index.json",
  "base_model/tokenizer/merges.txt",
  "controlnet/config.json",
  "controlnet/diffusion_pytorch_model.bin",
  "translate/configuration.json",
  "translate/tf_ckpts/ckpt-0.index",
  "lora_model/a.bin",
  "lora_model/a.safetensors",
  "lora/b.pt",
  "lora/b.safetensors",
  "optimized_model/unet.pt",
];

const SEEDS = [
  checkpoint("sd15"),
  tensorFile({ "lora_unet_x_attn2_to_k.lora_down.weight": [4, 768] }),
  torchFile({ "conv_in.weight": [2, 4, 3, 3], "time_embedding.linear_1.weight": [2, 2] }),
  torchFile({ "conv_in.weight": [2, 4, 3, 3] }, { legacy: true, calls: ["os system"] }),
  torchFile({ x: [1] }, { protocol: 4, calls: ["builtins eval"] }),
  toBytes('{"weight_map":{"a":"model-1.safetensors"}}'),
  toBytes('{"_class_name":"StableDiffusionPipeline","unet":["diffusers","UNet2DConditionModel"]}'),
];

/** Real files with bytes changed, cut out, repeated. */
const mutated: fc.Arbitrary<Uint8Array> = fc
  .tuple(
    fc.constantFrom(...SEEDS),
    fc.array(fc.tuple(fc.nat(400), fc.nat(255)), { maxLength: 6 }),
    fc.option(fc.tuple(fc.nat(1000), fc.nat(1000)), { nil: undefined }),
  )
  .map(([seed, changes, cut]) => {
    const bytes = Uint8Array.from(seed);
    for (const [at, value] of changes) bytes[at % bytes.length] = value;
    if (!cut) return bytes;
    const [from, to] = [Math.min(...cut) % bytes.length, Math.max(...cut) % bytes.length];
    return from < to ? Uint8Array.from([...bytes.subarray(0, from), ...bytes.subarray(to)]) : bytes.subarray(0, from);
  });

const content = fc.oneof(fc.uint8Array({ maxLength: 600 }), mutated);

describe("whatever lies in a folder", () => {
  test("the check ends, reads inside the files, and little", async () => {
    const folders = fc.dictionary(fc.constantFrom(...NAMES), content, { maxKeys: 6 });
    const flags = fc.record({
      func: fc.constantFrom<"base" | "controlnet">("base", "controlnet"),
      blade: fc.boolean(),
      translate: fc.boolean(),
      closeSafety: fc.boolean(),
      customImage: fc.boolean(),
      inPlace: fc.boolean(),
    });
    await fc.assert(
      fc.asyncProperty(folders, flags, async (entries, options) => {
        const files = Object.entries({ ...(options.blade ? sampleWith() : {}), ...entries }).map(([path, bytes]) =>
          watched(path, toBytes(bytes)),
        );
        const report = await checkModel(files, options);
        expect(report.bytesRead).toBeLessThanOrEqual(MAX_BYTES_READ);
        expect(report.verdict.ok).toBe(!report.findings.some(({ level }) => level === "error"));
        expect(report.plan.files.length + report.plan.leftBehind.length).toBeGreaterThanOrEqual(files.length);
      }),
      { numRuns: 120 },
    );
  });

  test("any path is taken or left behind, never lost", async () => {
    await fc.assert(
      fc.asyncProperty(
        fc.uniqueArray(fc.string({ unit: "binary", maxLength: 40 }), { maxLength: 8 }),
        async (paths) => {
          const files = paths.map((path) => watched(path, toBytes("{}")));
          const { plan } = await checkModel(files, BASE);
          const seen = [...plan.files, ...plan.leftBehind].map(({ source }) => source);
          expect(new Set(seen)).toEqual(new Set(files));
        },
      ),
      { numRuns: 60 },
    );
  });

  test("a file that ends too early never passes", async () => {
    const whole = [
      ["base_model/m.safetensors", checkpoint("sd15")],
      ["base_model/m.ckpt", torchFile({ "model.diffusion_model.input_blocks.0.0.weight": [2, 4, 3, 3] })],
      ["base_model/m.ckpt", torchFile({ "cond_stage_model.transformer.x": [9] }, { legacy: true })],
    ] as const;
    for (const [path, bytes] of whole) {
      for (let length = 0; length < bytes.length; length += 1 + Math.floor(length / 40)) {
        const { verdict } = await checkModel([watched(path, bytes.subarray(0, length))], BASE);
        expect(verdict.ok, `${path} of ${length} bytes`).toBe(false);
      }
    }
  });
});

const index = "base_model/model_index.json";
const unet = "base_model/unet/diffusion_pytorch_model.safetensors";
const bytesOf = (path: string) => toBytes(sampleWith()[path] ?? "");
const LORA = tensorFile({ "lora_unet_x_attn2_to_k.lora_down.weight": [4, 768] });

/** Single faults that a repair is offered for; they touch different things. */
const FAULTS: [name: string, change: (files: Entries) => Entries][] = [
  ["no safety checker", (files) => drop(files, "base_model/safety_checker/")],
  ["no feature extractor", (files) => drop(files, "base_model/feature_extractor/")],
  ["a variant", (files) => move(files, unet, unet.replace(".safetensors", ".fp16.safetensors"))],
  [
    "a misnamed file",
    (files) => move(files, "base_model/vae/diffusion_pytorch_model.safetensors", "base_model/vae/vae.safetensors"),
  ],
  ["a folder in capitals", (files) => moved(files, (path) => path.replace("/scheduler/", "/Scheduler/"))],
  [
    "a config in capitals",
    (files) => move(files, "base_model/text_encoder/config.json", "base_model/text_encoder/Config.json"),
  ],
  ["a byte order mark", (files) => ({ ...files, "base_model/vae/config.json": "\ufeff{}" })],
  [
    "two LoRAs at the start",
    (files) => ({ ...files, "lora_model/a.bin": torchFile({ x: [1] }), "lora_model/b.bin": torchFile({ x: [1] }) }),
  ],
  [
    "a LoRA that does not fit",
    (files) => ({ ...files, "lora_model/a.safetensors": tensorFile({ "lora_unet_x.hada_w1_a": [1] }) }),
  ],
  ["a renamed root folder", (files) => moved(files, (path) => path.replace("base_model/", "Base-Model/"))],
];

function drop(files: Entries, prefix: string): Entries {
  return Object.fromEntries(Object.entries(files).filter(([path]) => !path.startsWith(prefix)));
}

function move(files: Entries, from: string, to: string): Entries {
  return moved(files, (path) => (path === from ? to : path));
}

const OTHERS: [name: string, files: Entries, flags?: Partial<CheckOptions>][] = [
  [
    "a model and a LoRA in one place",
    { "base_model/m.safetensors": checkpoint("sd15"), "base_model/style.safetensors": LORA },
  ],
  ["two models", { "base_model/a.safetensors": checkpoint("sd15"), "base_model/b.ckpt": torchFile({ x: [1] }) }],
  [
    "an ending in capitals",
    {
      "base_model/M.CKPT": torchFile({
        "model.diffusion_model.input_blocks.0.0.weight": [1, 4, 1, 1],
        "first_stage_model.x": [1],
        "cond_stage_model.transformer.x": [1],
      }),
    },
  ],
  ["a checkpoint with the wrong ending", { "base_model/m.ckpt": checkpoint("sd15") }],
  [
    "weights with the wrong ending",
    sampleWith({ [unet]: undefined, [unet.replace(".safetensors", ".bin")]: bytesOf(unet) }),
  ],
  ["a pickle with the wrong ending", sampleWith({ [unet]: torchFile({ "conv_in.weight": [8, 4, 3, 3] }) })],
  ["a checker without extractor", sampleWith({ [index]: editedJson(index, { feature_extractor: [null, null] }) })],
  ["a checker without weights", sampleWith({ "base_model/safety_checker/model.safetensors": undefined })],
  [
    "a folder that the index does not need",
    {
      ...drop(sampleWith(), "base_model/safety_checker/"),
      [index]: editedJson(index, { safety_checker: [null, null] }),
    },
  ],
  ["no translation", sampleWith(), { translate: true }],
  [
    "a translation by its own name",
    { ...sampleWith(), "nlp_csanmt/configuration.json": "{}", "nlp_csanmt/tf_ckpts/a.index": "x" },
    { translate: true },
  ],
  ["no ControlNet", sampleWith(), { func: "controlnet" }],
];

const CASES: [string, Entries, Partial<CheckOptions>][] = [
  ...FAULTS.map(([name, change]): [string, Entries, Partial<CheckOptions>] => [name, change(sampleWith()), {}]),
  ...FAULTS.flatMap(([one, first], at) =>
    FAULTS.slice(at + 1).map(([two, second]): [string, Entries, Partial<CheckOptions>] => [
      `${one} and ${two}`,
      second(first(sampleWith())),
      {},
    ]),
  ),
  ...OTHERS.map(([name, files, flags = {}]): [string, Entries, Partial<CheckOptions>] => [name, files, flags]),
];

describe("offered repairs", () => {
  test.each(CASES)("%s: each takes its finding away and loses no file", async (_name, entries, flags) => {
    const files = filesOf(entries);
    const options = { ...BASE, ...flags };
    const report = await checkModel(files, options);
    expect(report.verdict.ok).toBe(false);
    for (const finding of report.findings.filter(({ repairs }) => repairs)) {
      for (const repair of finding.repairs ?? []) {
        const after = await checkModel(files, { ...options, repairs: [repair] });
        const same = after.findings.filter(({ code, path }) => code === finding.code && path === finding.path);
        expect(same, JSON.stringify(repair)).toEqual([]);
        const left = new Set(after.plan.leftBehind.map(({ source }) => source.path));
        const kept = new Set(after.plan.files.map(({ source }) => source.path));
        expect(files.filter(({ path }) => !left.has(path) && !kept.has(path))).toEqual([]);
        // Only those that say so leave anything behind that was on its way before.
        const before = new Set(report.plan.files.map(({ source }) => source.path));
        const dropped = [...left].filter((path) => before.has(path));
        if (!/^(keep_checkpoint|leave_behind)$/.test(repair.kind)) {
          expect(
            dropped.filter((path) => path !== index),
            JSON.stringify(repair),
          ).toEqual([]);
        }
      }
    }
  });

  test.each(CASES)("%s: the way that is promised ends in a folder that loads", async (_name, entries, flags) => {
    const files = filesOf(entries);
    const options = { ...BASE, ...flags };
    const { fix } = await checkModel(files, options);
    expect(fix, "no way was found").toBeDefined();
    const after = await checkModel(files, { ...options, repairs: fix ?? [] });
    expect(after.findings.filter(({ level }) => level === "error")).toEqual([]);
    expect(after.fix).toBeUndefined();
  });

  test("in any order end in the same plan, where they touch different things", async () => {
    const shape = (repairs: readonly Repair[], entries: Entries) => {
      const start = layoutOf(filesOf(entries)).plan;
      const { files } = repairs.reduce(applyRepair, start);
      return files.map(({ source, target }) => `${target} ${source.path} ${source.sizeBytes}`).sort();
    };
    const inside = FAULTS.filter(([name]) => !/feature|root folder/.test(name));
    for (const [one, first] of inside) {
      for (const [two, second] of inside) {
        if (one === two || (/LoRA/.test(one) && /LoRA/.test(two))) continue;
        const entries = second(first(sampleWith()));
        const { findings } = await checkModel(filesOf(entries), BASE);
        const repairs = findings.flatMap((finding) => finding.repairs?.slice(0, 1) ?? []);
        expect(shape([...repairs].reverse(), entries), `${one} and ${two}`).toEqual(shape(repairs, entries));
      }
    }
  });

  test("a neutral safety checker comes with its other way, and both load", async () => {
    const files = filesOf(drop(sampleWith(), "base_model/safety_checker/"));
    const { findings } = await checkModel(files, BASE);
    const repairs = findings.find(({ code }) => code === "base_model_incomplete")?.repairs ?? [];
    expect(repairs.map((repair) => "flags" in repair && repair.flags)).toEqual([false, { closeSafety: true }]);
    for (const repair of repairs) {
      const { verdict, plan } = await checkModel(files, { ...BASE, repairs: [repair] });
      expect(verdict.outcome).toBe("loads");
      expect(plan.files.map(({ target }) => target)).toContain("base_model/safety_checker/placeholder.txt");
    }
    // The folder has to be there all the same.
    const closed = await checkModel(files, { ...BASE, repairs: [{ kind: "set_flags", flags: { closeSafety: true } }] });
    expect(closed.verdict.ok).toBe(false);
  });

  test("--close_safety is no way out when the feature extractor is missing too", async () => {
    const files = filesOf(drop(drop(sampleWith(), "base_model/safety_checker/"), "base_model/feature_extractor/"));
    const { findings } = await checkModel(files, BASE);
    expect(findings.flatMap(({ repairs = [] }) => repairs).filter((repair) => "flags" in repair)).toEqual([]);
  });
});
