import { runningService } from "./cloud";
import { expect, expectAccessible, expectSound, test } from "./fixtures";
import { expectRunning, fresh, state } from "./steps";

test("what runs is changed with its difference in view, taken back, and cloned", async ({ page }) => {
  const name = fresh("changed");
  await runningService(name);
  await page.goto(`/services/${name}`);
  await page.getByRole("link", { name: "Configuration", exact: true }).click();
  await expect(page.getByText("Version 1 runs.")).toBeVisible();
  const update = page.getByRole("button", { name: "Update service" });
  await expect(update).toHaveAttribute("aria-disabled", "true");
  await expectSound(page, "what runs");

  await test.step("a change, and what it means", async () => {
    await page.getByText("Advanced", { exact: true }).click();
    await page.getByText("Requests", { exact: true }).click();
    await page.getByLabel("Request limit (ms)").fill("600000");
    const changes = page.getByRole("list", { name: "Changes" }).getByRole("listitem");
    await expect(changes).toHaveCount(1);
    await expect(changes).toContainText("metadata.rpc.keepalive");
    await expect(changes).toContainText("500000");
    await expect(page.getByText(/A new version is made and replaces the instances/)).toBeVisible();
    await expect(page.getByText(/Sent as a merge/)).toBeVisible();
    await expectAccessible(page);
  });

  await test.step("taking something away has to be sent as a whole", async () => {
    await page.getByLabel("Request limit (ms)").fill("");
    await expect(page.getByText(/Sent as a replacement: a merge cannot take keys away/)).toBeVisible();
    await page.getByLabel("Request limit (ms)").fill("600000");
  });

  await update.click();
  await expect(page.getByText("Version 2 runs.")).toBeVisible({ timeout: 30_000 });
  await expectRunning(page);

  await page.getByRole("button", { name: "Back to version 1" }).click();
  await expect(page.getByText("Version 3 runs.")).toBeVisible({ timeout: 30_000 });
  await expect(page.getByLabel("Request limit (ms)")).toHaveValue("500000");

  await test.step("a copy of it", async () => {
    await page.getByRole("link", { name: "Clone" }).click();
    await expect(page.getByLabel("Service name")).toHaveValue(`${name}_2`);
    await expect(page.getByText(new RegExp(`${name} uses the same model folder`)).first()).toBeVisible();
    await page.getByRole("switch", { name: "Faster with Blade" }).click();
    await page.getByRole("button", { name: "Next", exact: true }).click();
    await page.getByRole("button", { name: "Deploy service" }).click();
    await expect(page.getByRole("heading", { level: 1, name: `${name}_2` })).toBeVisible();
    await expect(state(page, "Running")).toBeVisible({ timeout: 60_000 });
  });
});
