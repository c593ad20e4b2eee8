import type { Page } from "@playwright/test";
import { putFault, runningService } from "./cloud";
import { expect, expectAccessible, expectSound, test } from "./fixtures";
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

test("a restart is followed by everyone who looks, to a picture made anew; one instance too", async ({
  page,
  context,
}) => {
  test.slow();
  const name = fresh("restarted");
  await runningService(name);
  await page.goto(`/services/${name}`);
  await page.getByRole("button", { name: "Prove it" }).click();
  const proof = page.getByRole("img", { name: "a small house by a lake, morning light" });
  await expect(proof).toBeVisible({ timeout: 60_000 });
  const other = await context.newPage();
  await other.goto(`/services/${name}`);
  await expect(state(other, "Running")).toBeVisible();
  // Long enough to be looked at.
  await putFault("slow-start", name, { delayMs: 6_000 });

  await page.getByRole("button", { name: "Restart", exact: true }).click();
  const dialog = page.getByRole("dialog");
  await expect(dialog.getByRole("switch", { name: "Make a first picture" })).toBeChecked();
  await expectSound(page, "asked for a restart");
  await dialog.getByRole("button", { name: "Restart", exact: true }).click();
  const progress = (on: Page) => on.getByRole("status").filter({ hasText: "Instances are starting anew" });
  await expect(progress(other)).toContainText("0 of 1 instance", { timeout: 30_000 });
  await expectSound(other, "a restart under way");
  await expect(page.getByText(`${name} has restarted`)).toBeVisible({ timeout: 60_000 });
  await expect(progress(page)).toBeHidden();
  await expect(progress(other)).toBeHidden();
  await page.getByRole("radio", { name: "Actions" }).click();
  const timeline = page.getByRole("list", { name: "Timeline" });
  await expect(timeline.getByRole("listitem")).toHaveCount(2);
  await expect(timeline).toContainText("restarted the service");
  // The first picture is another one now: it was made after the restart.
  const strip = page.getByRole("list", { name: "Way to the first picture" });
  await expect(strip.getByRole("listitem").filter({ hasText: "First image" })).toContainText("Done");

  await page.goto(`/services/${name}/scaling`);
  await page.getByRole("button", { name: /^Actions for/ }).click();
  await page.getByRole("menuitem", { name: "Restart process" }).click();
  await page.getByRole("dialog").getByRole("button", { name: "Restart process" }).click();
  await expect(progress(other)).toBeVisible({ timeout: 30_000 });
  await expect(page.getByText(`${name} has restarted`)).toBeVisible({ timeout: 60_000 });
  await expect(progress(other)).toBeHidden();
});

test("a service is scaled by hand, within what the form allows", async ({ page }) => {
  const name = fresh("scaled");
  await runningService(name);
  await page.goto(`/services/${name}/scaling`);
  const form = page.getByRole("form", { name: "Instances" });
  await form.getByLabel("Instances").fill("1001");
  await form.getByRole("button", { name: "Scale service" }).click();
  await expect(form.getByLabel("Instances")).toHaveAttribute("aria-invalid", "true");

  await form.getByLabel("Instances").fill("2");
  await form.getByRole("button", { name: "Scale service" }).click();
  await expect(page.getByText(`${name} is scaling to 2 instances`).first()).toBeVisible();
  const instances = page.getByRole("table", { name: "Instances" });
  await expect(instances.getByText("2/2")).toHaveCount(2, { timeout: 30_000 });

  await instances
    .getByRole("button", { name: /^Actions for/ })
    .first()
    .click();
  await page.getByRole("menuitem", { name: "Take out of traffic" }).click();
  await page.getByRole("dialog").getByRole("button", { name: "Take out of traffic" }).click();
  await expect(instances.getByText("Out of traffic", { exact: true })).toHaveCount(1);
  await expectSound(page, "scaling");
});

test("labels, the safety lock, and deleting by the typed name", async ({ page }) => {
  const name = fresh("settled");
  const { bucket } = await runningService(name);
  await page.goto(`/services/${name}/settings`);
  await page.getByRole("button", { name: "Edit labels" }).click();
  const labels = page.getByRole("form", { name: "Labels" });
  await labels.getByLabel("Key").fill("team");
  await labels.getByLabel("Value").fill("art");
  await labels.getByRole("button", { name: "Add label" }).click();
  await labels.getByLabel("Key").nth(1).fill("team");
  await labels.getByRole("button", { name: "Save labels" }).click();
  await expect(labels.getByText("This key is there already.").first()).toBeVisible();
  await labels.getByLabel("Key").nth(1).fill("环境");
  await labels.getByLabel("Value").nth(1).fill("测试");
  await labels.getByRole("button", { name: "Save labels" }).click();
  await expect(page.getByText("team: art")).toBeVisible();
  await expect(page.getByText("环境: 测试")).toBeVisible();

  // The cloud's word counts: the choice shows once EAS has taken it.
  await page.getByRole("radio", { name: /^No stop, no delete/ }).click();
  await expect(page.getByText(`${name} can no longer be stopped or deleted`).first()).toBeVisible();
  const remove = page.getByRole("button", { name: "Delete service", exact: true });
  await expect(remove).toHaveAccessibleDescription("The safety lock forbids this. Open the lock under Settings first.");
  await expect(page.getByRole("button", { name: "Stop service" })).toHaveAccessibleDescription(/safety lock forbids/);
  await expect(page.getByRole("radio", { name: /^No stop, no delete/ })).toBeChecked();
  await page.getByRole("radio", { name: /^Open/ }).click();
  await expect(page.getByRole("radio", { name: /^Open/ })).toBeChecked();

  await expect(remove).toHaveAccessibleDescription("");
  await remove.click();
  const dialog = page.getByRole("dialog");
  await expect(dialog.getByText(`oss://${bucket}/models/sample/`)).toBeVisible();
  await expectSound(page, "delete");
  const confirmed = dialog.getByRole("button", { name: "Delete service" });
  await dialog.getByLabel(`Type ${name} to confirm`).fill(name.slice(0, -1));
  await expect(confirmed).toHaveAccessibleDescription(`Type ${name} to confirm`);
  await dialog.getByLabel(`Type ${name} to confirm`).fill(name);
  await confirmed.click();
  await expect(page.getByRole("heading", { level: 1, name: "Services" })).toBeVisible();
});
