import type { Page } from "@playwright/test";
import { sampleWith } from "@/lib/models/testing";
import { chooseLook, LOOKS, type Look, NARROW, nameOf, WIDE } from "./appearance";
import { createBucket, createService, putFiles, runningService, untilService } from "./cloud";
import { expect, expectSound, test } from "./fixtures";
import { open, PLACES, servicePlaces } from "./pages";
import { NOBODY, OWNER } from "./settings";
import { bucketNameOf, fresh } from "./steps";

/* Each page wide and narrow, in both languages and both themes: readable by everyone, nothing beside the window. */

async function visit(page: Page, look: Look, places: readonly { name: string; path: string }[]): Promise<void> {
  await chooseLook(page, look);
  for (const { name, path } of places) {
    await open(page, path);
    await expectSound(page, `${name}, ${nameOf(look)}`);
  }
}

for (const look of LOOKS) {
  test(`the pages of the console (${nameOf(look)})`, async ({ page }) => {
    await visit(page, look, PLACES);
  });
}

test("the pages of a running and of a failed service", async ({ page }) => {
  test.slow();
  const running = fresh("accessible_service_with_a_long_name_that_fills");
  const failed = fresh("failed");
  const bucket = bucketNameOf(failed);
  await createBucket(bucket);
  await putFiles(bucket, "models/half/", sampleWith({ "base_model/unet/": undefined }));
  await createService({ name: failed, bucket, root: "models/half/" });
  await runningService(running);
  await untilService(failed, "Failed");
  for (const look of LOOKS) {
    await visit(page, look, [
      ...servicePlaces(running),
      { name: "service-failed", path: `/services/${failed}` },
      { name: "services", path: "/" },
    ]);
  }
});

test.describe("signed out", () => {
  test.use({ storageState: NOBODY });

  test("the sign-in page, empty and with what is wrong", async ({ page }) => {
    for (const look of LOOKS) {
      await visit(page, look, [{ name: "sign-in", path: "/sign-in" }]);
      await page.locator("button[type=submit]").click();
      await expect(page.getByRole("alert").first()).toBeVisible();
      await expectSound(page, `sign-in refused, ${nameOf(look)}`);
    }
  });
});

test("menus and dialogs", async ({ page }) => {
  const name = fresh("menus");
  await runningService(name);
  for (const width of [WIDE, NARROW]) {
    await chooseLook(page, { locale: "en", theme: "light", width });
    await open(page, "/");
    const menus = [/^Connection:/, `${OWNER.name}, account menu`, ...(width === WIDE ? ["Theme"] : [])];
    for (const menu of menus) {
      await page.getByRole("button", { name: menu }).click();
      await expect(page.getByRole("menu")).toBeVisible();
      await expectSound(page, `menu ${menu}, ${width} px`);
      await page.keyboard.press("Escape");
      await expect(page.getByRole("menu")).toBeHidden();
    }
    const dialogs = [
      { path: `/services/${name}`, button: "Stop service" },
      { path: `/services/${name}/settings`, button: "Delete service" },
      { path: "/settings/connections", button: "Add connection" },
    ];
    for (const { path, button } of dialogs) {
      await open(page, path);
      await page.getByRole("button", { name: button }).click();
      await expect(page.getByRole("dialog")).toBeVisible();
      await expectSound(page, `dialog ${button}, ${width} px`);
    }
  }
});
