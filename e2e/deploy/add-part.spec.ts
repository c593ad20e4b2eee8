import { type Entries, sampleWith, tensorFile } from "@/lib/models/testing";
import { createBucket, keysIn, oss, putFiles } from "../cloud";
import { expect, expectSound, test } from "../fixtures";
import { beginDeployment, bucketNameOf, chooseBucket, dropFolder, fresh, goOn, writeFolder } from "../steps";
import { everyByte, expectSums } from "../uploads";

/* Parts for models that lie in the bucket already. */

const CONTROLNET: Entries = {
  "config.json": JSON.stringify({ _class_name: "ControlNetModel", cross_attention_dim: 768 }),
  "diffusion_pytorch_model.safetensors": tensorFile({
    "controlnet_cond_embedding.conv_in.weight": [16, 3, 3, 3],
    "down_blocks.0.attentions.0.transformer_blocks.0.attn2.to_k.weight": [320, 768],
  }),
};
const DROP = "Drop the part here";

test("a ControlNet joins a model in the bucket, from its page, and the rest stays untouched", async ({
  page,
}, testInfo) => {
  const bucket = bucketNameOf(fresh("parts"));
  await createBucket(bucket);
  await putFiles(bucket, "models/sd15/", sampleWith());
  const { objects: before = [] } = await oss(bucket).listV2({ "max-keys": "1000" }, {});
  const folder = await writeFolder(testInfo.outputPath("sd-controlnet-canny"), {
    ...CONTROLNET,
    ".DS_Store": "of the file manager",
  });

  await page.goto(`/models/browse?bucket=${bucket}&prefix=models/sd15/`);
  await page.getByRole("link", { name: "Add part" }).click();
  await dropFolder(page, folder, DROP);
  await expect(page.getByText("Recognised by its content: a ControlNet for SD 1.5")).toBeVisible();
  await expect(page.getByRole("radio", { name: /new_controlnet/ })).toBeChecked();
  await expect(page.getByLabel("Name of this ControlNet")).toHaveValue("sd-controlnet-canny");
  await expect(page.getByText(/Will load as SD 1\.5/)).toBeVisible();
  await expect(page.getByText(`${before.length} files stay as they are`)).toBeVisible();
  await expectSound(page, "a part");
  await page.getByLabel("Name of this ControlNet").fill("canny");
  await page.getByRole("button", { name: /^Add to the model/ }).click();
  await expect(page.getByText(everyByte)).toBeVisible();
  await expectSums(bucket, "models/sd15/new_controlnet/canny/", folder, Object.keys(CONTROLNET));

  // Read at start too, this time.
  await page.getByRole("button", { name: "Add another part" }).click();
  await dropFolder(page, folder, DROP);
  await page.getByRole("radio", { name: /loaded at start/ }).click();
  await expect(page.getByText(/Will load as SD 1\.5/)).toBeVisible();
  await page.getByRole("button", { name: /^Add to the model/ }).click();
  await expect(page.getByText(everyByte)).toBeVisible();
  const added = ["controlnet", "new_controlnet/canny"].flatMap((at) =>
    Object.keys(CONTROLNET).map((path) => `models/sd15/${at}/${path}`),
  );
  expect(await keysIn(bucket)).toEqual([...before.map(({ name }) => name), ...added].sort());
  const { objects: after = [] } = await oss(bucket).listV2({ "max-keys": "1000" }, {});
  const times = new Map(after.map(({ name, lastModified }) => [name, lastModified]));
  for (const { name, lastModified } of before) expect(times.get(name), name).toBe(lastModified);

  await page.getByRole("link", { name: "Back to the model" }).click();
  await page.getByRole("button", { name: "Check this folder" }).click();
  await expect(page.getByText(/0 added, 0 changed, 0 removed|Nothing changed/)).toBeVisible();
});

test("a ControlNet of another width is refused before a byte leaves, together with the model that is there", async ({
  page,
}, testInfo) => {
  const bucket = bucketNameOf(fresh("misfit"));
  await createBucket(bucket);
  await putFiles(bucket, "models/sd15/", sampleWith());
  const config = JSON.stringify({ _class_name: "ControlNetModel", cross_attention_dim: 1024 });
  const weights = tensorFile({
    "controlnet_cond_embedding.conv_in.weight": [16, 3, 3, 3],
    "down_blocks.0.attentions.0.transformer_blocks.0.attn2.to_k.weight": [320, 1024],
  });
  const folder = await writeFolder(testInfo.outputPath("depth"), {
    "config.json": config,
    "diffusion_pytorch_model.safetensors": weights,
  });
  await page.goto(`/models/part?bucket=${bucket}&prefix=models/sd15/`);
  await dropFolder(page, folder, DROP);
  await page.getByRole("radio", { name: /loaded at start/ }).click();
  await expect(page.getByRole("list", { name: "Findings" }).getByText(/1024/).first()).toBeVisible();
  await expect(page.getByRole("button", { name: /^Add to the model/ })).toBeDisabled();
});

test("in the wizard a LoRA is added to the chosen model, and a second model of the same name says what it replaces", async ({
  page,
}, testInfo) => {
  const bucket = bucketNameOf(fresh("united"));
  await createBucket(bucket);
  const index = Buffer.from(sampleWith()["base_model/model_index.json"] ?? "");
  await putFiles(bucket, "models/sd15/", sampleWith({ "base_model/model_index.json": `${index.toString()}\n\n` }));
  const lora = tensorFile({ "lora_unet_x_attn2_to_k.lora_down.weight": [1, 768] });
  const styles = await writeFolder(testInfo.outputPath("styles"), { "ink.safetensors": lora });

  await beginDeployment(page);
  await chooseBucket(page, bucket);
  await page.getByRole("radio", { name: /Already in the bucket/ }).click();
  const folders = page.getByRole("list", { name: "Folders" });
  await folders.getByRole("button", { name: "models/" }).click();
  await folders.getByRole("button", { name: "sd15/" }).click();
  await page.getByRole("button", { name: "Add part" }).click();
  await dropFolder(page, styles, DROP);
  await expect(page.getByText("Recognised by its content: a LoRA for SD 1.5")).toBeVisible();
  await page.getByRole("button", { name: /^Add to the model/ }).click();
  await expect(page.getByText(everyByte)).toBeVisible();
  expect(await keysIn(bucket)).toContain("models/sd15/lora/ink.safetensors");

  const whole = await writeFolder(testInfo.outputPath("sd15"), sampleWith());
  await page.getByRole("radio", { name: /From this computer/ }).click();
  await dropFolder(page, whole);
  await expect(page.getByLabel("Model name")).toHaveValue("sd15");
  await expect(page.getByText("1 file is replaced")).toBeVisible();
  await expect(page.getByText("1 file stays as it is")).toBeVisible();
  await page.getByText("Which are replaced").click();
  await expect(page.getByText("base_model/model_index.json", { exact: true })).toBeVisible();
  await page.getByRole("button", { name: /^Upload model/ }).click();
  await expect(page.getByText(everyByte)).toBeVisible();
  await expectSums(bucket, "models/sd15/", whole, Object.keys(sampleWith()));
  await goOn(page, "The service");
});
