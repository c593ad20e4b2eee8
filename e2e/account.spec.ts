import { expect, expectAccessible, test } from "./fixtures";
import { NOBODY, OWNER } from "./settings";
import { signIn } from "./steps";

test.use({ storageState: NOBODY });

test("without a session every page leads to the sign-in, and the API says 401", async ({ page }) => {
  for (const path of ["/", "/deploy", "/services/any", "/services/any/call", "/settings/connections"]) {
    await page.goto(path);
    await expect(page.getByRole("heading", { name: "Sign in" })).toBeVisible();
    expect(new URL(page.url()).pathname).toBe("/sign-in");
  }
  for (const path of ["/api/services", "/api/oss/buckets", "/api/drafts", "/api/services/any/live"]) {
    const answer = await page.request.get(path);
    expect(answer.status()).toBe(401);
    expect(await answer.json()).toMatchObject({ code: "not_signed_in" });
  }
});

test("a wrong password is refused beside the field, the right one leads to where one wanted to go", async ({
  page,
}) => {
  await page.goto("/settings/appearance");
  await expect(page).toHaveURL("/sign-in?next=%2Fsettings%2Fappearance");
  await page.getByLabel("Name or email").fill(OWNER.name);
  await page.getByLabel("Password", { exact: true }).fill("not the password");
  await page.getByRole("button", { name: "Sign in" }).click();
  await expect(page.getByText("Name and password do not match.")).toBeVisible();
  await expect(page.getByLabel("Password", { exact: true })).toBeFocused();
  await expectAccessible(page);
  await signIn(page);
  await expect(page).toHaveURL("/settings/appearance");

  await page.getByRole("button", { name: `${OWNER.name}, account menu` }).click();
  await page.getByRole("menuitem", { name: "Sign out" }).click();
  await expect(page.getByRole("heading", { name: "Sign in" })).toBeVisible();
  await page.goto("/settings/appearance");
  await expect(page.getByRole("heading", { name: "Sign in" })).toBeVisible();
});

test("a session elsewhere is seen and ended", async ({ page, browser }) => {
  const elsewhere = await browser.newContext({
    storageState: NOBODY,
    userAgent: "Mozilla/5.0 (Windows NT 10.0; Win64; x64; rv:143.0) Gecko/20100101 Firefox/143.0",
  });
  const other = await elsewhere.newPage();
  await other.goto("/sign-in");
  await signIn(other);
  await expect(other.getByRole("heading", { name: "Services", level: 1 })).toBeVisible();

  await page.goto("/sign-in?next=/settings/sessions");
  await signIn(page);
  const rows = page.getByRole("table", { name: "Sessions" }).getByRole("row");
  await expect(rows.filter({ hasText: "This browser" })).toHaveCount(1);
  await rows.filter({ hasText: "Firefox · Windows" }).getByRole("button", { name: "End session" }).click();
  await expect(rows.filter({ hasText: "Firefox · Windows" })).toHaveCount(0);

  await other.reload();
  await expect(other.getByRole("heading", { name: "Sign in" })).toBeVisible();
  await page.reload();
  await expect(rows.filter({ hasText: "This browser" })).toHaveCount(1);
  await elsewhere.close();
});
