import { sampleWith } from "@/lib/models/testing";
import { createBucket, createService, putFiles } from "./cloud";
import { expect, expectAccessible, test } from "./fixtures";
import { bucketNameOf, fresh, state } from "./steps";

const LAST_WORDS =
  "You need to provide only one .ckpt model or one .safetensors model to convert. But got .ckpt: 0 and .safetensors: 0";

test("a service that others deployed on a broken model fails, and its page says why", async ({ page }) => {
  const name = fresh("broken");
  const bucket = bucketNameOf(name);
  await createBucket(bucket);
  await putFiles(bucket, "models/half/", sampleWith({ "base_model/feature_extractor/": undefined }));
  await createService({ name, bucket, root: "models/half/" });

  await page.goto("/");
  const row = page.getByRole("row").filter({ hasText: name });
  await row.getByRole("link", { name }).click();
  await expect(state(page, "Failed")).toBeVisible({ timeout: 60_000 });
  const reason = page.getByRole("alert").filter({ hasText: "neither a complete diffusers folder" });
  await expect(reason.getByText("EAS has given up")).toBeVisible();
  await expect(reason.getByRole("blockquote").getByText(LAST_WORDS)).toBeVisible();
  await expectAccessible(page);

  await reason.getByRole("link", { name: "Open log" }).click();
  await expect(page.getByRole("log").getByText(LAST_WORDS).first()).toBeVisible();
  await page.getByRole("searchbox", { name: "Search the log" }).fill("only one .ckpt");
  await expect(page.getByText(/\d+ lines? found/)).toBeVisible();
  await expectAccessible(page);

  await page.goto("/");
  await expect(row.getByText("Failed")).toBeVisible();

  await page.goto(`/services/${name}/settings`);
  await page.getByRole("button", { name: "Delete service" }).click();
  const dialog = page.getByRole("dialog", { name: `Delete ${name}?` });
  await expect(dialog.getByRole("button", { name: "Delete service" })).toBeDisabled();
  await dialog.getByLabel(`Type ${name} to confirm`).fill(name);
  await expectAccessible(page);
  await dialog.getByRole("button", { name: "Delete service" }).click();
  await expect(page).toHaveURL("/");
  await expect(row).toBeHidden();
});
