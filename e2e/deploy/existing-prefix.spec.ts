import { sampleWith } from "@/lib/models/testing";
import { CONTROLNET, createBucket, putFiles } from "../cloud";
import { expect, test } from "../fixtures";
import {
  beginDeployment,
  bucketNameOf,
  chooseBucket,
  deploy,
  describeService,
  expectRunning,
  fresh,
  goOn,
} from "../steps";

test("a model that lies in the bucket already is walked to, checked there and deployed", async ({ page }) => {
  const name = fresh("library");
  const bucket = bucketNameOf(name);
  await createBucket(bucket);
  await putFiles(bucket, "library/broken/", sampleWith({ "base_model/unet/": undefined }));
  await putFiles(bucket, "library/sd/v1-5/", sampleWith());

  await beginDeployment(page);
  await chooseBucket(page, bucket);
  await page.getByRole("radio", { name: /Already in the bucket/ }).click();
  const folders = page.getByRole("list", { name: "Folders" });
  await folders.getByRole("button", { name: "library/" }).click();
  await folders.getByRole("button", { name: "broken/" }).click();
  await expect(page.getByRole("status").getByText(/Will not start: base_model lacks unet/)).toBeVisible();
  await expect(page.getByRole("button", { name: "Use this model" })).toBeDisabled();

  await page.getByRole("button", { name: "library", exact: true }).click();
  await folders.getByRole("button", { name: "sd/" }).click();
  await folders.getByRole("button", { name: "v1-5/" }).click();
  await expect(page.getByRole("status").getByText(/Will load as SD 1\.5/)).toBeVisible();
  await page.getByRole("button", { name: "Use this model" }).click();
  await expect(page.getByRole("button", { name: "In use" })).toBeVisible();
  await goOn(page, "The service");

  await describeService(page, name);
  await expect(page.getByText(`"path": "oss://${bucket}/library/sd/v1-5/"`)).toBeVisible();
  await deploy(page, name);
  await expectRunning(page);
});

test("a model with a ControlNet becomes a service that draws along a picture", async ({ page }) => {
  const name = fresh("along");
  const bucket = bucketNameOf(name);
  await createBucket(bucket);
  await putFiles(bucket, "both/", { ...sampleWith(), ...CONTROLNET });

  await beginDeployment(page);
  await chooseBucket(page, bucket);
  await page.getByRole("radio", { name: /Already in the bucket/ }).click();
  await page.getByRole("list", { name: "Folders" }).getByRole("button", { name: "both/" }).click();
  await page.getByRole("button", { name: "Use this model" }).click();
  await goOn(page, "The service");
  await page.getByRole("radio", { name: /^ControlNet/ }).click();
  await describeService(page, name);
  await expect(page.getByText(/--func_name controlnet/).first()).toBeVisible();
  await deploy(page, name);
  await expectRunning(page);
  // The proof of this kind of service needs a picture to follow, which the console brings along.
  const proof = page.getByRole("img", { name: "a small house by a lake, morning light" });
  await expect(proof).toBeVisible({ timeout: 60_000 });
});
