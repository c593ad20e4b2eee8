import { describe, expect, test } from "vitest";
import { blobFile } from "./model-file";
import { cleanPath } from "./paths";
import { layoutOf } from "./plan";
import { applyRepair } from "./repair";
import { type Entries, filesOf, moved, sampleWith } from "./testing";

const targets = (entries: Entries, options = {}) =>
  layoutOf(filesOf(entries), options)
    .plan.files.map(({ target }) => target)
    .sort();
const names = (...paths: string[]): Entries => Object.fromEntries(paths.map((path) => [path, "x"]));
const reasons = (entries: Entries) =>
  Object.fromEntries(layoutOf(filesOf(entries)).plan.leftBehind.map(({ source, reason }) => [source.path, reason]));

describe("cleanPath", () => {
  test.each([
    ["a/b.json", "a/b.json"],
    ["./a//b/./c", "a/b/c"],
    ["/a", "a"],
    ["a/", "a/"],
    ["e\u0301", "\u00e9"],
    ["模型/权重.bin", "模型/权重.bin"],
    ["a b+c%20.bin", "a b+c%20.bin"],
  ])("keeps %j as %j", (path, expected) => expect(cleanPath(path)).toBe(expected));

  test.each([
    ["../a"],
    ["a/../b"],
    [".."],
    ["a\\b"],
    ["a\nb"],
    ["a\u007fb"],
    ["a\u0000"],
    [""],
    ["."],
    ["/"],
    ["\ud800"],
  ])("refuses %j", (path) => expect(cleanPath(path)).toBeUndefined());

  test("counts bytes, not characters, up to what a key may have", () => {
    expect(cleanPath("a".repeat(1023))).toHaveLength(1023);
    expect(cleanPath("a".repeat(1024))).toBeUndefined();
    expect(cleanPath("模".repeat(342))).toBeUndefined();
    expect(
      layoutOf(filesOf(names(`base_model/${"a".repeat(900)}`)), { keyPrefix: "p/".repeat(100) }).plan.files,
    ).toEqual([]);
  });
});

describe("layout", () => {
  const expected = Object.keys(sampleWith()).sort();
  const wrapped = (prefix: string) => moved(sampleWith(), (path) => prefix + path);
  const bare = (prefix: string) => moved(sampleWith(), (path) => prefix + path.replace("base_model/", ""));
  test.each<[string, Entries]>([
    ["a model root", sampleWith()],
    ["a wrapped model root", wrapped("my-model/")],
    ["a deeply wrapped model root", wrapped("a/b/c/")],
    ["a wrapped model root with a stray file", { ...wrapped("my-model/"), "notes.txt": "x" }],
    ["base_model itself", sampleWith()],
    ["a diffusers folder's content", bare("")],
    ["a diffusers folder", bare("stable-diffusion-v1-5/")],
    ["a hub's cache folder", { ...bare("models--a--b/snapshots/0123/"), "models--a--b/refs/main": "0123" }],
    ["a diffusers folder inside base_model", bare("base_model/sd15/")],
  ])("%s ends in the same place", (_name, entries) => expect(targets(entries)).toEqual(expected));

  test.each<[string, Entries, string[]]>([
    ["a checkpoint", names("v1-5.safetensors"), ["base_model/v1-5.safetensors"]],
    ["a checkpoint in a folder", names("sd/v1-5.ckpt"), ["base_model/v1-5.ckpt"]],
    [
      "a checkpoint beside a controlnet",
      names("m.ckpt", "controlnet/config.json"),
      ["base_model/m.ckpt", "controlnet/config.json"],
    ],
    [
      "a diffusers folder beside a controlnet",
      names("sd15/model_index.json", "sd15/unet/config.json", "controlnet/config.json"),
      ["base_model/model_index.json", "base_model/unet/config.json", "controlnet/config.json"],
    ],
    [
      "a diffusers folder with translate inside",
      names("sd/model_index.json", "sd/translate/configuration.json"),
      ["base_model/model_index.json", "translate/configuration.json"],
    ],
    [
      "parts without a base model",
      names("controlnet/config.json", "lora/a.safetensors"),
      ["controlnet/config.json", "lora/a.safetensors"],
    ],
    ["a wrapper around parts", names("x/controlnet/config.json"), ["controlnet/config.json"]],
    [
      "a checkpoint one folder too deep",
      names("base_model/x/m.ckpt", "lora/a.bin"),
      ["base_model/m.ckpt", "lora/a.bin"],
    ],
  ])("%s", (_name, entries, result) => expect(targets(entries)).toEqual(result));

  test("files in OSS stay where they are", () => {
    const entries = { ...bare("sd15/"), "sd15/.DS_Store": "x" };
    expect(targets(entries, { inPlace: true })).toEqual(Object.keys(entries).sort());
    expect(layoutOf(filesOf(entries), { inPlace: true }).suggested.map(({ kind }) => kind)).toEqual([
      "unwrap",
      "move_into_base_model",
    ]);
  });

  test("what nothing reads is left behind", () => {
    const junk = {
      ".DS_Store": "system",
      "base_model/._model_index.json": "system",
      "__MACOSX/base_model/unet": "system",
      "base_model/.git/objects/aa": "version_control",
      "base_model/.gitattributes": "version_control",
      "base_model/.cache/huggingface/x": "cache",
      "base_model/unet/diffusion_pytorch_model.safetensors.incomplete": "partial_download",
      "base_model/unet/diffusion_flax_model.msgpack": "other_framework",
      "base_model/vae_decoder/model.onnx": "other_framework",
      "base_model/unet/openvino_model.xml": "other_framework",
      "base_model/unet/diffusion_pytorch_model.bin": "duplicate_format",
      "base_model/unet/diffusion_pytorch_model.fp16.safetensors": "variant",
      "base_model/unet/diffusion_pytorch_model.non_ema.bin": "variant",
      "base_model/v1-5-pruned.ckpt": "unread_checkpoint",
      "base_model/optimizer.bin": "training",
      "base_model/example.png": "media",
    };
    expect(reasons({ ...sampleWith(), ...names(...Object.keys(junk)) })).toEqual(junk);
  });

  test("what is read stays: placeholders, the translation model, a lone .bin", () => {
    const kept = names("base_model/extra/.gitkeep", "translate/resources/a.png", "translate/.msc", "lora/a.bin");
    expect(reasons({ ...sampleWith(), ...kept })).toEqual({});
  });
});

