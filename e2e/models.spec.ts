import { readFile } from "node:fs/promises";
import { sampleWith } from "@/lib/models/testing";
import { createBucket, keysIn, oss, putFiles, runningService } from "./cloud";
import { expect, expectNoSideways, expectSound, test } from "./fixtures";
import { bucketNameOf, fresh } from "./steps";

test("a model in use is known, checked where it lies, and told what changed", async ({ page }) => {
  const name = fresh("library");
  const { bucket } = await runningService(name);
  await page.goto("/models");
  const row = page.getByRole("row").filter({ hasText: bucket });
  await expect(row.getByRole("link", { name })).toBeVisible();
  await expect(row.getByText("Not checked yet")).toBeVisible();
  await row.getByRole("link", { name: "models/sample/" }).click();

  await page.getByRole("button", { name: "Check this folder" }).click();
  await expect(page.getByRole("status").getByText(/Will load as SD 1\.5/)).toBeVisible();
  await expect(page.getByText("For a service started with --func_name base --use_blade.")).toBeVisible();
  await expectSound(page, "a checked model root");
  await putFiles(bucket, "models/sample/", { "lora/new.safetensors": new Uint8Array([1, 2]) });
  await page.getByRole("button", { name: "Check again" }).click();
  await expect(page.getByText(/1 added, 0 changed, 0 removed/)).toBeVisible();

  await page.getByRole("button", { name: "Deploy a service with it" }).click();
  await expect(page.getByRole("heading", { name: "The service" })).toBeVisible();
  const place = page.getByText(new RegExp(`${bucket}/models/sample/`));
  await expect(place.filter({ visible: true }).first()).toBeVisible();

  await page.getByRole("link", { name: "Models" }).first().click();
  await expect(row.getByText("Loads")).toBeVisible();
  await expect(row.getByText(/base_model lora/)).toBeVisible();
  await row.getByRole("button", { name: "Check models/sample/ again" }).click();
  await expect(page.getByText("models/sample/ loads").first()).toBeVisible();
  await row.getByRole("button", { name: "More for models/sample/" }).click();
  const remove = page.getByRole("menuitem", { name: /^Delete/ });
  await expect(remove).toBeDisabled();
  await expect(remove).toContainText(`In use by ${name}`);
  await expectSound(page, "the library");
  await page.keyboard.press("Escape");

  await row.getByRole("button", { name: "New deployment with models/sample/" }).click();
  await expect(page.getByRole("heading", { name: "The service" })).toBeVisible();
  await expect(place.filter({ visible: true }).first()).toBeVisible();
});

test("a deployment with a model that does not load begins at the model, and says why", async ({ page }) => {
  const bucket = bucketNameOf(fresh("halved"));
  await createBucket(bucket);
  await putFiles(bucket, "half/", sampleWith({ "base_model/unet/": undefined }));
  await page.goto(`/models/browse?bucket=${bucket}&prefix=half/`);
  await page.getByRole("button", { name: "Check this folder" }).click();
  await expect(page.getByText(/Will not start: base_model lacks unet/)).toBeVisible();
  await page.goto("/models");
  await page
    .getByRole("row")
    .filter({ hasText: bucket })
    .getByRole("button", { name: /^New deployment/ })
    .click();
  await expect(page.getByRole("heading", { name: "The model", level: 2 })).toBeVisible();
  await expect(page.getByRole("radio", { name: /Already in the bucket/ })).toBeChecked();
  await expect(page.getByRole("status").getByText(/Will not start: base_model lacks unet/)).toBeVisible();
  await expect(page.getByRole("button", { name: "Next", exact: true })).toBeDisabled();
});

test("what a service mounts is not deleted; what nobody uses goes after its name was typed", async ({ page }) => {
  const name = fresh("keeper");
  const { bucket } = await runningService(name);
  await putFiles(bucket, "old/try/", { "a.bin": new Uint8Array(3), "b/c.bin": new Uint8Array(4) });
  await page.goto(`/models/browse?bucket=${bucket}&prefix=models/`);
  await page.getByRole("button", { name: "Delete sample/" }).click();
  const dialog = page.getByRole("dialog");
  await dialog.getByRole("textbox").fill("sample");
  await dialog.getByRole("button", { name: "Delete folder" }).click();
  await expect(dialog.getByRole("alert")).toContainText("A service mounts this place");
  await dialog.getByRole("button", { name: "Cancel" }).click();

  await page.getByRole("link", { name: bucket, exact: true }).click();
  await page.getByRole("button", { name: "Delete old/" }).click();
  await expect(dialog.getByRole("button", { name: "Delete folder" })).toBeDisabled();
  await expectSound(page, "the question before deleting");
  await dialog.getByRole("textbox").fill("old");
  await dialog.getByRole("button", { name: "Delete folder" }).click();
  await expect(page.getByText("2 files deleted").first()).toBeVisible();
  await expect(page.getByRole("link", { name: "old/" })).toHaveCount(0);
  expect((await keysIn(bucket)).filter((key) => key.startsWith("old/"))).toEqual([]);
});

