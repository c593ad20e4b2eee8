import { expect, test } from "./fixtures";
import { NOBODY } from "./settings";

const background = () => getComputedStyle(document.body).backgroundColor;

test("the other language comes in place: the same page, what was typed stays", async ({ page }) => {
  await page.goto("/settings/account");
  await page.getByLabel("Present password").fill("half a password");
  await page.getByRole("button", { name: "中文" }).click();
  await expect(page.getByRole("heading", { name: "设置", level: 1 })).toBeVisible();
  await expect(page.locator("html")).toHaveAttribute("lang", "zh-CN");
  await expect(page).toHaveURL("/settings/account");
  await expect(page.getByLabel("当前密码")).toHaveValue("half a password");

  await page.getByRole("button", { name: "English" }).click();
  await expect(page.getByRole("heading", { name: "Settings", level: 1 })).toBeVisible();
  await expect(page.getByLabel("Present password")).toHaveValue("half a password");
});

test("a chosen theme is in the server's own HTML, so that no other one flashes", async ({ page }) => {
  await page.emulateMedia({ colorScheme: "light" });
  await page.goto("/");
  const light = await page.evaluate(background);
  await page.getByRole("button", { name: "Theme" }).click();
  await page.getByRole("menuitemradio", { name: "Dark" }).click();
  await expect(page.locator("html")).toHaveAttribute("data-theme", "dark");
  const dark = await page.evaluate(background);
  expect(dark).not.toBe(light);

  const answer = await page.reload();
  expect(await answer?.text()).toMatch(/<html[^>]* data-theme="dark"/);
  expect(await page.evaluate(background)).toBe(dark);

  await page.getByRole("button", { name: "Theme" }).click();
  await page.getByRole("menuitemradio", { name: "Same as system" }).click();
  await expect.poll(() => page.evaluate(background)).toBe(light);
  await page.emulateMedia({ colorScheme: "dark" });
  await expect.poll(() => page.evaluate(background)).toBe(dark);
});

test.describe("a browser that speaks Chinese", () => {
  test.use({ storageState: NOBODY, locale: "zh-CN" });

  test("is answered in Chinese from the first page on", async ({ page }) => {
    const answer = await page.goto("/");
    expect(await answer?.text()).toMatch(/<html[^>]* lang="zh-CN"/);
    await expect(page.getByRole("heading", { name: "登录" })).toBeVisible();
    await expect(page).toHaveTitle(/登录/);

    // What is wrong with the form follows a change of the language too.
    await page.getByRole("button", { name: "登录" }).click();
    await expect(page.getByRole("alert").getByText("用户名或邮箱：请输入用户名。")).toBeVisible();
    await page.getByRole("button", { name: "English" }).click();
    await expect(page.getByRole("alert").getByText("Name or email: Enter your name.")).toBeVisible();
  });
});
