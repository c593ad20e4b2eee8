import { access } from "node:fs/promises";
import { join } from "node:path";
import type { Page } from "@playwright/test";
import { checkpoint, type Entries, editedJson, moved, sampleWith, tensorFile } from "@/lib/models/testing";
import type { Repair } from "@/lib/models/types";
import { createBucket, keysIn } from "../cloud";
import { expect, test } from "../fixtures";
import {
  beginDeployment,
  bucketNameOf,
  chooseBucket,
  dropFolder,
  fresh,
  startWith,
  takeWithControlnet,
  uploadModel,
  writeFolder,
} from "../steps";

/* Each repair takes its finding away and makes a model that loads of what was dropped; the folder on the disk stays as it was. */

const sample = sampleWith();
const renamed = (from: string, to: string) => moved(sample, (path) => path.replace(from, to));
const LORA = tensorFile({ "lora_unet_x_attn2_to_k.lora_down.weight": [1, 768] });
const INDEX = "base_model/model_index.json";
const CHECKER_WEIGHTS = "base_model/safety_checker/model.safetensors";

interface Fault {
  name: string;
  files: Entries;
  /** The button that repairs it. */
  repair: string;
}

/** What must be said in the step of the service before it can be met, and what is made by itself, has a story of its own. */
const FAULTS: Record<Exclude<Repair["kind"], "import" | "move_into_base_model">, Fault[]> = {
  unwrap: [
    {
      name: "two models",
      files: { ...moved(sample, (path) => `first/${path}`), ...moved(sample, (path) => `second/${path}`) },
      repair: "Use the folder two-models/second",
    },
  ],
  use_variant: [
    {
      name: "a variant alone",
      files: renamed("unet/diffusion_pytorch_model.", "unet/diffusion_pytorch_model.fp16."),
      repair: "Upload the fp16 files under their plain names",
    },
  ],
  move: [
    {
      name: "weights of another name",
      files: renamed("vae/diffusion_pytorch_model.", "vae/model."),
      repair: "Upload it as diffusion_pytorch_model.safetensors",
    },
    {
      name: "safetensors as a pickle",
      files: { "base_model/m.ckpt": checkpoint("sd15") },
      repair: "Upload it as m.safetensors",
    },
    {
      name: "a LoRA that Blade keeps out",
      files: { ...sample, "lora_model/a.safetensors": LORA },
      repair: "Move a.safetensors to lora/",
    },
  ],
  keep_checkpoint: [
    {
      name: "two checkpoints",
      files: { "base_model/first.safetensors": checkpoint("sd15"), "base_model/second.ckpt": checkpoint("sd15") },
      repair: "Keep only first.safetensors",
    },
  ],
  strip_bom: [
    {
      name: "a mark before JSON",
      files: sampleWith({ "base_model/vae/config.json": "\ufeff{}" }),
      repair: "Upload it without the mark",
    },
  ],
  leave_behind: [
    {
      name: "half an optimised model",
      files: { ...sample, "optimized_model/unet.pt": "half" },
      repair: "Leave 1 file behind",
    },
  ],
  add_neutral_members: [
    {
      name: "no safety checker",
      files: sampleWith({ "base_model/safety_checker/": undefined }),
      repair: "Add empty safety_checker",
    },
    {
      name: "no safety checker again",
      files: sampleWith({ "base_model/safety_checker/": undefined }),
      repair: "Start with --close_safety, with an empty safety_checker",
    },
  ],
  set_flags: [
    {
      name: "half a translation",
      files: { ...sample, "translate/configuration.json": "{}" },
      repair: "Start without translation",
    },
    {
      name: "a safety checker without weights",
      files: sampleWith({ [CHECKER_WEIGHTS]: undefined }),
      repair: "Start with --close_safety",
    },
    {
      name: "a safety checker without its extractor",
      files: sampleWith({ [INDEX]: editedJson(INDEX, { feature_extractor: [null, null] }) }),
      repair: "Start with --close_safety",
    },
  ],
  rename_folder: [
    {
      name: "a wrongly cased folder",
      files: renamed("base_model/unet/", "base_model/UNet/"),
      repair: "Upload base_model/UNet as base_model/unet",
    },
  ],
};

