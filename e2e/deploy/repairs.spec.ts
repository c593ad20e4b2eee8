import { access } from "node:fs/promises";
import { join } from "node:path";
import { checkpoint, type Entries, moved, sampleWith, tensorFile } from "@/lib/models/testing";
import { createBucket, keysIn } from "../cloud";
import { expect, test } from "../fixtures";
import { beginDeployment, bucketNameOf, chooseBucket, dropFolder, fresh, uploadModel, writeFolder } from "../steps";

/* Each repair takes its finding away and makes a model that loads of what was dropped; the folder on the disk stays as it was. */

const sample = sampleWith();
const renamed = (from: string, to: string) => moved(sample, (path) => path.replace(from, to));
const LORA = tensorFile({ "lora_unet_x_attn2_to_k.lora_down.weight": [1, 768] });

const FAULTS: [name: string, files: Entries, repair: string][] = [
  [
    "two models",
    { ...moved(sample, (path) => `first/${path}`), ...moved(sample, (path) => `second/${path}`) },
    "Use the folder two-models/second",
  ],
  [
    "a variant alone",
    renamed("unet/diffusion_pytorch_model.", "unet/diffusion_pytorch_model.fp16."),
    "Upload the fp16 files under their plain names",
  ],
  [
    "weights of another name",
    renamed("vae/diffusion_pytorch_model.", "vae/model."),
    "Upload it as diffusion_pytorch_model.safetensors",
  ],
  ["safetensors as a pickle", { "base_model/m.ckpt": checkpoint("sd15") }, "Upload it as m.safetensors"],
  ["a mark before JSON", sampleWith({ "base_model/vae/config.json": "\ufeff{}" }), "Upload it without the mark"],
  ["a LoRA that Blade keeps out", { ...sample, "lora_model/a.safetensors": LORA }, "Move a.safetensors to lora/"],
  ["half an optimised model", { ...sample, "optimized_model/unet.pt": "half" }, "Leave 1 file behind"],
  ["half a translation", { ...sample, "translate/configuration.json": "{}" }, "Start without translation"],
  [
    "a wrongly cased folder",
    renamed("base_model/unet/", "base_model/UNet/"),
    "Upload base_model/UNet as base_model/unet",
  ],
];

test("each fault is repaired by its button", async ({ page }, testInfo) => {
  test.slow();
  const bucket = bucketNameOf(fresh("repairs"));
  await createBucket(bucket);
  await beginDeployment(page);
  await chooseBucket(page, bucket);
  let last = "";
  for (const [name, files, repair] of FAULTS) {
    await test.step(name, async () => {
      last = await writeFolder(testInfo.outputPath(name.replaceAll(" ", "-")), files);
      await dropFolder(page, last);
      const button = page.getByRole("list", { name: "Findings" }).getByRole("button", { name: repair, exact: true });
      await expect(button).toBeVisible();
      await button.click();
      await expect(button).toHaveCount(0);
      await expect(page.getByRole("status").getByText(/Will load as SD 1\.5/)).toBeVisible();
      await page.getByRole("button", { name: "Undo last change" }).click();
      await expect(button).toBeVisible();
      await button.click();
      await expect(page.getByRole("status").getByText(/Will load as SD 1\.5/)).toBeVisible();
    });
  }
  await page.getByLabel("Model name").fill("mended");
  await uploadModel(page);
  expect(await keysIn(bucket)).toEqual(
    Object.keys(sample)
      .map((path) => `models/mended/${path}`)
      .sort(),
  );
  await access(join(last, "base_model/UNet"));
});
