import type { Page } from "@playwright/test";
import { runningService } from "./cloud";
import { expect, expectAccessible, test } from "./fixtures";
import { expectRunning, fresh, makePicture, state } from "./steps";

async function confirm(page: Page, verb: string): Promise<void> {
  await page.getByRole("button", { name: verb, exact: true }).click();
  await page.getByRole("dialog").getByRole("button", { name: verb, exact: true }).click();
  await expect(page.getByRole("dialog")).toBeHidden();
}

test("stop and start are seen by everyone who looks, and the playground says why it waits", async ({
  page,
  context,
}) => {
  const name = fresh("operated");
  await runningService(name);
  await page.goto(`/services/${name}`);
  await expect(state(page, "Running")).toBeVisible();
  const other = await context.newPage();
  await other.goto(`/services/${name}/playground`);
  await makePicture(other, "a red boat");

  await confirm(page, "Stop service");
  await expect(state(page, "Stopped")).toBeVisible({ timeout: 30_000 });
  await expect(page.getByText("No instance at the moment")).toBeVisible();
  // The other tab was not touched.
  await expect(state(other, "Stopped")).toBeVisible();
  const generate = other.getByRole("button", { name: "Generate" });
  await expect(generate).toBeDisabled();
  await expect(generate).toHaveAccessibleDescription("This needs a running service.");
  await expectAccessible(other);

  await confirm(page, "Start service");
  await expectRunning(page);
  await expect(state(other, "Running")).toBeVisible();
  await expect(generate).toBeEnabled();
  await makePicture(other, "a blue boat");
});

test("a service is scaled from its settings, within what the form allows", async ({ page }) => {
  const name = fresh("scaled");
  await runningService(name);
  await page.goto(`/services/${name}/settings`);
  const form = page.getByRole("form", { name: "Scaling" });
  await form.getByLabel("Instances").fill("101");
  await form.getByRole("button", { name: "Scale service" }).click();
  await expect(form.getByLabel("Instances")).toHaveAttribute("aria-invalid", "true");

  await form.getByLabel("Instances").fill("2");
  await form.getByRole("button", { name: "Scale service" }).click();
  await expect(page.getByText(`${name} is scaling to 2 instances`).first()).toBeVisible();
  await page.getByRole("link", { name: "Overview" }).click();
  const instances = page.getByRole("table", { name: "Instances" });
  await expect(instances.getByText("2/2")).toHaveCount(2, { timeout: 30_000 });
});
