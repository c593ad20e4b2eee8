import type { Locator, Page } from "@playwright/test";
import { control, runningService, updateService } from "./cloud";
import { expect, expectSound, test } from "./fixtures";
import { fresh, makePicture, state } from "./steps";

/* Many pictures at once, and two beside one another. */

const result = (page: Page): Locator => page.getByRole("region", { name: "Result" });

async function openWay(page: Page, name: string): Promise<void> {
  await page.getByRole("button", { name: "Several at once" }).click();
  await page.getByRole("menuitem", { name }).click();
}

test("a grid over two parameters is priced before, kept by the server, and compared by keyboard", async ({ page }) => {
  const name = fresh("grid");
  await runningService(name);
  await page.goto(`/services/${name}/playground`);
  await makePicture(page, "a red house");

  await openWay(page, "Grid over parameters…");
  const dialog = page.getByRole("dialog", { name: "Grid over parameters" });
  await dialog.getByLabel("Columns: values").fill("20, many");
  await expect(dialog.getByRole("status").getByText("“many” is no number")).toBeVisible();
  await dialog.getByLabel("Columns: values").fill("20-40 (+20)");
  await dialog.getByLabel("Rows: parameter").selectOption({ label: "Piece of the prompt" });
  await dialog.getByLabel("Rows: values").fill("red, blue, green");
  await expect(dialog.getByText(/^6 pictures, about \d+ sec/)).toBeVisible();
  await expectSound(page, "grid dialog");
  await dialog.getByRole("button", { name: "Generate 6 pictures" }).click();

  const grid = page.getByRole("region", { name: "Grid", exact: true });
  await expect(grid.getByRole("columnheader", { name: /20$/ })).toBeVisible();
  await expect(grid.getByRole("rowheader", { name: "blue" })).toBeVisible();
  await page.reload();
  await expect(grid.getByRole("img")).toHaveCount(6, { timeout: 60_000 });
  await expect(grid.getByText("6 of 6")).toBeVisible();
  await expectSound(page, "grid");

  await grid.getByRole("button", { name: "40, blue" }).click();
  await expect(result(page).getByText("512 × 512 · 40 steps · CFG 7")).toBeVisible();
  await expect(result(page).getByRole("img", { name: "a blue house" })).toBeVisible();
  await result(page).getByRole("button", { name: "More about this picture" }).click();
  await page.getByRole("menuitem", { name: "Compare…" }).click();
  const compare = page.getByRole("dialog", { name: "Compare two pictures" });
  await compare.getByLabel("Right picture").selectOption({ index: 0 });
  const row = (field: string) => compare.getByRole("row", { name: new RegExp(`^${field}`) });
  await expect(row("Steps")).toHaveAccessibleName("Steps 40 20");
  await expect(row("Prompt")).toHaveAccessibleName("Prompt a blue house a red house");
  await expect(row("Seed")).toHaveCount(0);
  const border = compare.getByRole("slider", { name: "Border between the two" });
  await border.focus();
  await page.keyboard.press("End");
  await expect(border).toHaveAttribute("aria-valuenow", "100");
  await expectSound(page, "slider");
  await page.keyboard.press("x");
  await expect(row("Steps")).toHaveAccessibleName("Steps 20 40");
  await page.keyboard.press("2");
  await expect(compare.getByRole("figure")).toHaveCount(2);
  await page.keyboard.press("3");
  await compare.getByRole("button", { name: "Shown: Left" }).click();
  await expect(compare.getByRole("button", { name: "Shown: Right" })).toBeVisible();
  await page.keyboard.press("Escape");

  await grid.getByRole("button", { name: "Close" }).click();
  await page
    .getByRole("region", { name: "Grids and batches" })
    .getByRole("button", { name: /^Grid a red house/ })
    .click();
  await expect(grid.getByRole("img")).toHaveCount(6);
});

