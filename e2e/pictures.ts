import { mkdir } from "node:fs/promises";
import { expect, type Page, test } from "@playwright/test";
import sharp from "sharp";
import { PICTURE } from "@/lib/guides/guides";
import { LOCALES, type Locale } from "@/lib/i18n/locales";
import en from "@/lib/i18n/messages/en.json" with { type: "json" };
import zh from "@/lib/i18n/messages/zh-CN.json" with { type: "json" };
import { settled } from "./pages";
import { OWNER, SETUP_CODE } from "./settings";
import { deploy, describeService, expectRunning, goOn, makePicture, uploadModel } from "./steps";

/* `npm run pictures`: the pictures of README and guides, from a console that nobody has used before. */

const TEXTS = { en, "zh-CN": zh };

test.use({ viewport: PICTURE, colorScheme: "light" });

/** By the switch that every page has, so that nothing that was entered is lost. */
async function speak(page: Page, locale: Locale): Promise<void> {
  const change = page.getByRole("button", { name: TEXTS[locale].common.languages[locale], exact: true });
  if (await change.isVisible()) await change.click();
  await expect(page.locator("html")).toHaveAttribute("lang", locale);
}

async function shoot(page: Page, name: string): Promise<void> {
  for (const locale of LOCALES.toReversed()) {
    await speak(page, locale);
    await settled(page);
    await page.evaluate(() => {
      window.scrollTo(0, 0);
      if (document.activeElement instanceof HTMLElement) document.activeElement.blur();
    });
    await page.mouse.move(0, 0);
    const folder = `public/guides/${locale}`;
    await mkdir(folder, { recursive: true });
    await sharp(await page.screenshot())
      .webp({ quality: 80, effort: 6 })
      .toFile(`${folder}/${name}.webp`);
  }
}

test("the way to the first picture", async ({ page }) => {
  await page.goto("/");
  await page.getByLabel("Set-up code").fill("7K2M-Q4XD-9WTH");
  await page.getByLabel("Name or email").fill(OWNER.name);
  await page.getByLabel("Password", { exact: true }).fill(OWNER.password);
  await page.getByLabel("Password, once more").fill(OWNER.password);
  await shoot(page, "set-up");
  await page.getByLabel("Set-up code").fill(SETUP_CODE);
  await page.getByRole("button", { name: "Create owner account" }).click();

  await page.getByRole("link", { name: "Deploy service" }).first().click();
  await page.getByLabel("Bucket name").fill("my-first-models");
  await page.getByRole("form", { name: "Create bucket" }).getByRole("button", { name: "Create bucket" }).click();
  await page.getByRole("button", { name: "Add the CORS rule" }).click();
  await expect(page.getByText(/The bucket admits uploads from/)).toBeVisible();
  await shoot(page, "check");
  await goOn(page, "The model");

  await page.getByRole("radio", { name: /Sample model/ }).click();
  await expect(page.getByText(/Will load as SD 1\.5/)).toBeVisible();
  await shoot(page, "model");
  await uploadModel(page);

  await page.getByLabel("Service name").fill("first_service");
  await shoot(page, "service");
  await describeService(page, "first_service");
  await shoot(page, "review");

  await deploy(page, "first_service");
  await expectRunning(page);
  await expect(page.getByRole("img", { name: /./ }).first()).toBeVisible();
  await shoot(page, "running");

  await page.getByRole("link", { name: "Playground", exact: true }).click();
  await makePicture(page, "a lighthouse over the sea, evening, oil painting");
  await shoot(page, "playground");
});
