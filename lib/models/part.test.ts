import { describe, expect, test } from "vitest";
import { type Part, placePart, recognisePart } from "./part";
import { checkpoint, type Entries, filesOf, moved, sampleWith, tensorFile } from "./testing";
import { checkTogether } from "./union";
import { uniteWith } from "./unite";

const LORA = tensorFile({ "lora_unet_x_attn2_to_k.lora_down.weight": [1, 768] });
const CONTROLNET: Entries = {
  "config.json": JSON.stringify({ _class_name: "ControlNetModel", cross_attention_dim: 768 }),
  "diffusion_pytorch_model.safetensors": tensorFile({
    "controlnet_cond_embedding.conv_in.weight": [16, 3, 3, 3],
    "down_blocks.0.attentions.0.transformer_blocks.0.attn2.to_k.weight": [320, 768],
  }),
};
const TRANSLATE: Entries = {
  "configuration.json": JSON.stringify({ task: "translation", src_lang: "zh" }),
  "tf_ckpts/ckpt-0.index": "index",
  "tf_ckpts/ckpt-0.data-00000-of-00001": "data",
};
const below = (folder: string, entries: Entries) => moved(entries, (path) => `${folder}/${path}`);

describe("recognisePart", () => {
  test.each<[string, Entries, Partial<Part>]>([
    [
      "a LoRA by its tensors, for the model that it is made for",
      { "ink wash v2.safetensors": LORA },
      { kind: "lora", base: "sd15", places: ["lora", "lora_start"], name: "ink-wash-v2" },
    ],
    ["a LoRA that is called a model", { "model.safetensors": LORA }, { kind: "lora", places: ["lora", "lora_start"] }],
    [
      "a ControlNet in folders around it, named by the innermost",
      below("downloads/sd-controlnet-canny", CONTROLNET),
      { kind: "controlnet", base: "sd15", places: ["controlnet_extra", "controlnet"], name: "sd-controlnet-canny" },
    ],
    ["the translation model", below("damo_translate", TRANSLATE), { kind: "translate", places: ["translate"] }],
    [
      "a base model as folders",
      moved(sampleWith(), (path) => path.replace("base_model", "tiny-sd")),
      { places: ["base"] },
    ],
    ["a base model as one file", { "v1-5.safetensors": checkpoint("sd15") }, { kind: "sd15", places: ["base"] }],
    [
      "LyCORIS",
      { "a.safetensors": tensorFile({ "lora_unet_x.hada_w1_a": [1] }) },
      { kind: "lycoris", places: ["lora"] },
    ],
    [
      "folders of a model root",
      { ...below("lora", { "a.safetensors": LORA }), ...below("translate", TRANSLATE) },
      { kind: "several", places: ["as_is"] },
    ],
    ["what tells nothing", { "notes.bin": "x" }, { kind: "unknown", places: expect.arrayContaining(["lora", "base"]) }],
    ["nothing but junk", { ".DS_Store": "x" }, { files: [], name: "part" }],
  ])("%s", async (_, entries, part) => {
    expect(await recognisePart(filesOf(entries))).toMatchObject(part);
  });
});

describe("placePart", () => {
  const targets = async (entries: Entries, ...to: [Parameters<typeof placePart>[1], string]) =>
    placePart(await recognisePart(filesOf(entries)), ...to).map(({ target }) => target);

  test.each([
    ["controlnet", "controlnet/config.json"],
    ["controlnet_extra", "new_controlnet/canny/config.json"],
    ["translate", "translate/config.json"],
    ["base", "base_model/config.json"],
    ["lora", "lora/config.json"],
    ["as_is", "config.json"],
  ] as const)("%s", async (place, first) => {
    expect((await targets(below("x", CONTROLNET), place, "canny"))[0]).toBe(first);
  });

  test("a LoRA for the start lies directly in its folder", async () => {
    expect(await targets({ "styles/ink/a.safetensors": LORA, "styles/b.txt": "" }, "lora_start", "")).toContain(
      "lora_model/a.safetensors",
    );
  });
});

describe("with what lies there", () => {
  const OPTIONS = { func: "base", blade: false, translate: false, closeSafety: false } as const;

  test("equal sizes, other sizes and what stays are told apart", () => {
    const existing = [
      { path: "base_model/a", sizeBytes: 1 },
      { path: "base_model/b", sizeBytes: 2 },
      { path: "lora/c", sizeBytes: 3 },
    ];
    const incoming = [
      { target: "base_model/a", source: { sizeBytes: 1 } },
      { target: "base_model/b", source: { sizeBytes: 9 } },
      { target: "base_model/d", source: { sizeBytes: 4 } },
    ];
    expect(uniteWith(existing, incoming)).toEqual({
      same: ["base_model/a"],
      replaced: ["base_model/b"],
      kept: ["lora/c"],
    });
  });

  test("a ControlNet that does not fit the base model that is there", async () => {
    const wide = {
      ...CONTROLNET,
      "config.json": JSON.stringify({ _class_name: "ControlNetModel", cross_attention_dim: 1024 }),
    };
    const part = await recognisePart(filesOf(wide));
    const there = filesOf(sampleWith());
    const together = await checkTogether(there, placePart(part, "controlnet", ""), { ...OPTIONS, func: "controlnet" });
    expect(together.findings.map(({ code }) => code)).toContain("controlnet_misfit");
    const apart = await checkTogether(there, [], OPTIONS);
    expect(apart.verdict).toMatchObject({ ok: true, kind: "sd15" });
  });

  test("what is replaced counts no more, what stays beside does", async () => {
    const there = filesOf({ ...sampleWith(), "lora_model/old.bin": LORA });
    const incoming = placePart(await recognisePart(filesOf({ "new.bin": LORA })), "lora_start", "");
    const together = await checkTogether(there, incoming, OPTIONS);
    expect(together.findings.map(({ code }) => code)).toContain("lora_several_bin");
    const same = placePart(await recognisePart(filesOf({ "old.bin": LORA })), "lora_start", "");
    const again = await checkTogether(there, same, OPTIONS);
    expect(again.findings.map(({ code }) => code)).not.toContain("lora_several_bin");
    expect(again.verdict.files).toBe(there.length);
  });
});
