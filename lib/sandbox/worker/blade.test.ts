import { describe, expect, it } from "vitest";
import { createManualClock } from "@/lib/clock";
import { STAGE_MS } from "./pace";
import { placeholderWeights } from "./stand-in";
import { MemoryStore } from "./testing/memory-store";
import { baseModel, type Files, safetensors } from "./testing/model";
import { GREY_PICTURE } from "./testing/picture";
import { post, type RunOptions, run } from "./testing/run";

const SMALL = { task_id: "t", prompt: "a cat", width: 64, height: 64, seed: 1, steps: 5, use_base64: true };

const ofWidth = (width: number): Files => ({
  ...baseModel(),
  "base_model/unet/config.json": JSON.stringify({ in_channels: 4, cross_attention_dim: width }),
});
const CONTROLNET: Files = {
  "controlnet/config.json": JSON.stringify({ cross_attention_dim: 768 }),
  "controlnet/diffusion_pytorch_model.safetensors": safetensors(),
};
const parts = (store: MemoryStore) =>
  store
    .keys("bucket")
    .filter((key) => key.includes("optimized_model"))
    .map((key) => key.replace("model/optimized_model/", ""));

/** A container on a clock that stands still until it is moved; its start has passed. */
async function optimising(options: RunOptions) {
  const clock = createManualClock();
  const running = run({ ...options, clock, speed: 1 });
  await clock.advance(10_000);
  await running.container.ready;
  const ask = async (body: object) => {
    const answer = post(running.container, { ...SMALL, ...body });
    await clock.advance(60_000);
    return answer;
  };
  return { ...running, clock, ask };
}

describe("optimising afresh", () => {
  it("takes its time, then the files appear one after the other, and the next request is served by them", async () => {
    const { clock, container, store } = await optimising({ flags: "--use_blade --not_use_default_blade" });
    const quick = async () => {
      const answer = post(container, { ...SMALL, steps: 1, width: 8, height: 8 });
      await clock.advance(100);
      return (await answer).body.use_blade;
    };
    expect(parts(store)).toEqual([]);
    await clock.advance(STAGE_MS.optimiseBlade - 10_000);
    const seen: string[] = [];
    for (let step = 0; step < 200 && parts(store).length < 3; step++) {
      await clock.advance(100);
      const now = parts(store);
      if (now.length > seen.length) seen.push(...now.filter((part) => !seen.includes(part)));
      if (now.length === 1) expect(await quick()).toBe(false);
    }
    expect(seen).toEqual(["encoder.pt", "unet.pt", "decoder.pt"]);
    expect(await quick()).toBe(true);
  });

  it("saves the ControlNet's part too, and keeps a partial set until then", async () => {
    const files = { ...baseModel(), ...CONTROLNET, "optimized_model/unet.pt": "half" };
    const { clock, store } = await optimising({ flags: "--func_name controlnet --use_blade", files });
    expect(parts(store)).toEqual(["unet.pt"]);
    await clock.advance(90_000);
    expect(parts(store)).toEqual(["controlnet.pt", "decoder.pt", "encoder.pt", "unet.pt"]);
  });

  it("leaves less memory for large pictures meanwhile", async () => {
    const large = { width: 768, height: 768 };
    const plain = await post(run({ gpu: "A10" }).container, { ...SMALL, ...large });
    expect(plain.status).toBe(200);
    const { ask, clock } = await optimising({ gpu: "A10", flags: "--use_blade --not_use_default_blade" });
    const refused = await ask(large);
    expect(refused.body.error_msg).toContain("CUDA out of memory");
    expect((await ask({})).status).toBe(200);
    await clock.advance(90_000);
    expect((await ask(large)).body).toMatchObject({ success: 1, use_blade: true });
  });

  it("ends with the container, which leaves a part of the set behind", async () => {
    const { clock, container, store } = await optimising({ flags: "--use_blade --not_use_default_blade" });
    for (let step = 0; step < 2000 && parts(store).length < 1; step++) await clock.advance(100);
    container.stop();
    await clock.advance(90_000);
    expect(parts(store)).toEqual(["encoder.pt"]);
  });
});

