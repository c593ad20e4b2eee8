import type { Page } from "@playwright/test";
import { expect, expectAccessible, test } from "../fixtures";
import {
  beginDeployment,
  bucketNameOf,
  deploy,
  describeService,
  expectRunning,
  fresh,
  makePicture,
  prepareBucket,
  uploadModel,
} from "../steps";

test("from the sample model to a picture", async ({ page, context }) => {
  await context.grantPermissions(["clipboard-read", "clipboard-write"]);
  const name = fresh("sample");

  await beginDeployment(page);
  await prepareBucket(page, bucketNameOf(name));

  await page.getByRole("radio", { name: /Sample model/ }).click();
  await expect(page.getByText(/Will load as SD 1\.5/)).toBeVisible();
  await uploadModel(page);

  await expect(page.getByRole("radio", { name: /GU30/ }).first()).toBeVisible();
  await describeService(page, name);

  await expect(page.getByText(/starts on one .* instance in cn-hangzhou/)).toBeVisible();
  await expect(page.getByText('"mount_path": "/oss"')).toBeVisible();
  await deploy(page, name);

  await expect(page.getByRole("list", { name: "Way to the first picture" })).toBeVisible();
  await expectAccessible(page);
  await expectRunning(page);
  await expect(page.getByRole("table", { name: "Instances" }).getByText("2/2")).toBeVisible();
  // The service proves itself, as the review promised.
  const proof = page.getByRole("img", { name: "a small house by a lake, morning light" });
  await expect(proof).toBeVisible({ timeout: 60_000 });

  await page.getByRole("link", { name: "Call", exact: true }).click();
  await expect(page.getByText(`/api/predict/${name}`).first()).toBeVisible();
  await expect(page.getByText("••••").first()).toBeVisible();
  await page.getByRole("button", { name: "Copy token" }).click();
  const token = await expectClipboard(page, /^\S{16,}$/);
  await page.getByRole("button", { name: "Show token" }).click();
  await expect(page.getByText(token, { exact: true })).toBeVisible();
  await page.getByRole("button", { name: "Hide token" }).click();
  await expect(page.getByText(token, { exact: true })).toBeHidden();

  await page.getByRole("link", { name: "Playground", exact: true }).click();
  await makePicture(page, "a lighthouse over the sea, evening");
  await expect(page.getByText("With Blade", { exact: true })).toBeVisible();

  // What made it can be used again; the picture is still there after a reload.
  await page.getByRole("button", { name: "Use these settings" }).click();
  await expect(page.getByRole("textbox", { name: /^Seed/ })).toHaveValue(/^\d+$/);
  await page.reload();
  await expect(page.getByRole("region", { name: "History" }).getByRole("img")).toHaveCount(2);
  await page.getByRole("link", { name: "Overview" }).click();
  await expect(page.getByRole("heading", { name: "Latest picture" })).toBeVisible();
  await expect(page.getByRole("img", { name: "a lighthouse over the sea, evening" })).toHaveCount(1);

  await page.goto("/");
  await expect(page.getByRole("row").filter({ hasText: name }).getByText("Running")).toBeVisible();
});

async function expectClipboard(page: Page, pattern: RegExp): Promise<string> {
  let text = "";
  await expect
    .poll(async () => {
      text = await page.evaluate(() => navigator.clipboard.readText());
      return text;
    })
    .toMatch(pattern);
  return text;
}