const verdict = (page: Page) => page.getByRole("status").filter({ hasText: /^Will (not start|load)/ });
const offered = (page: Page, name: string) =>
  page.getByRole("list", { name: "Findings" }).getByRole("button", { name, exact: true });

/** Repairs by the button, takes it back, and repairs again. */
async function repairTwice(page: Page, repair: string): Promise<void> {
  const button = offered(page, repair);
  await expect(button).toBeVisible();
  const before = await verdict(page).innerText();
  for (const again of [true, false]) {
    await button.click();
    await expect(button).toHaveCount(0);
    await expect(verdict(page)).toHaveText(/Will load as SD 1\.5/);
    if (!again) return;
    await page.getByRole("button", { name: "Undo last change" }).click();
    await expect(button).toBeVisible();
    await expect(verdict(page)).toHaveText(before);
  }
}

/* How the service was to start for one folder is not how it is to start for the next. */
test("each fault is repaired by its button", async ({ page }, testInfo) => {
  test.slow();
  const bucket = bucketNameOf(fresh("repairs"));
  await createBucket(bucket);
  await beginDeployment(page);
  await chooseBucket(page, bucket);
  let last = "";
  for (const { name, files, repair } of Object.values(FAULTS).flat()) {
    await test.step(name, async () => {
      last = await writeFolder(testInfo.outputPath(name.replaceAll(" ", "-")), files);
      await dropFolder(page, last);
      await repairTwice(page, repair);
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

test("loose files are put into base_model by themselves, and the page says so", async ({ page }, testInfo) => {
  const bucket = bucketNameOf(fresh("loose"));
  await createBucket(bucket);
  await beginDeployment(page);
  await chooseBucket(page, bucket);
  const folder = await writeFolder(testInfo.outputPath("loose"), {
    ...moved(sample, (path) => path.replace("base_model/", "")),
    "lora/a.safetensors": LORA,
  });
  await dropFolder(page, folder);
  await expect(verdict(page)).toHaveText(/Will load as SD 1\.5/);
  await expect(page.getByRole("list", { name: "Findings" }).getByText(/base_model/)).toBeVisible();
  await page.getByLabel("Model name").fill("loose");
  await uploadModel(page);
  expect(await keysIn(bucket)).toEqual(
    [...Object.keys(sample), "lora/a.safetensors"].map((path) => `models/loose/${path}`).sort(),
  );
});

test("how the service is to start is repaired too, and taken back", async ({ page }, testInfo) => {
  test.slow();
  const bucket = bucketNameOf(fresh("starts"));
  await createBucket(bucket);
  await beginDeployment(page);
  await chooseBucket(page, bucket);
  await takeWithControlnet(page, bucket);
  const folder = await writeFolder(testInfo.outputPath("plain"), sample);

  await test.step("a ControlNet that is not there", async () => {
    await startWith(page, { func: "controlnet" });
    await dropFolder(page, folder);
    await expect(verdict(page)).toHaveText(/Will not start/);
    await repairTwice(page, "Start with --func_name base");
    await page.goto("/deploy?step=service");
    await expect(page.getByRole("radio", { name: /^Generate and edit/ })).toBeChecked();
  });

  await test.step("a translation that is not there", async () => {
    await startWith(page, { translate: true });
    await dropFolder(page, folder);
    await expect(verdict(page)).toHaveText(/Will not start/);
    await repairTwice(page, "Let the server download the translation model");
    await page.getByRole("button", { name: "Undo last change" }).click();
    await repairTwice(page, "Start without translation");
    await page.goto("/deploy?step=service");
    await expect(page.getByRole("switch", { name: "Chinese prompts" })).not.toBeChecked();
  });

  await test.step("a safety checker that cannot be loaded", async () => {
    await startWith(page, {});
    await dropFolder(
      page,
      await writeFolder(testInfo.outputPath("unchecked"), sampleWith({ [CHECKER_WEIGHTS]: undefined })),
    );
    await expect(verdict(page)).toHaveText(/Will not start/);
    await repairTwice(page, "Start with --close_safety");
    await page.goto("/deploy?step=service");
    await expect(page.getByRole("switch", { name: "Without safety checker" })).toBeChecked();
  });
});