test("a batch names the lines that cannot be, its rest is withdrawn and tried again", async ({ page }) => {
  const name = fresh("batch");
  await runningService(name);
  await page.goto(`/services/${name}/playground`);
  await openWay(page, "Prompts from a list or CSV…");
  const dialog = page.getByRole("dialog", { name: "Batch" });
  await dialog.getByRole("radio", { name: "CSV with a header" }).check();
  await dialog.getByLabel("Lines", { exact: true }).fill('prompt,steps\n"a cat, sitting",20\na dog,900');
  await expect(
    dialog.getByRole("listitem").getByText("Line 3, steps: “900” cannot be used. Not more than 150."),
  ).toBeVisible();
  await expectSound(page, "batch dialog");
  const lines = ["a cat", "a dog", "a horse", "a fish"];
  await dialog.getByRole("radio", { name: "Prompts, one a line" }).check();
  await dialog.getByLabel("Lines", { exact: true }).fill(lines.join("\n"));
  const slow = await control().add({
    kind: "latency",
    parameters: { delayMs: 20_000 },
    scope: { server: "gateway", path: `/api/predict/${name}*` },
  });
  await dialog.getByRole("button", { name: "Generate 4 pictures" }).click();
  const batch = page.getByRole("region", { name: "Batch", exact: true });
  await expect(batch.getByText("Being drawn")).toBeVisible();
  await batch.getByRole("button", { name: "Withdraw the rest" }).click();
  await control().remove(slow.id);
  await batch.getByRole("button", { name: "Try 3 again" }).click({ timeout: 40_000 });
  await expect(batch.getByText("4 of 4")).toBeVisible({ timeout: 40_000 });
  await expect(batch.getByRole("img")).toHaveCount(4);
  await expectSound(page, "batch");
});

test("golden prompts are offered after an update and shown old beside new; other services draw the same", async ({
  page,
}) => {
  const [name, other] = [fresh("golden"), fresh("other")];
  await Promise.all([runningService(name), runningService(other)]);
  await page.goto(`/services/${name}/playground`);
  await makePicture(page, "a stone bridge");
  await result(page).getByRole("button", { name: "More about this picture" }).click();
  await page.getByRole("menuitem", { name: "Keep as golden prompt" }).click();
  const golden = page.getByRole("region", { name: "Golden prompts", exact: true });
  await expect(golden.getByRole("img", { name: "a stone bridge" })).toBeVisible();

  await result(page).getByRole("button", { name: "More about this picture" }).click();
  await page.getByRole("menuitem", { name: "Try on another service…" }).click();
  const elsewhere = page.getByRole("dialog", { name: "Try on another service" });
  await elsewhere.getByLabel(other).check();
  await elsewhere.getByRole("button", { name: "Generate 1 picture" }).click();
  const services = page.getByRole("region", { name: "Several services" });
  await expect(services.getByRole("columnheader", { name: other })).toBeVisible();
  await expect(services.getByRole("img")).toHaveCount(2, { timeout: 30_000 });
  await expectSound(page, "several services");
  await services.getByRole("button", { name: "Close" }).click();

  await updateService(name, { metadata: { rpc: { keepalive: 600_000 } } });
  const offered = golden.getByText("The service was updated to version 2.");
  await expect(offered).toBeVisible({ timeout: 60_000 });
  await expect(state(page, "Running")).toBeVisible({ timeout: 60_000 });
  await golden.getByRole("button", { name: "Draw again and compare" }).click();
  const rerun = page.locator("section").filter({ has: page.getByRole("button", { name: "Accept the new ones" }) });
  await expect(rerun.getByText("Before · Version 1")).toBeVisible({ timeout: 30_000 });
  await expect(rerun.getByText("Now · Version 2")).toBeVisible();
  await expectSound(page, "golden rerun");
  await rerun.getByRole("button", { name: "Compare…" }).click();
  const compare = page.getByRole("dialog", { name: "Compare two pictures" });
  await expect(compare.getByRole("row", { name: /^Version/ })).toHaveAccessibleName("Version 1 2");
  await page.keyboard.press("Escape");
  await page.getByRole("button", { name: "Accept the new ones" }).click();
  await expect(offered).toBeHidden();
});
