import { readFile } from "node:fs/promises";
import type { Page } from "@playwright/test";
import { runningService } from "./cloud";
import { expect, expectAccessible, expectSound, test } from "./fixtures";
import { open } from "./pages";
import { fresh, state } from "./steps";

/* What services cost, and who watches that. The price table is one for the whole console, so the stories follow each other. */

test.describe.configure({ mode: "serial" });

const GU30 = "ml.gu7i.c8m30.1-gu30";
const CSV = `instance_type,price_per_hour,currency,since,source
${GU30},7.5,CNY,2020-01-01,price page
ecs.none,cheap,CNY,2020-01-01,price page
`;

async function countNow(page: Page): Promise<void> {
  const count = page.getByRole("button", { name: "Count now" });
  await count.click();
  await expect(count).toBeEnabled();
  await expect(count).not.toHaveAttribute("aria-busy", "true", { timeout: 30_000 });
}

test("a service that no count has seen yet is not said to be off", async ({ page }) => {
  const name = fresh("uncounted");
  await runningService(name);
  await open(page, `/services/${name}`);
  const card = page.locator("section", { has: page.getByRole("heading", { name: "Costs" }) });
  // The minute's count may come before or after; in neither case does nothing run.
  await expect(card.getByText("Now", { exact: true })).toBeVisible();
  await expect(card.getByText(/^(Not counted yet|Unknown)$/).first()).toBeVisible();
  await expect(card.getByText("Nothing runs")).toBeHidden();
});

test("prices from a file make amounts of running times", async ({ page }) => {
  const name = fresh("priced");
  await runningService(name);
  await open(page, "/settings/prices");
  await page.getByRole("button", { name: "Edit prices" }).click();
  const form = page.getByRole("form", { name: "Prices" });
  await form
    .getByLabel("Import CSV")
    .setInputFiles({ name: "prices.csv", mimeType: "text/csv", buffer: Buffer.from(CSV) });
  await expect(form.getByText("1 price taken from the file.")).toBeVisible();
  await expect(form.getByText("Line 3: Write an amount")).toBeVisible();
  await expectAccessible(page);
  await form.getByRole("button", { name: "Save prices" }).click();
  const table = page.getByRole("table", { name: "Prices" });
  await expect(table.getByRole("row", { name: GU30 })).toContainText("¥7.50");

  await open(page, "/costs");
  await countNow(page);
  const services = page.getByRole("table", { name: "By service" });
  const row = services.getByRole("row", { name });
  await expect(row).toContainText("Runs");
  await expect(row).toContainText("¥");
  await expectSound(page, "costs");
  const download = page.waitForEvent("download");
  await page.getByRole("button", { name: "Export CSV" }).click();
  const file = await readFile(await (await download).path(), "utf8");
  expect(file).toContain(`,${name},`);
  expect(file).toContain(",CNY,");

  await open(page, `/services/${name}`);
  const card = page.locator("section", { has: page.getByRole("heading", { name: "Costs" }) });
  await expect(card.getByText("¥7.50 an hour")).toHaveCount(2);
  await page.getByRole("button", { name: "Stop service" }).click();
  const dialog = page.getByRole("dialog");
  await expect(dialog).toContainText("files in OSS still cost");
  await dialog.getByRole("button", { name: "Stop service" }).click();
  await expect(state(page, "Stopped")).toBeVisible({ timeout: 30_000 });
  await open(page, "/costs");
  await countNow(page);
  await expect(row).not.toContainText("Runs");
});

test("a service whose time is over is announced, and runs on when somebody wants it to", async ({ page }) => {
  const name = fresh("expired");
  await runningService(name);
  await open(page, `/services/${name}/settings`);
  const form = page.getByRole("form", { name: "Idle guard" });
  await form.getByLabel("Stop at the latest").fill("soon");
  await form.getByRole("button", { name: "Save" }).click();
  await expect(form.getByText("Write a time such as 8h or 3d")).toBeVisible();
  await form.getByLabel("Stop at the latest").fill("2026-01-01");
  await form.getByRole("button", { name: "Save" }).click();
  await expect(page.getByText("easel-ttl: 2026-01-01")).toBeVisible({ timeout: 20_000 });

  await open(page, "/costs");
  await countNow(page);
  await open(page, `/services/${name}`);
  const notice = page.getByRole("status").filter({ hasText: "The time of its label easel-ttl is over." });
  await expect(notice).toBeVisible();
  await expect(page.getByText("the time of the label easel-ttl is nearly over")).toBeVisible();
  await expectAccessible(page);
  await notice.getByRole("button", { name: "Keep running for 1 hour" }).click();
  await expect(notice).toBeHidden();
  await expect(page.getByText("owner@example.com keeps the service running")).toBeVisible({ timeout: 40_000 });
});

test("a budget and the guard of a connection are kept", async ({ page }) => {
  await open(page, "/settings/prices");
  const budget = page.getByRole("form", { name: "Budget of a month" });
  await budget.getByLabel("Amount in CNY").fill("500000");
  await budget.getByRole("button", { name: "Save budget" }).click();
  await expect(budget.getByRole("button", { name: "Remove budget" })).toBeVisible();
  const guard = page.getByRole("form", { name: "Idle guard" });
  await guard.getByLabel("Idle for, in minutes").fill("2");
  await guard.getByRole("button", { name: "Save guard" }).click();
  await expect(guard.getByText("Write whole minutes, from 5 to 43200.")).toBeVisible();
  await guard.getByLabel("Idle for, in minutes").fill("600");
  await guard
    .getByRole("radio", { name: /^Say so/ })
    .first()
    .check();
  await guard.getByRole("button", { name: "Save guard" }).click();
  await expect(page.getByText("Idle guard saved").first()).toBeVisible();
  await page.reload();
  await expect(guard.getByLabel("Idle for, in minutes")).toHaveValue("600");
  await open(page, "/costs");
  await page.getByRole("radio", { name: "Month", exact: true }).check();
  await expect(page.getByText(/of ¥500,000.00 this month/)).toBeVisible();
});
