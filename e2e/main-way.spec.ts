import { expect, expectAccessible, test } from "./fixtures";
import { beginDeployment, deploy, describeService, fresh, prepareBucket, state, uploadModel } from "./steps";

test("from the sample model to a picture", async ({ page, context }) => {
  await context.grantPermissions(["clipboard-read", "clipboard-write"]);
  const name = fresh("sample");

  await beginDeployment(page);
  await prepareBucket(page, name.replaceAll("_", "-"));
  await expectAccessible(page);

  await page.getByRole("radio", { name: /Sample model/ }).click();
  await expect(page.getByText(/Will load as SD 1\.5/)).toBeVisible();
  await expectAccessible(page);
  await uploadModel(page);

  await expect(page.getByRole("radio", { name: /GU30/ }).first()).toBeVisible();
  await expectAccessible(page);
  await describeService(page, name);

  await expect(page.getByText(/starts on one .* instance in cn-hangzhou/)).toBeVisible();
  await expect(page.getByText('"mount_path": "/oss"')).toBeVisible();
  await expectAccessible(page);
  await deploy(page, name);

  await expect(page.getByRole("list", { name: "Way to the first picture" })).toBeVisible();
  await expect(state(page, "Running")).toBeVisible({ timeout: 60_000 });
  await expect(page.getByRole("table", { name: "Instances" }).getByText("2/2")).toBeVisible();
  await expectAccessible(page);

  await page.getByRole("link", { name: "Call", exact: true }).click();
  await expect(page.getByText(`/api/predict/${name}`).first()).toBeVisible();
  await expect(page.getByText("••••").first()).toBeVisible();
  await expectAccessible(page);
  await page.getByRole("button", { name: "Copy token" }).click();
  const token = await expectClipboard(page, /^\S{16,}$/);
  await page.getByRole("button", { name: "Show token" }).click();
  await expect(page.getByText(token, { exact: true })).toBeVisible();
  await page.getByRole("button", { name: "Hide token" }).click();
  await expect(page.getByText(token, { exact: true })).toBeHidden();

  await page.getByRole("link", { name: "Playground" }).click();
  await page.getByLabel("Prompt", { exact: true }).fill("a lighthouse over the sea, evening");
  await page.getByRole("button", { name: "Generate" }).click();
  const picture = page.getByRole("region", { name: "Result" }).getByRole("img", {
    name: "a lighthouse over the sea, evening",
  });
  await expect(picture).toBeVisible({ timeout: 30_000 });
  await expect.poll(() => picture.evaluate((img: HTMLImageElement) => img.naturalWidth)).toBe(512);
  await expect(page.getByText("With Blade", { exact: true })).toBeVisible();
  await expectAccessible(page);

  // The same settings and seed make the same picture; what was made is still there after a reload.
  await page.getByRole("button", { name: "Use these settings" }).click();
  await expect(page.getByLabel("Seed")).toHaveValue(/^\d+$/);
  await page.reload();
  await expect(page.getByRole("region", { name: "History" }).getByRole("img")).toHaveCount(1);

  await page.goto("/");
  const row = page.getByRole("row").filter({ hasText: name });
  await expect(row.getByText("Running")).toBeVisible();
  await expectAccessible(page);
});

async function expectClipboard(page: import("@playwright/test").Page, pattern: RegExp): Promise<string> {
  let text = "";
  await expect
    .poll(async () => {
      text = await page.evaluate(() => navigator.clipboard.readText());
      return pattern.test(text);
    })
    .toBe(true);
  return text;
}
