import { open } from "node:fs/promises";
import { type Entries, sampleWith, tensorFile } from "@/lib/models/testing";
import { createBucket } from "../cloud";
import { expect, test } from "../fixtures";
import { beginDeployment, bucketNameOf, chooseBucket, dropFolder, fresh, uploadButton, writeFolder } from "../steps";
import { begin, emptyBucket, expectEqual, GIB, writeModel } from "../uploads";

/* As many files, and as large ones, as people really bring. */

test("3,000 small files with long Chinese names arrive, and the page holds few rows of them", async ({
  page,
}, testInfo) => {
  test.slow();
  const bucket = bucketNameOf(fresh("many"));
  await createBucket(bucket);
  const styles: Entries = {};
  for (let n = 0; n < 3000; n++) {
    const folder = `lora/${["水墨山水与园林", "工笔花鸟", "赛博朋克夜景"][n % 3]}`;
    const name = `第${String(n).padStart(4, "0")}号风格_训练于二〇二六年_最终版本.safetensors`;
    styles[`${folder}/${name}`] = tensorFile({ [`lora_unet_x${n}_attn2_to_k.lora_down.weight`]: [1, 768] });
  }
  const files = { ...sampleWith(), ...styles };
  const folder = await writeFolder(testInfo.outputPath("m"), files);

  await beginDeployment(page);
  await chooseBucket(page, bucket);
  await dropFolder(page, folder);
  await expect(page.getByText(/Will load as SD 1\.5.*3,0\d\d files/)).toBeVisible();
  const tree = page.getByRole("tree", { name: "What the service will see under /oss" });
  await tree.focus();
  await page.keyboard.press("End");
  await expect(tree.getByRole("treeitem", { name: /赛博朋克夜景/ })).toBeVisible();
  await page.keyboard.press("ArrowRight");
  await page.keyboard.press("End");
  await expect(tree.getByRole("treeitem", { name: /第2999号风格/ })).toBeVisible();
  expect(await tree.getByRole("treeitem").count()).toBeLessThan(60);

  await page.getByLabel("Model name").fill("m");
  await uploadButton(page).click();
  await page.getByText(/^3,?0\d\d files$/).click();
  const list = page.getByRole("region", { name: "Files of this upload" });
  await expect(list.getByRole("listitem").first()).toBeVisible();
  expect(await list.getByRole("listitem").count()).toBeLessThan(60);
  await expectEqual(page, bucket, folder, Object.keys(files), 120_000);
});

test("a file of 3 GB arrives with its sum", async ({ page }, testInfo) => {
  test.setTimeout(240_000);
  const bucket = bucketNameOf(fresh("large"));
  await createBucket(bucket);
  const folder = testInfo.outputPath("m");
  const paths = await writeModel(folder, 3 * GIB);
  // Not all of it is zeros, or parts could change places unseen.
  const file = await open(`${folder}/${paths.at(-1)}`, "r+");
  for (let n = 1; n < 96; n++) await file.write(`part ${n}`, n * 32 * 1024 * 1024 + n);
  await file.close();
  await begin(page, bucket, folder);
  await expect(page.getByText(/of 3\.2 GB/)).toBeVisible();
  await expectEqual(page, bucket, folder, paths, 180_000);
  await emptyBucket(bucket);
});
