import { sampleWith } from "@/lib/models/testing";
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
  makePicture,
  uploadModel,
  writeFolder,
} from "../steps";

const TRANSLATE = {
  "translate/configuration.json": JSON.stringify({ framework: "tensorflow", task: "translation", src_lang: "zh" }),
  "translate/tf_ckpts/ckpt-0.index": "index of the weights",
  "translate/tf_ckpts/ckpt-0.data-00000-of-00001": "weights of the translation",
};

test("a folder dropped from the disk becomes a service that draws a Chinese prompt", async ({ page }, testInfo) => {
  const name = fresh("dropped");
  const bucket = bucketNameOf(name);
  await createBucket(bucket);
  const folder = testInfo.outputPath("studio download");
  await writeFolder(folder, { "sd15/.DS_Store": "of the file manager", "sd15/preview.png": "a picture" });
  await writeFolder(`${folder}/sd15`, { ...sampleWith(), ...TRANSLATE });

  await beginDeployment(page);
  await chooseBucket(page, bucket);
  await dropFolder(page, folder);
  await expect(page.getByText(/Will load as SD 1\.5/)).toBeVisible();
  await expect(page.getByText("the content of “studio download/sd15” is taken")).toBeVisible();
  await expect(page.getByText("2 files stay behind")).toBeVisible();
  await expect(page.getByLabel("Model name")).toHaveValue("studio-download");
  await page.getByLabel("Model name").fill("sd15");
  await uploadModel(page);
  const sent = Object.keys({ ...sampleWith(), ...TRANSLATE }).map((path) => `models/sd15/${path}`);
  expect(await keysIn(bucket)).toEqual(sent.sort());

  await expect(page.getByRole("switch", { name: "Chinese prompts" })).toBeChecked();
  await describeService(page, name);
  await deploy(page, name);
  await expectRunning(page);

  await page.getByRole("link", { name: "Playground", exact: true }).click();
  await expect(page.getByRole("switch", { name: "Translate the prompt" })).toBeChecked();
  await makePicture(page, "月光下的雪山和小屋，水墨画");
  await expect(page.getByRole("definition").filter({ hasText: /snowy mountain.*ink wash painting/ })).toBeVisible();
});

test("a folder chosen with the button is put where the container looks, and survives a reload", async ({
  page,
}, testInfo) => {
  const bucket = bucketNameOf(fresh("chosen"));
  await createBucket(bucket);
  // A diffusers folder as it is downloaded: without base_model around it.
  const folder = await writeFolder(testInfo.outputPath("tiny-sd"), sampleWith());

  await beginDeployment(page);
  await chooseBucket(page, bucket);
  const chooser = page.waitForEvent("filechooser");
  await page.getByRole("button", { name: "Choose folder" }).click();
  await (await chooser).setFiles(`${folder}/base_model`);
  await expect(page.getByText(/Will load as SD 1\.5/)).toBeVisible();
  await page.getByLabel("Model name").fill("tiny-sd");
  await uploadModel(page);
  const sent = Object.keys(sampleWith()).map((path) => `models/tiny-sd/${path}`);
  expect(await keysIn(bucket)).toEqual(sent.sort());

  await page.getByRole("button", { name: "Back" }).click();
  await expect(page.getByRole("heading", { name: "The model" })).toBeVisible();
  await page.reload();
  await expect(page.getByText("The model is in the bucket")).toBeVisible();
  await expect(page.getByRole("main").getByText(`oss://${bucket}/models/tiny-sd/`).first()).toBeVisible();
});
