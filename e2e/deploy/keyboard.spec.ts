import type { Locator, Page } from "@playwright/test";
import { expect, test } from "../fixtures";
import { bucketNameOf, fresh } from "../steps";

/** Presses Tab until the focus is there. */
async function tabTo(page: Page, target: Locator): Promise<void> {
  await expect(target).toBeVisible();
  for (let presses = 0; presses < 60; presses++) {
    if (await target.evaluate((element) => element === document.activeElement)) return;
    await page.keyboard.press("Tab");
  }
  await expect(target).toBeFocused();
}

async function press(page: Page, target: Locator, key = "Enter"): Promise<void> {
  await tabTo(page, target);
  await page.keyboard.press(key);
}

test("bucket and sample model are brought in place by keyboard alone", async ({ page }) => {
  const button = (name: string | RegExp) => page.getByRole("button", { name, exact: typeof name === "string" });
  const heading = (name: string) => page.getByRole("heading", { level: 2, name });
  await page.goto("/");
  await page.keyboard.press("Tab");
  await expect(page.getByRole("link", { name: "Skip to content" })).toBeFocused();
  await press(page, page.getByRole("link", { name: "Deploy", exact: true }));
  await expect(heading("What a deployment needs").or(heading("The model"))).toBeVisible();

  // Start over, in a dialog that takes the focus and gives it back when it is left with Escape.
  await press(page, button("Start over"));
  await expect(page.getByRole("dialog")).toBeVisible();
  await page.keyboard.press("Escape");
  await expect(page.getByRole("dialog")).toBeHidden();
  await expect(button("Start over")).toBeFocused();
  await page.keyboard.press("Enter");
  const before = page.url();
  await press(page, button("Discard and start over"));
  await page.waitForURL((url) => url.href !== before);
  await expect(heading("What a deployment needs")).toBeVisible();

  const bucketName = page.getByLabel("Bucket name");
  await expect(button("Create bucket").first()).toBeVisible();
  if (!(await bucketName.isVisible())) await press(page, button("Create bucket").first(), "Space");
  await tabTo(page, bucketName);
  await page.keyboard.type(bucketNameOf(fresh("typed")));
  await page.keyboard.press("Enter");
  await press(page, button("Add the CORS rule"));
  await expect(page.getByText(/The bucket admits uploads from/)).toBeVisible();
  await press(page, button("Next"));

  // The focus is where the next step begins.
  await expect(heading("The model")).toBeFocused();
  await tabTo(page, page.getByRole("radio", { name: /From this computer/ }));
  await page.keyboard.press("ArrowRight");
  await page.keyboard.press("ArrowRight");
  await expect(page.getByRole("radio", { name: /Sample model/ })).toBeChecked();
  await expect(page.getByText(/Will load as SD 1\.5/)).toBeVisible();
  await press(page, button(/^Upload model/));
  await expect(page.getByText("The server found every file, byte for byte")).toBeVisible();
  await press(page, button("Next"));
  await expect(heading("The service")).toBeFocused();
});
