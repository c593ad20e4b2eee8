import type { Page } from "@playwright/test";
import { Secret, TOTP } from "otpauth";
import { expect, expectAccessible, expectSound, test } from "./fixtures";
import { NOBODY } from "./settings";
import { fresh, inviteByLink, joinByLink } from "./steps";

const PASSWORD = "a quiet blue harbour";

/** What the app on the phone shows, or will show half a minute later. */
const codeOf = (secret: string, later = 0) =>
  new TOTP({ secret: Secret.fromBase32(secret) }).generate({ timestamp: Date.now() + later * 30_000 });

async function signOut(page: Page, name: string): Promise<void> {
  await page.getByRole("button", { name: `${name}, account menu` }).click();
  await page.getByRole("menuitem", { name: "Sign out" }).click();
  await expect(page.getByRole("heading", { name: "Sign in" })).toBeVisible();
}

async function enterPassword(page: Page, name: string): Promise<void> {
  await page.getByLabel("Name or email").fill(name);
  await page.getByLabel("Password", { exact: true }).fill(PASSWORD);
  await page.getByRole("button", { name: "Sign in" }).click();
  await expect(page.getByLabel("Code")).toBeFocused();
}

const services = (page: Page) => page.getByRole("heading", { name: "Services", level: 1 });

test("codes of an app are set up, asked for, replaced by a recovery code, and taken off by an owner", async ({
  page,
  browser,
}) => {
  test.slow();
  const name = fresh("lin");
  const theirs = await (await browser.newContext({ storageState: NOBODY })).newPage();
  await joinByLink(theirs, await inviteByLink(page, "Artist", name), { name, password: PASSWORD });

  await theirs.goto("/settings/account");
  await theirs.getByRole("button", { name: "Set up two-step sign-in" }).click();
  const dialog = theirs.getByRole("dialog", { name: "Set up two-step sign-in" });
  await expect(dialog.getByRole("img", { name: "QR code for the authenticator app" })).toBeVisible();
  await expectSound(theirs, "setting up two-step sign-in");
  const secret = (await dialog.getByText(/^([A-Z2-7]{4} ?){8}$/).innerText()).replaceAll(" ", "");
  await dialog.getByLabel("Code of the app").fill(codeOf(secret, 20));
  await dialog.getByRole("button", { name: "Switch on" }).click();
  await expect(dialog.getByText("This code is wrong or no longer good.")).toBeVisible();
  await dialog.getByLabel("Code of the app").fill(codeOf(secret));
  await dialog.getByRole("button", { name: "Switch on" }).click();
  const codes = (await dialog.getByText(/^([2-9A-Z]{4}-){3}/).innerText()).split("\n");
  expect(codes).toHaveLength(10);
  await expectSound(theirs, "recovery codes");
  await dialog.getByRole("button", { name: "I have kept them" }).click();
  await expect(theirs.getByText("10 recovery codes left")).toBeVisible();

  await signOut(theirs, name);
  await enterPassword(theirs, name);
  await expectAccessible(theirs);
  await theirs.getByRole("button", { name: "Sign in" }).click();
  await expect(theirs.getByText("Enter the code of your authenticator app, or a recovery code.")).toBeVisible();
  await theirs.getByLabel("Code").fill(codeOf(secret, 1));
  await theirs.getByRole("button", { name: "Sign in" }).click();
  await expect(services(theirs)).toBeVisible();

  await signOut(theirs, name);
  await enterPassword(theirs, name);
  await theirs.getByLabel("Code").fill(codes[0] ?? "");
  await theirs.getByRole("button", { name: "Sign in" }).click();
  await expect(services(theirs)).toBeVisible();
  await theirs.goto("/settings/account");
  await expect(theirs.getByText("9 recovery codes left")).toBeVisible();

  await theirs.getByRole("button", { name: "New recovery codes" }).click();
  const renewal = theirs.getByRole("dialog", { name: "New recovery codes" });
  await renewal.getByRole("textbox", { name: "Code" }).fill(codes[0] ?? "");
  await renewal.getByRole("button", { name: "New recovery codes" }).click();
  await expect(renewal.getByText("This code is wrong or no longer good.")).toBeVisible();
  await expectSound(theirs, "asking for new recovery codes");
  await renewal.getByRole("textbox", { name: "Code" }).fill(codes[1] ?? "");
  await renewal.getByRole("button", { name: "New recovery codes" }).click();
  const renewed = (await renewal.getByText(/^([2-9A-Z]{4}-){3}/).innerText()).split("\n");
  expect(new Set([...codes, ...renewed]).size).toBe(20);
  await renewal.getByRole("button", { name: "I have kept them" }).click();
  await expect(theirs.getByText("10 recovery codes left")).toBeVisible();

  await page.goto("/settings/people");
  const row = page.getByRole("table", { name: "People" }).getByRole("row").filter({ hasText: name });
  await expect(row.getByText("Two-step", { exact: true })).toBeVisible();
  await row.getByRole("button", { name: `Actions for ${name}` }).click();
  await page.getByRole("menuitem", { name: "Remove two-step sign-in" }).click();
  await page.getByRole("dialog").getByRole("button", { name: "Remove two-step sign-in" }).click();
  await expect(row.getByText("Two-step", { exact: true })).toHaveCount(0);
  await theirs.reload();
  await expect(theirs.getByRole("button", { name: "Set up two-step sign-in" })).toBeVisible();
  await theirs.context().close();
});