test("a file is downloaded, and unfinished uploads are removed", async ({ page }) => {
  const bucket = fresh("files").replaceAll("_", "-");
  await oss().putBucket(bucket);
  await putFiles(bucket, "notes/", { "读我 v1.txt": new TextEncoder().encode("hello") });
  await oss(bucket).initMultipartUpload("notes/half.bin");
  await page.goto(`/models/browse?bucket=${bucket}`);
  await page.getByRole("link", { name: "notes/" }).click();

  const downloading = page.waitForEvent("download");
  await page.getByRole("link", { name: "Download 读我 v1.txt" }).click();
  const download = await downloading;
  expect(download.suggestedFilename()).toBe("读我 v1.txt");
  expect(await readFile(await download.path(), "utf8")).toBe("hello");

  await expect(page.getByRole("heading", { name: "1 unfinished upload" })).toBeVisible();
  await page.getByRole("button", { name: "Let OSS remove them after 7 days" }).click();
  await expect(page.getByText(/OSS removes them after 7 days/)).toBeVisible();
  await page.getByRole("button", { name: "Remove unfinished uploads" }).click();
  await page.getByRole("dialog").getByRole("button", { name: "Remove unfinished uploads" }).click();
  await expect(page.getByRole("heading", { name: /unfinished upload/ })).toHaveCount(0);
});

test("a folder of thousands is walked by keyboard, searched, checked in place and cleared with care", async ({
  page,
}) => {
  test.slow();
  const bucket = bucketNameOf(fresh("shelf"));
  await createBucket(bucket);
  const names = Array.from({ length: 2100 }, (_, index) => `picture-${String(index).padStart(4, "0")}.bin`);
  for (let from = 0; from < names.length; from += 50)
    await putFiles(
      bucket,
      "",
      Object.fromEntries(names.slice(from, from + 50).map((name) => [name, new Uint8Array(9)])),
    );
  await putFiles(bucket, "sd15/", sampleWith());

  await page.goto(`/models/browse?bucket=${bucket}`);
  const table = page.getByRole("table", { name: "Folders and files" });
  const rows = table.getByRole("row");
  const more = page.getByRole("button", { name: "Show more" });
  // The folder and the header are rows too.
  await expect(rows).toHaveCount(502 - 1);
  await more.focus();
  for (const count of [1001, 1501, 2001]) {
    await page.keyboard.press("Enter");
    await expect(rows).toHaveCount(count);
    await expect(more).toBeFocused();
  }
  await page.keyboard.press("Enter");
  await expect(rows).toHaveCount(names.length + 2);
  await expect(more).toBeHidden();
  await expectNoSideways(page);

  await page.goto(`/models/browse?bucket=${bucket}`);
  const search = page.getByRole("searchbox", { name: "Names that begin with" });
  await search.fill("picture-209");
  await expect(rows).toHaveCount(11);
  await expectSound(page, "a search in a bucket");
  await search.fill("picture-2099");
  await expect(rows).toHaveCount(2);
  await page.getByRole("button", { name: "Delete picture-2099.bin" }).click();
  const dialog = page.getByRole("dialog");
  await expect(dialog).toContainText(`picture-2099.bin is removed from bucket ${bucket} for good`);
  await page.keyboard.press("Escape");
  await expect(dialog).toBeHidden();
  expect(await keysIn(bucket)).toContain("picture-2099.bin");
  await page.getByRole("button", { name: "Delete picture-2099.bin" }).click();
  await dialog.getByRole("button", { name: "Delete file" }).click();
  await expect(page.getByText("No name here begins so")).toBeVisible();
  expect(await keysIn(bucket)).not.toContain("picture-2099.bin");

  await search.fill("sd");
  await table.getByRole("link", { name: "sd15/" }).focus();
  await page.keyboard.press("Enter");
  await page.getByRole("button", { name: "Check this folder" }).focus();
  await page.keyboard.press("Enter");
  await expect(page.getByRole("status").getByText(/Will load as SD 1\.5/)).toBeVisible();
});