describe("what lies in optimized_model", () => {
  it("a partial set of a base service is removed and replaced by the image's own", async () => {
    const files = { ...baseModel(), "optimized_model/unet.pt": "old", "optimized_model/notes.txt": "mine" };
    const { container, store } = run({ flags: "--use_blade", files });
    await container.ready;
    expect(parts(store)).toEqual(["decoder.pt", "encoder.pt", "unet.pt"]);
  });

  it("the image's own model stays useless for SD 2.x after a restart", async () => {
    const first = run({ flags: "--use_blade", files: ofWidth(1024) });
    await first.container.ready;
    const second = run({ flags: "--use_blade", files: {}, store: first.store });
    expect((await post(second.container, SMALL)).body.use_blade).toBe(false);
    expect(second.log.join("\n")).toContain("Load blade model failed! Use the original diffuser model!");
  });

  it("one that was optimised for SD 2.x serves SD 2.x", async () => {
    const { container, store } = run({ flags: "--use_blade --not_use_default_blade", files: ofWidth(1024) });
    await container.ready;
    await expect.poll(() => parts(store)).toHaveLength(3);
    expect((await post(container, SMALL)).body.use_blade).toBe(true);
  });

  it("files that are no models do not load, and each request tries again", async () => {
    const damaged = Object.fromEntries(
      ["encoder", "unet", "decoder"].map((part) => [`optimized_model/${part}.pt`, "<html>"]),
    );
    const { container, log } = run({ flags: "--use_blade", files: { ...baseModel(), ...damaged } });
    await post(container, SMALL);
    await post(container, SMALL);
    const failures = log.filter((line) => line.includes("Load blade model failed!"));
    expect(failures).toHaveLength(3);
    expect(log.join("\n")).toContain("PytorchStreamReader failed reading zip archive");
  });

  it("with a ControlNet the optimised weights stay those of the model they were made from", async () => {
    const flags = "--func_name controlnet --use_blade";
    const image = { image_base64: GREY_PICTURE };
    const picture = async (options: RunOptions) => {
      const running = run({ flags, ...options });
      await running.container.ready;
      await expect.poll(() => parts(running.store)).toHaveLength(4);
      const { body } = await post(running.container, { ...SMALL, ...image });
      expect(body.use_blade).toBe(true);
      return { png: (body.images_base64 as string[])[0], store: running.store };
    };
    const other = {
      ...baseModel(),
      "base_model/unet/diffusion_pytorch_model.safetensors": safetensors({ other: [4] }),
    };
    const first = await picture({ files: { ...baseModel(), ...CONTROLNET } });
    const exchanged = await picture({ files: other, store: first.store });
    expect(exchanged.png).toBe(first.png);
    const afresh = await picture({ files: other, store: first.store, flags: `${flags} --remove_opt` });
    expect(afresh.png).not.toBe(first.png);
  });

  it("a base service takes the weights of the model it loads", async () => {
    const picture = async (options: RunOptions) =>
      (await post(run({ flags: "--use_blade", ...options }).container, SMALL)).body.images_base64;
    const store = new MemoryStore();
    const first = await picture({ store });
    const other = safetensors({ other: [4] });
    expect(
      await picture({ store, files: { "base_model/unet/diffusion_pytorch_model.safetensors": other } }),
    ).not.toEqual(first);
  });
});

describe("LoRA with Blade", () => {
  it("one that does not fit is a key that the UNet does not have, and is not kept", async () => {
    const files = {
      ...baseModel(),
      "lora/xl.safetensors": safetensors({ "lora_unet_input_blocks_4.lora_up.weight": [2] }),
      "lora/b.bin": placeholderWeights("LoRA"),
    };
    const { container } = run({ flags: "--use_blade", files });
    const refused = await post(container, { ...SMALL, lora_path: "lora/xl.safetensors" });
    expect(refused).toMatchObject({
      status: 469,
      body: { error_msg: "Unexpected         Server Error - 'unet.input_blocks.4.weight'" },
    });
    expect((await post(container, { ...SMALL, lora_path: "lora/b.bin" })).status).toBe(200);
  });
});
