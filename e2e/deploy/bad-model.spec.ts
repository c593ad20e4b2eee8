import { checkpoint, moved, sampleWith, tensorFile } from "@/lib/models/testing";
import { torchFile } from "@/lib/models/testing-torch";
import { createBucket, keysIn } from "../cloud";
import { expect, test } from "../fixtures";
import {
  beginDeployment,
  bucketNameOf,
  chooseBucket,
  deploy,
  describeService,
  dropFolder,
  expectRunning,
  fresh,
  goOn,
  uploadButton,
  uploadModel,
  writeFolder,
} from "../steps";

const REFUSAL = "The service would not start with this model.";

test("without safety_checker nothing is uploaded until the offered repair is taken", async ({ page }, testInfo) => {
  const name = fresh("unsafe");
  const bucket = bucketNameOf(name);
  await createBucket(bucket);
  const folder = await writeFolder(
    testInfo.outputPath("no-checker"),
    sampleWith({ "base_model/safety_checker/": undefined }),
  );
  await beginDeployment(page);
  await chooseBucket(page, bucket);
  await dropFolder(page, folder);

  await expect(page.getByRole("status").getByText(/Will not start: base_model lacks safety_checker/)).toBeVisible();
  // The container's own line, before it could ever say it.
  await expect(page.getByText("You need to provide only one .ckpt model or one .safetensors model")).toBeVisible();
  await expect(uploadButton(page)).toBeDisabled();
  await expect(uploadButton(page)).toHaveAccessibleDescription(REFUSAL);
  await uploadButton(page).click({ force: true });
  await expect(page.getByRole("button", { name: "Next", exact: true })).toBeDisabled();

  await page.getByRole("radio", { name: /Already in the bucket/ }).click();
  await expect(page.getByText("Nothing here yet")).toBeVisible();
  expect(await keysIn(bucket)).toEqual([]);

  await page.getByRole("radio", { name: /From this computer/ }).click();
  await dropFolder(page, folder);
  await page.getByRole("button", { name: "Add empty safety_checker" }).click();
  await expect(page.getByRole("status").getByText(/Will load as SD 1\.5/)).toBeVisible();
  await uploadModel(page);
  await describeService(page, name);
  await deploy(page, name);
  // The repair is worth what it says: the container takes the folder.
  await expectRunning(page);
});

test("a name in the wrong case and a second checkpoint are named as the reason", async ({ page }, testInfo) => {
  const bucket = bucketNameOf(fresh("wrong"));
  await createBucket(bucket);
  const cased = await writeFolder(
    testInfo.outputPath("cased"),
    moved(sampleWith(), (path) => path.replace("base_model/", "Base_Model/")),
  );
  const twice = await writeFolder(testInfo.outputPath("twice"), {
    "base_model/first.safetensors": checkpoint("sd15"),
    "base_model/second.safetensors": checkpoint("sd15"),
  });
  await beginDeployment(page);
  await chooseBucket(page, bucket);

  await dropFolder(page, cased);
  await expect(page.getByRole("status").getByText("Will not start: “Base_Model” is not “base_model”")).toBeVisible();
  await expect(uploadButton(page)).toHaveAccessibleDescription(REFUSAL);
  await page.getByRole("button", { name: "Upload Base_Model as base_model" }).click();
  await expect(page.getByRole("status").getByText(/Will load as SD 1\.5/)).toBeVisible();
  await expect(uploadButton(page)).toBeEnabled();

  // Another folder takes the place of the first, with what was repaired there.
  await dropFolder(page, twice);
  await expect(page.getByRole("status").getByText(/base_model holds several checkpoints/)).toBeVisible();
  await expect(uploadButton(page)).toHaveAccessibleDescription(REFUSAL);
  await page.getByRole("button", { name: "Keep only first.safetensors" }).click();
  await expect(page.getByRole("status").getByText(/Will load as SD 1\.5/)).toBeVisible();
  await expect(page.getByText("1 file stays behind")).toBeVisible();
  expect(await keysIn(bucket)).toEqual([]);
});

test("several faults are repaired at once, and a change can be taken back", async ({ page }, testInfo) => {
  const bucket = bucketNameOf(fresh("repaired"));
  await createBucket(bucket);
  const folder = await writeFolder(testInfo.outputPath("faults"), {
    ...sampleWith({ "base_model/safety_checker/": undefined }),
    "base_model/vae/config.json": "\ufeff{}",
    "lora/xl.safetensors": tensorFile({ "lora_unet_x_attn2_to_k.lora_down.weight": [1, 2048] }),
  });
  await beginDeployment(page);
  await chooseBucket(page, bucket);
  await dropFolder(page, folder);

  await expect(page.getByRole("status").getByText(/Will not start: base_model lacks safety_checker/)).toBeVisible();
  await page.getByRole("button", { name: "Repair all (2 changes)" }).click();
  await expect(page.getByRole("status").getByText(/Will load as SD 1\.5/)).toBeVisible();
  // What does not matter for the start is told, with what was seen.
  await expect(page.getByText("“lora/xl.safetensors” is a LoRA for SDXL")).toBeVisible();
  await expect(page.getByText("lora_unet_x_attn2_to_k.lora_down.weight [1, 2048]")).toBeVisible();
  await page.getByRole("button", { name: "Undo last change" }).click();
  await expect(page.getByRole("status").getByText(/Will not start/)).toBeVisible();
  await expect(uploadButton(page)).toBeDisabled();
});

test("weights that would run code are refused, and overruled only by their name", async ({ page }, testInfo) => {
  const bucket = bucketNameOf(fresh("danger"));
  await createBucket(bucket);
  const unet = "base_model/unet/diffusion_pytorch_model";
  const folder = await writeFolder(
    testInfo.outputPath("danger"),
    sampleWith({
      [`${unet}.safetensors`]: undefined,
      [`${unet}.bin`]: torchFile({ "conv_in.weight": [8, 4, 3, 3] }, { calls: ["os system"] }),
    }),
  );
  await beginDeployment(page);
  await chooseBucket(page, bucket);
  await dropFolder(page, folder);

  await expect(page.getByRole("status").getByText(/Not safe to load: .*would run os\.system/)).toBeVisible();
  await expect(uploadButton(page)).toBeDisabled();
  await page.getByRole("button", { name: "Upload anyway" }).click();
  const dialog = page.getByRole("dialog");
  await expect(dialog.getByText(/Loading .* would run code/)).toBeVisible();
  await expect(dialog.getByRole("button", { name: "Upload anyway" })).toBeDisabled();
  await dialog.getByRole("textbox").fill("diffusion_pytorch_model.bin");
  await dialog.getByRole("button", { name: "Upload anyway" }).click();
  await expect(page.getByText("The server found every file, byte for byte")).toBeVisible({ timeout: 30_000 });
  expect((await keysIn(bucket)).some((key) => key.endsWith("unet/diffusion_pytorch_model.bin"))).toBe(true);

  // Whoever deploys it is told, here and in the audit.
  await goOn(page, "The service");
  await goOn(page, "Review and deploy");
  await expect(page.getByText("This model was uploaded although the check refused it")).toBeVisible();
  await page.goto("/settings/audit");
  await expect(page.getByText(`oss://${bucket}/`, { exact: false }).first()).toBeVisible();
  await expect(page.getByText(/pickle_dangerous/).first()).toBeVisible();
});
