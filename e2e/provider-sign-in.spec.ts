import { mergeTests } from "@playwright/test";
import { startTestProvider } from "@/lib/auth/oidc/testing-provider";
import { expect, expectSound, test as sound } from "./fixtures";
import { test as launching } from "./launching";
import { NOBODY, OWNER } from "./settings";

const test = mergeTests(launching, sound);

test.use({ storageState: NOBODY });

test("people of an OpenID provider come in by a button, with the role of their groups, or read why not", async ({
  launch,
  page,
}, testInfo) => {
  const idp = await startTestProvider();
  const start = launch({
    EASEL_DATA: testInfo.outputPath("data"),
    EASEL_SETUP_CODE: "a-code-of-ours",
    EASEL_OIDC_ISSUER: idp.issuer,
    EASEL_OIDC_CLIENT_ID: idp.clientId,
    EASEL_OIDC_CLIENT_SECRET: idp.clientSecret,
    EASEL_OIDC_NAME: "Studio",
    EASEL_OIDC_ROLES: "painters=artist",
  });
  const url = await start.ready();
  const through = page.getByRole("link", { name: "Sign in with Studio" });
  const signOut = async (name: string) => {
    await page.getByRole("button", { name: `${name}, account menu` }).click();
    await page.getByRole("menuitem", { name: "Sign out" }).click();
    await expect(through).toBeVisible();
  };

  await page.goto(`${url}/api/auth/oidc/start`);
  await page.getByLabel("Set-up code").fill("a-code-of-ours");
  await page.getByLabel("Name or email").fill(OWNER.name);
  await page.getByLabel("Password", { exact: true }).fill(OWNER.password);
  await page.getByLabel("Password, once more").fill(OWNER.password);
  await page.getByRole("button", { name: "Create owner account" }).click();
  await expect(page.getByRole("heading", { name: "Services", level: 1 })).toBeVisible();
  await signOut(OWNER.name);

  idp.person = { sub: "0001", preferred_username: "Lin", groups: ["painters"] };
  await page.goto(`${url}/settings/account`);
  await expectSound(page, "sign-in with a provider");
  await through.click();
  await expect(page).toHaveURL(`${url}/settings/account`);
  await expect(page.getByText("Artist", { exact: true })).toBeVisible();
  await expect(page.getByText("You sign in with Studio", { exact: false })).toBeVisible();
  const cookies = (await page.context().cookies(url)).map(({ name }) => name);
  expect(cookies).toContain("easel-session");
  expect(cookies).not.toContain("easel-oidc");
  await signOut("lin");

  idp.person = { sub: "0002", preferred_username: "Stranger", groups: ["others"] };
  await through.click();
  await expect(page.getByText("Studio knows you, but nobody has given you a role here.")).toBeVisible();
  await expectSound(page, "refused by role");
  idp.person = undefined;
  await through.click();
  await expect(page.getByText("The sign-in with Studio was cancelled.")).toBeVisible();
  await page.goto(`${url}/api/auth/oidc/callback?code=stolen&state=guessed`);
  await expect(page.getByText("This sign-in has expired or was begun elsewhere.")).toBeVisible();
  await idp.close();
});
