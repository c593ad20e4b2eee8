import { control, putFault, runningService } from "./cloud";
import { expect, expectAccessible, test } from "./fixtures";
import { expectRunning, fresh, state } from "./steps";

const PROMPT = "a small house by a lake, morning light";

test("an update is followed to its first picture, and one that fails says why and is taken back", async ({ page }) => {
  test.slow();
  const name = fresh("renewed");
  await runningService(name);
  const row = (number: number) =>
    page.getByRole("listitem").filter({ has: page.getByRole("heading", { name: `Version ${number}` }) });
  const strip = page.getByRole("list", { name: "Way to the first picture" });

  await test.step("the new version is proven, and told", async () => {
    await page.goto(`/services/${name}/configuration?field=metadata.rpc.keepalive`);
    const limit = page.getByLabel("Request limit (ms)");
    await expect(limit).toBeFocused();
    await limit.fill("600000");
    await expect(page.getByRole("switch", { name: "Make a first picture" })).toBeChecked();
    await expectAccessible(page);
    await page.getByRole("button", { name: "Update service" }).click();
    await page.getByRole("link", { name: "Overview" }).click();
    await expect(strip.getByRole("listitem").filter({ hasText: "First image" })).toContainText("Done", {
      timeout: 60_000,
    });
    await expect(page.getByRole("img", { name: PROMPT })).toBeVisible();
    await expect(page.getByText(`${name} runs version 2`)).toBeVisible({ timeout: 20_000 });
    await page.getByRole("link", { name: "Versions" }).click();
    await expect(row(2).getByText("Proven")).toBeVisible();
    await expect(row(2).getByRole("img", { name: `Picture of this version: ${PROMPT}` })).toBeVisible();
    await expect(row(1).getByText("Proven")).toBeHidden();
  });

  await test.step("one that fails", async () => {
    const fault = await putFault("image-pull-failure", name, { reason: "denied" });
    await page.goto(`/services/${name}/configuration?field=metadata.rpc.keepalive`);
    await page.getByLabel("Request limit (ms)").fill("700000");
    await page.getByRole("button", { name: "Update service" }).click();
    await page.getByRole("link", { name: "Overview" }).click();
    const box = page.getByRole("alert").filter({ hasText: "The registry refuses the image" });
    await expect(box).toBeVisible({ timeout: 30_000 });
    await expect(box.getByText("Version 2 goes on answering meanwhile.")).toBeVisible();
    await expect(page.getByRole("progressbar", { name: "Version 3 takes the place of version 2" })).toBeVisible();
    await expect(state(page, "Updating")).toBeVisible();
    await box.getByRole("link", { name: "Edit configuration" }).click();
    await expect(page.getByLabel("Image", { exact: true })).toBeFocused();
    await control().remove(fault.id);
  });

  await test.step("and is taken back", async () => {
    await page.goto(`/services/${name}/versions`);
    await page.getByRole("button", { name: "Roll back to 2" }).click();
    await page.getByRole("dialog").getByRole("button", { name: "Roll back" }).click();
    await expect(row(4).getByText("Runs now")).toBeVisible({ timeout: 60_000 });
    await expect(row(4).getByText("Proven")).toBeVisible({ timeout: 60_000 });
    await expectRunning(page);
  });
});
