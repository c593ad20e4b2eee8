import type { Page } from "@playwright/test";
import { GUIDES } from "@/lib/guides/guides";
import { sampleWith } from "@/lib/models/testing";
import { chooseLook, LOOKS, nameOf } from "./appearance";
import { createBucket, createService, putFiles, untilService } from "./cloud";
import { expect, expectSound, test } from "./fixtures";
import { open } from "./pages";
import { NOBODY } from "./settings";
import { bucketNameOf, fresh } from "./steps";

/* The guides, for those who are inside and for those who cannot get in, and the links that lead to them. */

/** Help opens beside what somebody is in the middle of. */
async function follow(page: Page, press: () => Promise<void>): Promise<Page> {
  const opened = page.context().waitForEvent("page");
  await press();
  const help = await opened;
  await help.waitForLoadState();
  return help;
}

/** The heading that the address names, on the screen. */
async function expectHeading(help: Page, id: string): Promise<void> {
  await expect(help).toHaveURL(new RegExp(`#${id}$`));
  await expect(help.locator(`[id="${id}"]`)).toBeInViewport();
}

test("a service that fails leads to the help on its reason", async ({ page }) => {
  const name = fresh("needs_help");
  const bucket = bucketNameOf(name);
  await createBucket(bucket);
  await putFiles(bucket, "models/half/", sampleWith({ "base_model/safety_checker/": undefined }));
  await createService({ name, bucket, root: "models/half/" });
  await untilService(name, "Failed");
  await open(page, `/services/${name}`);
  const help = await follow(page, () => page.getByRole("alert").getByRole("link", { name: /^Help/ }).click());
  await expectHeading(help, "base_model_checkpoints");
  await expect(help.getByRole("heading", { name: /neither complete nor exactly one checkpoint/ })).toBeVisible();
});

test("help is in the bar, and beside costs and people", async ({ page }) => {
  await open(page, "/settings/people");
  await expectHeading(await follow(page, () => page.getByTitle(/^Help: People/).click()), "people");
  await open(page, "/costs");
  await expectHeading(await follow(page, () => page.getByTitle(/^Help: Costs/).click()), "costs");
  await page.getByRole("banner").getByRole("link", { name: "Help", exact: true }).click();
  await expect(page.getByRole("heading", { name: "Help", level: 1 })).toBeVisible();
});

test.describe("signed out", () => {
  test.use({ storageState: NOBODY });

  test("from the sign-in page to its help, and by a pasted message to its cause, in both languages", async ({
    page,
  }) => {
    await page.goto("/sign-in");
    const help = await follow(page, () => page.getByRole("link", { name: /^Help/ }).click());
    await expectHeading(help, "sign-in");

    await help.getByRole("banner").getByRole("link", { name: "Help" }).click();
    await help
      .getByRole("searchbox")
      .fill("torch.cuda.OutOfMemoryError: CUDA out of memory. Tried to allocate 2.00 GiB");
    await help.getByRole("searchbox").press("Enter");
    await help.getByRole("link", { name: "The GPU's memory is too small to load the model" }).click();
    await expectHeading(help, "gpu_memory");

    await help.getByRole("button", { name: "中文" }).click();
    await expect(help.getByRole("heading", { name: "服务无法启动或运行异常", level: 1 })).toBeVisible();
    await help.getByRole("navigation", { name: "本页内容" }).getByRole("link", { name: "实例规格已售罄" }).click();
    await expectHeading(help, "out_of_stock");
  });

  test("a guide that is none is not found, and without words everything is offered", async ({ page }) => {
    expect((await page.goto("/help/nothing"))?.status()).toBe(404);
    await page.goto("/help?q=xylophone");
    await expect(page.getByRole("heading", { name: "Nothing here speaks of “xylophone”" })).toBeVisible();
    await expect(page.getByRole("main").getByRole("link")).toHaveCount(GUIDES.length);
  });

  test("the guides are readable by everyone, in both languages, wide and narrow", async ({ page }) => {
    test.slow();
    for (const look of LOOKS) {
      await chooseLook(page, look);
      for (const path of ["/help?q=OSS", ...GUIDES.map((guide) => `/help/${guide}`)]) {
        await open(page, path);
        await expectSound(page, `${path}, ${nameOf(look)}`);
      }
    }
  });

  test("a guide brings no more script than the sign-in page", async ({ page }) => {
    const bytes = async (path: string) => {
      await page.goto(path);
      await expect(page.getByRole("heading", { level: 1 })).toBeVisible();
      return page.evaluate(() =>
        performance
          .getEntriesByType("resource")
          .filter((entry) => entry.name.endsWith(".js"))
          .reduce((sum, entry) => sum + (entry as PerformanceResourceTiming).decodedBodySize, 0),
      );
    };
    const guide = await bytes("/help/service");
    expect(guide).toBeGreaterThan(0);
    expect(guide).toBeLessThan(await bytes("/sign-in"));
  });
});
