import type { Page } from "@playwright/test";
import { NARROW, resize, WIDE } from "./appearance";
import { oss } from "./cloud";
import { expect, expectNoSideways, expectSound, test } from "./fixtures";
import { CLOUD, NOBODY } from "./settings";
import { bucketNameOf, fresh } from "./steps";

/* The sandbox's own page: trouble put in, met and taken out without a mouse. Only a bucket of the story's own meets it. */

test.use({ storageState: NOBODY });

const address = (language: "en" | "zh") => `http://localhost:${CLOUD.ports.control}/?lang=${language}`;

/** Goes on with Tab until the control has the focus, as a person does. */
async function tabTo(page: Page, role: "button" | "combobox" | "textbox", name: string | RegExp): Promise<void> {
  const control = page.getByRole(role, { name });
  for (let n = 0; n < 60; n++) {
    if (await control.evaluate((element) => element === document.activeElement)) return;
    await page.keyboard.press("Tab");
  }
  throw new Error(`Tab never reaches the ${role} ${name}.`);
}

test("a fault is put in by keyboard, strikes, and is taken out", async ({ page }) => {
  const bucket = bucketNameOf(fresh("faulty"));
  await oss().putBucket(bucket);
  const put = () =>
    oss(bucket)
      .put("a", Buffer.from("x"))
      .then(
        () => "stored",
        (error: { code?: string }) => error.code,
      );

  await page.goto(address("en"));
  await tabTo(page, "combobox", "What goes wrong");
  await page.keyboard.type("Vendor error");
  await expect(page.getByLabel("Code", { exact: true })).toHaveValue("ServiceUnavailable");
  const onlyFor = page.locator("summary");
  while (!(await onlyFor.evaluate((element) => element === document.activeElement))) await page.keyboard.press("Tab");
  await page.keyboard.press("Enter");
  await tabTo(page, "textbox", "Bucket");
  await page.keyboard.type(bucket);
  await tabTo(page, "button", "Add fault");
  await page.keyboard.press("Enter");
  const fault = page.getByRole("list", { name: "Active faults" }).getByRole("listitem").filter({ hasText: bucket });
  await expect(fault).toContainText("struck 0×");
  await expect(page.getByRole("status")).toHaveText("Added: Vendor error");

  expect(await put()).toBe("ServiceUnavailable");
  await expect(fault).toContainText("struck 1×");

  const remove = fault.getByRole("button", { name: "Remove: Vendor error" });
  while (!(await remove.evaluate((element) => element === document.activeElement)))
    await page.keyboard.press("Shift+Tab");
  await page.keyboard.press("Enter");
  await expect(fault).toBeHidden();
  expect(await put()).toBe("stored");
});

test("what the sandbox refuses is said beside the button", async ({ page }) => {
  await page.goto(address("en"));
  await page.getByLabel("What goes wrong").selectOption("Latency");
  await page.getByLabel("Delay (ms)").fill("-1");
  await page.getByRole("button", { name: "Add fault" }).click();
  await expect(page.getByRole("alert")).toContainText("parameters.delayMs");
});

test("the page is sound wide and narrow, in both languages and themes, and fits for every fault", async ({ page }) => {
  test.slow();
  for (const language of ["en", "zh"] as const) {
    for (const width of [WIDE, NARROW]) {
      await resize(page, width);
      await page.goto(address(language));
      await expect(page.getByText(`localhost:${CLOUD.ports.oss}`)).toBeVisible();
      await page.locator("summary").click();
      await expectSound(page, `control page, ${language}, ${width} px`);
    }
  }
  const kinds = page.getByLabel("故障类型");
  for (const value of await kinds.locator("option").evaluateAll((all) => all.map((one) => one.getAttribute("value")))) {
    await kinds.selectOption(value);
    await expectNoSideways(page);
  }
  // The kind with every sort of field.
  await kinds.selectOption("crash-loop");
  await expectSound(page, "control page, another form");
});