describe("applyRepair", () => {
  const { plan } = layoutOf(
    filesOf(names("base_model/a.ckpt", "base_model/b.ckpt", "base_model/c.fp16.bin", "base_model/c.bin", "lora/x.bin")),
  );
  const targetsAfter = (repair: Parameters<typeof applyRepair>[1]) =>
    applyRepair(plan, repair).files.map(({ target }) => target);

  test("leaves the given plan alone and remembers the step", () => {
    const before = structuredClone(plan.files.map(({ target }) => target));
    const repair = { kind: "leave_behind", paths: ["lora/x.bin"] } as const;
    const next = applyRepair(plan, { ...repair, paths: [...repair.paths] });
    expect(next.files).toHaveLength(4);
    expect(next.leftBehind.map(({ reason }) => reason)).toEqual(["chosen"]);
    expect(next.steps).toEqual([repair]);
    expect(plan.files.map(({ target }) => target)).toEqual(before);
  });

  test("keeps one checkpoint and touches nothing else", () => {
    expect(targetsAfter({ kind: "keep_checkpoint", path: "base_model/b.ckpt" })).toEqual([
      "base_model/b.ckpt",
      "base_model/c.fp16.bin",
      "base_model/c.bin",
      "lora/x.bin",
    ]);
  });

  test("a variant never takes the place of the plain file", () => {
    expect(targetsAfter({ kind: "use_variant", variant: "fp16" })).toContain("base_model/c.fp16.bin");
  });

  test("renaming onto an existing file leaves the second behind", () => {
    const two = layoutOf(filesOf(names("base_model/x", "Base/x"))).plan;
    const next = applyRepair(two, { kind: "rename_folder", from: "Base", to: "base_model" });
    expect(next.files.map(({ source }) => source.path)).toEqual(["base_model/x"]);
    expect(next.leftBehind.map(({ reason }) => reason)).toEqual(["same_name"]);
  });
});

test("a browser file is read in slices", async () => {
  const file = blobFile("a.bin", new Blob(["0123456789"]));
  expect(file.sizeBytes).toBe(10);
  expect(new TextDecoder().decode(await file.read(2, 5))).toBe("234");
});
