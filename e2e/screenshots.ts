import { rm } from "node:fs/promises";
import { expect, type Page, test } from "@playwright/test";
import { LOCALE_COOKIE, LOCALES, type Locale } from "@/lib/i18n/locales";
import en from "@/lib/i18n/messages/en.json" with { type: "json" };
import zh from "@/lib/i18n/messages/zh-CN.json" with { type: "json" };
import { sampleWith } from "@/lib/models/testing";
import { NARROW, resize, WIDE } from "./appearance";
import { createBucket, createService, putFiles, runningService, setStock, untilService } from "./cloud";
import { open, PLACES, servicePlaces, settled } from "./pages";
import { CONSOLE_URL, NOBODY } from "./settings";
import {
  beginDeployment,
  bucketNameOf,
  chooseBucket,
  describeService,
  dropFolder,
  fresh,
  makePicture,
  writeFolder,
} from "./steps";

/* Every page × language × theme × width, below test-results/screenshots. */

const FOLDER = "test-results/screenshots";
const TEXTS = { en, "zh-CN": zh };

test.describe.configure({ mode: "serial" });

/** The other language, in place where the page has the switch, so that nothing that was entered is lost. */
async function speak(page: Page, locale: Locale): Promise<void> {
  await resize(page, WIDE);
  const change = page.getByRole("button", { name: TEXTS[locale].common.languages[locale], exact: true });
  if (await change.isVisible()) {
    await change.click();
  } else if ((await page.locator("html").getAttribute("lang")) !== locale) {
    await page.context().addCookies([{ name: LOCALE_COOKIE, value: locale, url: CONSOLE_URL }]);
    await page.reload();
  }
  await expect(page.locator("html")).toHaveAttribute("lang", locale);
}

/** A window as tall as the page: what sticks to an edge of the window then sticks to that of the picture. */
async function showWhole(page: Page, width: number): Promise<void> {
  const needed = await page.evaluate(() => document.scrollingElement?.scrollHeight ?? 0);
  const { height } = page.viewportSize() ?? { height: 0 };
  if (needed > height) await page.setViewportSize({ width, height: needed });
  await page.evaluate(() => window.scrollTo(0, 0));
}

async function shootThemesAndWidths(page: Page, name: string, locale: Locale): Promise<void> {
  for (const width of [NARROW, WIDE]) {
    await resize(page, width);
    for (const colorScheme of ["light", "dark"] as const) {
      await page.emulateMedia({ colorScheme });
      await settled(page);
      await showWhole(page, width);
      await page.screenshot({ path: `${FOLDER}/${name}-${locale}-${colorScheme}-${width}.png` });
    }
  }
}

async function shoot(page: Page, name: string): Promise<void> {
  await test.step(name, async () => {
    for (const locale of LOCALES.toReversed()) {
      await speak(page, locale);
      await shootThemesAndWidths(page, name, locale);
    }
  });
}

/** What covers the page has to be opened again in each language. */
async function shootOpened(page: Page, name: string, open: (texts: typeof en) => Promise<void>): Promise<void> {
  await test.step(name, async () => {
    for (const locale of LOCALES.toReversed()) {
      await speak(page, locale);
      await open(TEXTS[locale]);
      await shootThemesAndWidths(page, name, locale);
      await page.keyboard.press("Escape");
    }
  });
}

test("before there is anything", async ({ page }) => {
  await rm(FOLDER, { recursive: true, force: true });
  await open(page, "/");
  await shoot(page, "services-empty");
  await beginDeployment(page);
  await shoot(page, "deploy-1-check-empty");
});

