import { expect, test as setup } from "@playwright/test";
import { OWNER, OWNER_STATE, SETUP_CODE } from "./settings";

/** The first person: from the printed code to the empty list of services, as the owner that the stories are told by. */
setup("the first start makes an owner", async ({ page }) => {
  await page.goto("/");
  await expect(page.getByRole("heading", { name: "Set up Easel" })).toBeVisible();

  await page.getByLabel("Set-up code").fill("a wrong code");
  await page.getByLabel("Name or email").fill(OWNER.name);
  await page.getByLabel("Password", { exact: true }).fill(OWNER.password);
  await page.getByLabel("Password, once more").fill(OWNER.password);
  await page.getByRole("button", { name: "Create owner account" }).click();
  await expect(page.getByText("This is not the set-up code.")).toBeVisible();

  await page.getByLabel("Set-up code").fill(SETUP_CODE);
  await page.getByRole("button", { name: "Create owner account" }).click();
  await expect(page.getByRole("heading", { name: "Services", level: 1 })).toBeVisible();
  await expect(page.getByText("No service yet")).toBeVisible();
  await page.context().storageState({ path: OWNER_STATE });

  await page.goto("/set-up");
  await expect(page.getByRole("heading", { name: "Set up Easel" })).toBeHidden();
});
