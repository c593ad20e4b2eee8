import type { Page } from "@playwright/test";
import { sampleWith } from "@/lib/models/testing";
import { chooseLook, LOOKS, NARROW, nameOf, resize, WIDE } from "../appearance";
import { createBucket } from "../cloud";
import { expect, expectSound, test } from "../fixtures";
import { settled } from "../pages";
import {
  beginDeployment,
  bucketNameOf,
  chooseBucket,
  describeService,
  dropFolder,
  fresh,
  uploadModel,
  writeFolder,
} from "../steps";

/** The step as it stands, loaded again in each look: the draft keeps it. Ends in the first look. */
async function inEveryLook(page: Page, step: string): Promise<void> {
  for (const look of LOOKS.toReversed()) {
    await chooseLook(page, look);
    await page.reload();
    await settled(page);
    await expectSound(page, `${step}, ${nameOf(look)}`);
  }
}

/** What a reload would lose. Ends wide. */
async function inBothWidths(page: Page, part: string): Promise<void> {
  for (const width of [NARROW, WIDE]) {
    await resize(page, width);
    await expectSound(page, `${part}, ${width} px`);
  }
}

test("the steps of a deployment", async ({ page }, testInfo) => {
  test.slow();
  const name = fresh("steps");
  const bucket = bucketNameOf(name);
  await createBucket(bucket);
  const bad = await writeFolder(testInfo.outputPath("bad"), sampleWith({ "base_model/safety_checker/": undefined }));

  await beginDeployment(page);
  await page.getByLabel("OSS bucket").selectOption(bucket);
  await expect(page.getByText(/The bucket admits uploads from/)).toBeVisible();
  await inEveryLook(page, "check");
  await chooseBucket(page, bucket);
  await inEveryLook(page, "model");
  await dropFolder(page, bad);
  await expect(page.getByRole("status").getByText(/Will not start/)).toBeVisible();
  await inBothWidths(page, "a bad model");
  await page.getByRole("radio", { name: /Already in the bucket/ }).click();
  await expect(page.getByText("Nothing here yet")).toBeVisible();
  await inBothWidths(page, "the bucket");
  await page.getByRole("radio", { name: /Sample model/ }).click();
  await expect(page.getByText(/Will load as SD 1\.5/)).toBeVisible();
  await inBothWidths(page, "the sample model");
  await uploadModel(page);
  await inEveryLook(page, "service");
  await page.getByText("Advanced", { exact: true }).click();
  await inBothWidths(page, "advanced");
  await describeService(page, name);
  await inEveryLook(page, "review");
  await page.getByRole("button", { name: "Start over" }).click();
  await expect(page.getByRole("dialog")).toBeVisible();
  await inBothWidths(page, "start over");
});
