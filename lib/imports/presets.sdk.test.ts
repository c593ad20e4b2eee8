import { describe, expect, test } from "vitest";
import { sampleWith, tensorFile, toBytes } from "@/lib/models/testing";
import { checkListing } from "@/lib/oss/check-prefix";
import { listModelRoot } from "@/lib/oss/model-files";
import { CheckPrefixSchema } from "@/lib/oss/schemas";
import { presetSize } from "./preset-size";
import { PRESET_IDS, type PresetId, type PresetSource, presetFolders, presetSource } from "./presets";
import { createRemote } from "./remote";
import { CreateImportSchema } from "./schemas";
import { BUCKET, openImportWorld } from "./testing-world";

/** The document's sources, served by somebody else's server: what they bring is what the container loads. */

const world = openImportWorld();
const { create, keys, start, stored, until } = world;

const CONTROLNETS = PRESET_IDS.filter((id) => presetFolders(id).includes("controlnet"));
const WEIGHTS = tensorFile({
  "controlnet_cond_embedding.conv_in.weight": [16, 3, 3, 3],
  "down_blocks.0.attentions.0.transformer_blocks.0.attn2.to_k.weight": [2, 768],
});

/** The same sources, at another host. */
function mirrored(id: PresetId): PresetSource {
  const source = presetSource(id);
  return source.kind === "modelscope" ? source : { ...source, url: world.files.url(new URL(source.url).pathname) };
}

function serve(): void {
  for (const id of CONTROLNETS) {
    const source = presetSource(id);
    if (source.kind === "controlnet") world.files.files.set(new URL(source.url).pathname, Buffer.from(WEIGHTS));
  }
  const model = { "configuration.json": '{"preprocessor":{"src_lang":"zh"}}', "tf_ckpts/ckpt-0.index": "index" };
  const repo = "/api/v1/models/damo/nlp_csanmt_translation_zh2en/repo";
  const listed = Object.entries(model).map(([path, body]) => ({ Path: path, Size: body.length, Type: "blob" }));
  world.files.pages.set(`${repo}/files?Revision=master&Recursive=true`, {
    body: JSON.stringify({ Data: { Files: listed } }),
  });
  for (const [path, body] of Object.entries(model))
    world.files.pages.set(`${repo}?${new URLSearchParams({ Revision: "master", FilePath: path })}`, { body });
}

async function checked(prefix: string, flags: Record<string, unknown>) {
  const input = CheckPrefixSchema.parse({ bucket: BUCKET, prefix, ...flags });
  return checkListing(world.ctx, input, await listModelRoot(world.ctx.oss, BUCKET, prefix));
}

async function putSample(prefix: string): Promise<void> {
  for (const [path, bytes] of Object.entries(sampleWith()))
    await world.ctx.oss.putObject(BUCKET, prefix + path, toBytes(bytes));
}

describe("a ControlNet of the document", () => {
  test("has eight kinds", () => expect(CONTROLNETS).toHaveLength(8));

  test.each(CONTROLNETS)("%s comes with its configuration, and loads at the start of a service", async (id) => {
    serve();
    const prefix = `start-${id}/`;
    await putSample(prefix);
    start({ presets: mirrored });
    const { id: job } = await create({ source: { kind: "preset", id }, bucket: BUCKET, prefix, folder: "controlnet" });
    expect(await until(job)).toMatchObject({ state: "done", files: 2, source: { kind: "preset", id } });
    const report = await checked(prefix, { func: "controlnet" });
    expect(report.findings.filter(({ level }) => level !== "info")).toEqual([]);
    expect(report.verdict).toMatchObject({ ok: true, outcome: "loads" });
    const config = JSON.parse(String(await stored(`${prefix}controlnet/config.json`)));
    expect(config.controlnet_conditioning_channel_order).toBe(id === "normal" ? "bgr" : "rgb");
  });

  test("goes to a folder of its own for requests, so that several lie side by side", async () => {
    serve();
    start({ presets: mirrored });
    for (const id of ["canny", "depth"]) {
      const { id: job } = await create({
        source: { kind: "preset", id },
        bucket: BUCKET,
        prefix: "several",
        folder: "new_controlnet",
      });
      expect(await until(job)).toMatchObject({ state: "done" });
    }
    expect(await keys("several/")).toEqual([
      "several/new_controlnet/canny/config.json",
      "several/new_controlnet/canny/diffusion_pytorch_model.safetensors",
      "several/new_controlnet/depth/config.json",
      "several/new_controlnet/depth/diffusion_pytorch_model.safetensors",
    ]);
  });

  test("goes nowhere else", () => {
    const input = { source: { kind: "preset", id: "canny" }, bucket: BUCKET, prefix: "x" };
    expect(CreateImportSchema.safeParse({ ...input, folder: "base_model" }).success).toBe(false);
    expect(CreateImportSchema.safeParse({ ...input, folder: "new_controlnet" }).success).toBe(true);
  });
});

test("the translation model is brought where the service looks, and the check is content", async () => {
  serve();
  await putSample("zh/");
  start({ presets: mirrored });
  const source = { kind: "preset", id: "translate" };
  const { id } = await create({ source, bucket: BUCKET, prefix: "zh", folder: "translate" });
  expect(await until(id)).toMatchObject({ state: "done" });
  expect(await checked("zh/", { translate: true })).toMatchObject({ verdict: { ok: true } });
});

test("what a source weighs is asked of its own server", async () => {
  serve();
  const remote = createRemote({ allowedHosts: [world.files.host] });
  const hub = { baseUrl: world.files.url("") };
  const asked = { remote, oss: world.ctx.oss, hubs: { huggingface: hub, modelscope: hub }, presets: mirrored };
  const { signal } = new AbortController();
  expect(await presetSize(asked, "canny", signal)).toBe(WEIGHTS.length);
  expect(await presetSize(asked, "translate", signal)).toBe(39);
  await expect(presetSize(asked, "translate_archive", signal)).rejects.toMatchObject({ code: "not_found" });
});
