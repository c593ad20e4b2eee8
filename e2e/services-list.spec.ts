import { runningService, untilService, withCrowd } from "./cloud";
import { expect, expectSound, test } from "./fixtures";
import { fresh } from "./steps";

test("2,000 services are searched, filtered, grouped, linked to and walked through", async ({ page }) => {
  const prefix = `${fresh("crowd").toLowerCase()}_`;
  await withCrowd(prefix, 2000, async () => {
    await page.goto(`/?q=${prefix}`);
    const table = page.getByRole("table", { name: "Services" });
    const rows = table.getByRole("row");
    await expect(page.getByText(/^2,000 of 2,\d+ services$/).or(page.getByText("2,000 services"))).toBeVisible({
      timeout: 60_000,
    });
    await expect(table.getByRole("link", { name: `${prefix}0000` })).toBeVisible();
    // Only what is in view is there.
    expect(await rows.count()).toBeLessThan(80);
    await expectSound(page, "list of thousands");

    const search = page.getByLabel("Search services");
    await search.fill(`${prefix}1234`);
    await expect(rows).toHaveCount(2);
    await search.fill(prefix);
    await page.getByLabel("Any label").selectOption("team=film");
    await expect(page.getByText(/^500 of /)).toBeVisible();
    await page.getByRole("button", { name: "Created" }).click();
    await expect(rows.nth(1).getByRole("link")).toHaveText(`${prefix}1997`);
    await page.getByLabel("Group by").selectOption("By state");
    await expect(table.getByRole("rowheader", { name: /Stopped 500/ })).toBeVisible();

    await expect(page).toHaveURL(/label=team%3Dfilm.*group=state|group=state.*label=team%3Dfilm/);
    await page.reload();
    await expect(table.getByRole("rowheader", { name: /Stopped 500/ })).toBeVisible({ timeout: 60_000 });
    // Rows get their height when they are seen, so the end moves on a little: one goes on turning the wheel, as people do.
    await expect(async () => {
      await page.mouse.wheel(0, 30_000);
      await expect(table.getByRole("link", { name: `${prefix}0001` })).toBeVisible({ timeout: 1_000 });
    }).toPass({ timeout: 15_000 });
    expect(await rows.count()).toBeLessThan(80);
  });
});

test("several services are stopped, labelled and deleted at once, each with its own result", async ({ page }) => {
  const prefix = fresh("bulk");
  const names = ["a", "b"].map((letter) => `${prefix}_${letter}`);
  for (const name of names) await runningService(name);
  await page.goto(`/?q=${prefix}`);
  for (const name of names) await page.getByLabel(`Select ${name}`).check();
  const bar = page.getByRole("region", { name: "Selected services" });
  await expect(bar.getByText("2 selected")).toBeVisible();
  await expect(bar.getByRole("button", { name: "Start" })).toHaveAccessibleDescription("The service is not stopped.");

  await bar.getByRole("button", { name: "Add label" }).click();
  const dialog = page.getByRole("dialog");
  await dialog.getByLabel("Key").fill("batch");
  await dialog.getByLabel("Value").fill("seven");
  await dialog.getByRole("button", { name: "Add label" }).click();
  await expect(dialog.getByText("requested")).toHaveCount(2);
  await dialog.getByRole("button", { name: "Close" }).first().click();
  await page.getByLabel("Any label").selectOption("batch=seven");

  await page.getByLabel(`Select ${names[1]}`).uncheck();
  await bar.getByRole("button", { name: "Stop" }).click();
  await dialog.getByRole("button", { name: "Stop", exact: true }).click();
  await expect(dialog.getByText("requested")).toHaveCount(1);
  await dialog.getByRole("button", { name: "Close" }).first().click();
  await untilService(names[0] ?? "", "Stopped");

  await page.getByLabel(`Select ${names[1]}`).check();
  await expect(page.getByRole("row", { name: new RegExp(`${names[0]}.*Stopped`) })).toBeVisible();
  await bar.getByRole("button", { name: "Stop" }).click();
  await expect(dialog.getByText(/1 is left out/)).toBeVisible();
  await dialog.getByRole("button", { name: "Stop", exact: true }).click();
  await expect(dialog.getByText("The service is stopped already.")).toBeVisible();
  await expect(dialog.getByText("requested")).toHaveCount(1);
  await expectSound(page, "results");
  await dialog.getByRole("button", { name: "Close" }).first().click();

  await bar.getByRole("button", { name: "Delete" }).click();
  await dialog.getByLabel("Type 2 to confirm").fill("2");
  await dialog.getByRole("button", { name: "Delete", exact: true }).click();
  await expect(dialog.getByText("requested")).toHaveCount(2);
  await dialog.getByRole("button", { name: "Close" }).first().click();
  await expect(page.getByText("No service matches what you chose")).toBeVisible({ timeout: 30_000 });
});

test("on a phone each card stands below the one before it", async ({ page }) => {
  const prefix = fresh("cards");
  await withCrowd(`${prefix}_`, 6, async () => {
    await page.setViewportSize({ width: 390, height: 844 });
    await page.goto(`/?q=${prefix}`);
    const cards = page.getByRole("table", { name: "Services" }).getByRole("row").filter({ hasText: prefix });
    await expect(cards).toHaveCount(6);
    const gaps = async () => {
      const boxes = await Promise.all((await cards.all()).map((card) => card.boundingBox()));
      const sorted = boxes.filter((box) => box !== null).sort((a, b) => a.y - b.y);
      return sorted.slice(1).map(({ y }, at) => Math.round(y - (sorted[at]?.y ?? 0) - (sorted[at]?.height ?? 0)));
    };
    // Heights are measured in whole pixels.
    await expect.poll(async () => (await gaps()).filter((gap) => gap >= 0 && gap <= 1)).toHaveLength(5);
  });
});