test("the wizard", async ({ page }, testInfo) => {
  const name = "portrait_studio_shanghai_winter_campaign_2026_final";
  const bucket = "winter-campaign-2026-models-and-pictures";
  await createBucket(bucket);
  await putFiles(bucket, "library/sd15/", sampleWith());
  const bad = await writeFolder(testInfo.outputPath("bad-model"), {
    ...sampleWith({ "base_model/safety_checker/": undefined }),
    "notes.txt": "of nobody's interest",
    ".DS_Store": "",
  });
  await beginDeployment(page);
  await page.getByLabel("OSS bucket").selectOption(bucket);
  await expect(page.getByText(/The bucket admits uploads from/)).toBeVisible();
  await shoot(page, "deploy-1-check");
  await chooseBucket(page, bucket);
  await shoot(page, "deploy-2-model");
  await dropFolder(page, bad);
  await expect(page.getByRole("status").getByText(/Will not start/)).toBeVisible();
  await shoot(page, "deploy-2-model-bad");
  await page.getByRole("radio", { name: /Already in the bucket/ }).click();
  await page.getByRole("button", { name: "library/" }).click();
  await page.getByRole("button", { name: "sd15/" }).click();
  await expect(page.getByRole("status").getByText(/Will load as/)).toBeVisible();
  await shoot(page, "deploy-2-model-bucket");
  await page.getByRole("radio", { name: /Sample model/ }).click();
  await expect(page.getByText(/Will load as SD 1\.5/)).toBeVisible();
  await shoot(page, "deploy-2-model-sample");
  await page.getByRole("button", { name: /^Upload model/ }).click();
  await expect(page.getByText("The server found every file, byte for byte")).toBeVisible();
  await page.getByText(/^\d+ files$/).click();
  await shoot(page, "deploy-2-model-uploaded");
  await page.getByRole("button", { name: "Next", exact: true }).click();
  await page.getByText("Advanced", { exact: true }).click();
  await shoot(page, "deploy-3-service");
  await page.getByLabel("Service name").fill("Not-A-Name");
  await shoot(page, "deploy-3-service-refused");
  await describeService(page, name);
  await shoot(page, "deploy-4-review");
  await shootOpened(page, "deploy-start-over", async ({ deploy }) => {
    await page.getByRole("button", { name: deploy.startOver.button }).click();
  });
  await page.getByRole("button", { name: "Deploy service" }).click();
  await expect(page.getByRole("heading", { level: 1, name })).toBeVisible();
  await untilService(name, "Running");
});

test("services", async ({ page }) => {
  const [running, failed, waiting] = ["sd15", "sd15_half_a_model", "waits_for_stock"];
  await runningService(running);
  await page.goto(`/services/${running}/playground`);
  await shoot(page, "service-playground-empty");
  await makePicture(page, "月光下的雪山和小屋，水墨画");
  await page
    .getByRole("button", { name: /^768×512/ })
    .or(page.getByText("768×512"))
    .first()
    .click();
  await makePicture(
    page,
    "a lighthouse over the sea, evening, oil painting, with a very long prompt that goes on",
    768,
  );

  const bucket = bucketNameOf(fresh("half"));
  await createBucket(bucket);
  await putFiles(bucket, "models/half/", sampleWith({ "base_model/safety_checker/": undefined }));
  await createService({ name: failed, bucket, root: "models/half/" });
  await untilService(failed, "Failed");
  await setStock(false);
  await createService({ name: waiting, bucket, root: "models/half/" });
  await untilService(waiting, "Waiting");

  for (const { name, path } of [
    ...servicePlaces(running),
    { name: "service-failed", path: `/services/${failed}` },
    { name: "service-failed-log", path: `/services/${failed}/logs` },
    { name: "service-waiting", path: `/services/${waiting}` },
    { name: "service-long-name", path: "/services/portrait_studio_shanghai_winter_campaign_2026_final" },
    ...PLACES.filter((place) => place.name !== "deploy"),
  ]) {
    await open(page, path);
    await shoot(page, name);
  }
  await setStock(true);

  await open(page, `/services/${running}/settings`);
  await shootOpened(page, "dialog-delete", async ({ services }) => {
    await page.getByRole("button", { name: services.actions.delete }).click();
  });
  await open(page, "/settings/connections");
  await shootOpened(page, "dialog-connection", async ({ settings }) => {
    await page.getByRole("button", { name: settings.connections.add }).click();
  });
  await shootOpened(page, "menu-person", async () => {
    await page.getByRole("button", { name: /owner@example\.com/ }).click();
  });
});

test.describe("signed out", () => {
  test.use({ storageState: NOBODY });

  test("sign-in", async ({ page }) => {
    await open(page, "/sign-in");
    await shoot(page, "sign-in");
    await page.locator("button[type=submit]").click();
    await expect(page.getByRole("alert").first()).toBeVisible();
    await shoot(page, "sign-in-refused");
  });
});
