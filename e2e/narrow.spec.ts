import { NARROW, resize } from "./appearance";
import { runningService } from "./cloud";
import { expect, expectNoSideways, test } from "./fixtures";
import { OWNER } from "./settings";
import { expectRunning, fresh, makePicture } from "./steps";

test("on a phone the bar at the bottom leads everywhere, and a picture can be made", async ({ page }) => {
  const name = fresh("phone");
  await runningService(name);
  await resize(page, NARROW);
  await page.goto("/");
  const bar = page.getByRole("navigation", { name: "Main" });
  const box = await bar.boundingBox();
  expect((box?.y ?? 0) + (box?.height ?? 0)).toBeCloseTo(844, 0);

  await bar.getByRole("link", { name: "Deploy" }).click();
  await expect(page.getByRole("heading", { name: "Deploy service", level: 1 })).toBeVisible();
  await expect(bar.getByRole("link", { name: "Deploy" })).toHaveAttribute("aria-current", "page");
  await bar.getByRole("link", { name: "Settings" }).click();
  await expect(page.getByRole("heading", { name: "Settings", level: 1 })).toBeVisible();
  for (const section of ["Account", "Sessions", "Language and theme", "Connections"]) {
    await page.getByRole("navigation", { name: "Settings" }).getByRole("link", { name: section }).click();
    await expect(page.getByRole("heading", { level: 2 }).first()).toBeVisible();
    await expectNoSideways(page);
  }

  // Language and theme have no room in the bar above: they are in the menu of the person.
  await page.getByRole("button", { name: `${OWNER.name}, account menu` }).click();
  await page.getByRole("menuitemradio", { name: "中文" }).click();
  await expect(page.getByRole("heading", { name: "设置", level: 1 })).toBeVisible();
  await page.getByRole("button", { name: /账号菜单/ }).click();
  await page.getByRole("menuitemradio", { name: "English" }).click();
  await expect(page.getByRole("heading", { name: "Settings", level: 1 })).toBeVisible();

  await bar.getByRole("link", { name: "Services" }).click();
  const card = page.getByRole("row").filter({ hasText: name });
  await expect(card.getByText("Running")).toBeVisible();
  await card.getByRole("link", { name }).click();
  await expectRunning(page);
  for (const tab of ["Logs", "Call", "Settings", "Overview", "Playground"]) {
    await page
      .getByRole("navigation", { name: `Pages of ${name}` })
      .getByRole("link", { name: tab })
      .click();
    await expect(page).toHaveURL(tab === "Overview" ? `/services/${name}` : `/services/${name}/${tab.toLowerCase()}`);
    await expectNoSideways(page);
  }
  await makePicture(page, "a paper boat");
  await expectNoSideways(page);
});
