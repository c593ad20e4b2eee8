import { expect, type Page } from "@playwright/test";
import { createControlClient } from "@/lib/sandbox/control/client";
import { ACCOUNT, callEas, serviceConfig } from "@/lib/sandbox/eas/testing";
import { expectSound } from "./fixtures";
import { portOf, setUp, test } from "./launching";
import { NOBODY } from "./settings";

/* A cloud that goes away under open pages, and comes back. */

test.use({ storageState: NOBODY });

const quietLine = (page: Page) =>
  page.getByRole("status").filter({ hasText: /^As of .*cloud reported a failure.*asked again by itself/ });

/** Loud words, but not Next's own announcer. */
const alarm = (page: Page) => page.locator("main").getByRole("alert");

test("the cloud goes away under an open list and an open service: both say since when, and are fresh again without a click", async ({
  launch,
  page,
}, testInfo) => {
  test.slow();
  const start = launch({
    EASEL_DATA: testInfo.outputPath("data"),
    EASEL_SETUP_CODE: "a-code-of-ours",
    EASEL_SANDBOX_ACCESS_KEY_ID: ACCOUNT.accessKeyId,
    EASEL_SANDBOX_ACCESS_KEY_SECRET: ACCOUNT.accessKeySecret,
  });
  const url = await start.ready();
  await expect.poll(() => start.output.out).toContain("access key secret");
  const eas = portOf(start, "eas");
  const create = (name: string) => callEas(eas, "POST", "/api/v2/services", serviceConfig(name));
  expect((await create("was_there")).ok).toBe(true);
  await setUp(page, url);
  await expect(page.getByRole("link", { name: "was_there" })).toBeVisible();
  const details = await page.context().newPage();
  await details.goto(`${url}/services/was_there`);
  await expect(details.getByRole("heading", { level: 1, name: "was_there" })).toBeVisible();

  const control = createControlClient(portOf(start, "control"));
  const { id } = await control.add({
    kind: "vendor-error",
    parameters: { status: 503, code: "ServiceUnavailable" },
    scope: { server: "eas" },
  });
  await expect(quietLine(page)).toBeVisible({ timeout: 40_000 });
  await expect(quietLine(details)).toBeVisible({ timeout: 40_000 });
  // What was seen before stays, and nothing shouts.
  await expect(page.getByRole("link", { name: "was_there" })).toBeVisible();
  await expect(alarm(page)).toHaveCount(0);
  await expectSound(page, "a list of an hour ago");
  await expectSound(details, "a service of an hour ago");

  await control.remove(id);
  expect((await create("came_meanwhile")).ok).toBe(true);
  await expect(page.getByRole("link", { name: "came_meanwhile" })).toBeVisible({ timeout: 90_000 });
  await expect(quietLine(page)).toHaveCount(0);
  await expect(quietLine(details)).toHaveCount(0, { timeout: 90_000 });
});
