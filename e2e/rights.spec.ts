import type { Browser, Locator, Page } from "@playwright/test";
import { can, ROLES } from "@/lib/auth/rights";
import { type Endpoint, everyEndpoint } from "./endpoints";
import { expect, expectAccessible, expectSound, test } from "./fixtures";
import { elsewhere, fresh, inviteByLink, joinByLink } from "./steps";

const PASSWORD = "a quiet blue harbour";
const EMBEDDED = "Embedded cloud";

async function joined(page: Page, browser: Browser, role: string): Promise<{ theirs: Page; name: string }> {
  const link = await inviteByLink(page, role, role);
  const theirs = await elsewhere(browser);
  const name = fresh(role.toLowerCase());
  await joinByLink(theirs, link, { name, password: PASSWORD });
  return { theirs, name };
}

const rowOf = (page: Page, name: string): Locator =>
  page.getByRole("table", { name: "People" }).getByRole("row").filter({ hasText: name });

/** As an owner: what somebody is in one connection. */
async function setPlace(page: Page, name: string, connection: string, role: string): Promise<void> {
  await page.goto("/settings/people");
  await rowOf(page, name)
    .getByRole("button", { name: /^(Roles by connection|differs in \d)/ })
    .click();
  const dialog = page.getByRole("dialog", { name: `Roles of ${name} by connection` });
  await dialog.getByLabel(`Role of ${name} in ${connection}`).selectOption(role);
  await expect(page.getByText(new RegExp(`${name} is now ${role} in|does not exist for ${name}`))).toBeVisible();
  await page.keyboard.press("Escape");
  await expect(dialog).toBeHidden();
}

test("each role is let in to what its rights say, and refused the rest", async ({ page, browser }) => {
  // Hundreds of calls, one after another.
  test.setTimeout(600_000);
  const endpoints = everyEndpoint();
  expect(endpoints.length).toBeGreaterThan(150);
  for (const role of ROLES) {
    const { theirs } = await joined(page, browser, `${role[0]?.toUpperCase()}${role.slice(1)}`);
    for (const { name, right, isStream, call } of endpoints) {
      const allowed = right === "signed_in" || can(role, right);
      if (allowed && isStream) continue;
      const { code } = await call(theirs.request);
      expect(code === "forbidden", `${role}: ${name} answers ${code}`).toBe(!allowed);
      expect(code, `${role}: ${name}`).not.toContain("no answer");
    }
    await theirs.context().close();
  }
});

test("a connection without access answers everywhere like one that does not exist, and role by role where there is some", async ({
  page,
  browser,
}) => {
  // Hundreds of calls, one after another.
  test.setTimeout(600_000);
  const endpoints = everyEndpoint();
  const { theirs, name } = await joined(page, browser, "Deployer");
  await setPlace(page, name, EMBEDDED, "No access");

  for (const { name: endpoint, right, isPlaced, call } of endpoints) {
    const [there, nowhere] = [await call(theirs.request, "embedded"), await call(theirs.request, "no-such-connection")];
    expect(there, `${endpoint} tells the two apart`).toEqual(nowhere);
    if (isPlaced) expect(there, endpoint).toEqual({ code: "not_found", what: "connection" });
    else expect(there.code === "forbidden", endpoint).toBe(right !== "signed_in" && !can("deployer", right));
  }
  expect(await (await theirs.request.get("/api/v1/connections?connection=embedded")).json()).toMatchObject([]);

  await setPlace(page, name, EMBEDDED, "Viewer");
  await expectRole(endpoints, theirs, "viewer");
});

async function expectRole(endpoints: readonly Endpoint[], theirs: Page, role: "viewer"): Promise<void> {
  for (const { name, right, isPlaced, isStream, call } of endpoints) {
    if (!isPlaced || right === "signed_in") continue;
    const allowed = can(role, right);
    if (allowed && isStream) continue;
    const { code } = await call(theirs.request, "embedded");
    expect(code === "forbidden", `${role} there: ${name} answers ${code}`).toBe(!allowed);
  }
}

test("an owner gives two connections to two people, each sees their own only, and a stream that is open ends", async ({
  page,
  browser,
}) => {
  test.slow();
  const studio = fresh("studio");
  await page.goto("/settings/connections");
  await page.getByRole("button", { name: "Add connection" }).click();
  const form = page.getByRole("dialog", { name: "Add connection" });
  await form.getByLabel("Name", { exact: true }).fill(studio);
  await form.getByLabel("AccessKey ID").fill("LTAI5tNoSuchKeyAtAll0000");
  await form.getByLabel("AccessKey Secret").fill("not-the-secret-of-any-key-0000");
  const domain = `${studio.replace("_", "-")}.example.com`;
  await form.getByRole("textbox", { name: /^Domain/ }).fill(domain);
  await form.getByLabel("Bucket of the domain").fill("team-models");
  await form.getByRole("button", { name: "Save connection" }).click();
  await expect(form).toBeHidden();
  const { theirs, name } = await joined(page, browser, "Artist");

  const row = page.getByRole("listitem").filter({ has: page.getByRole("heading", { name: studio }) });
  await page.goto("/settings/connections");
  await row.getByRole("button", { name: "Who may use it" }).click();
  const access = page.getByRole("dialog", { name: `Who may use ${studio}` });
  await access.getByRole("switch", { name: "Only for people with a role set here" }).check();
  await expect(page.getByText(`${studio} is now for people with a role of their own in it`)).toBeVisible();
  await expect(access.getByLabel(`Role of ${name} in ${studio}`)).toContainText("No access: not named");
  await expectSound(page, "who may use a connection");
  await page.keyboard.press("Escape");
  await expect(row.getByText("By name only")).toBeVisible();

  await theirs.goto("/settings/connections");
  await expect(theirs.getByRole("heading", { name: EMBEDDED })).toBeVisible();
  await expect(theirs.getByText(studio)).toHaveCount(0);
  await expect(theirs.getByRole("button", { name: "Who may use it" })).toHaveCount(0);
  // Nor does the policy of a page name its domain to them, or to a stranger.
  expect(await policyFor(page)).toContain(domain);
  expect(await policyFor(theirs)).not.toContain(domain);
  const stranger = await elsewhere(browser);
  expect(await policyFor(stranger, "/sign-in")).not.toContain(domain);
  await stranger.context().close();

  // A stream of theirs lives on what they may see.
  await theirs.goto("/gallery");
  const ended = theirs.evaluate(async () => {
    const stream = await fetch("/api/gallery/live?connection=embedded");
    const reader = stream.body?.getReader();
    while (!(await reader?.read())?.done);
    return true;
  });
  await setPlace(page, name, studio, "Deployer");
  await setPlace(page, name, EMBEDDED, "No access");
  expect(await ended).toBe(true);

  await theirs.goto("/settings/connections");
  await expect(theirs.getByRole("heading", { name: studio })).toBeVisible();
  await expect(theirs.getByText(EMBEDDED)).toHaveCount(0);
  const here = await theirs.request.get("/api/v1/connections");
  expect(((await here.json()) as { name: string }[]).map((one) => one.name)).toEqual([studio]);
  await expectAccessible(theirs);

  await page.goto("/settings/people");
  await expect(rowOf(page, name).getByRole("button", { name: /differs in 2 connections/ })).toBeVisible();
  await expectSound(page, "people with roles by connection");
  await page.goto("/settings/audit");
  await page.getByLabel("Search").fill(name);
  await page.getByRole("button", { name: "Filter" }).click();
  await expect(page.getByRole("table", { name: "Audit" }).getByText("Changed a role in a connection")).toHaveCount(2);

  await page.goto("/settings/connections");
  await row.getByRole("button", { name: `Delete ${studio}` }).click();
  await page.getByRole("dialog").getByRole("button", { name: "Delete connection" }).click();
  await expect(row).toBeHidden();
  await theirs.goto("/");
  await expect(theirs.getByText("No connection yet")).toBeVisible();
});

async function policyFor(page: Page, path = "/"): Promise<string> {
  const answer = await page.request.get(path);
  return answer.headers()["content-security-policy"] ?? "";
}

test("an invitation carries what somebody is to be in one connection", async ({ page, browser }) => {
  await page.goto("/settings/people");
  await page.getByRole("button", { name: "Invite" }).click();
  const dialog = page.getByRole("dialog", { name: "Invite somebody" });
  await dialog.getByRole("radio", { name: "Viewer" }).check();
  await dialog.getByText("Other roles in single connections").click();
  await dialog.getByLabel(`Role in ${EMBEDDED}`).selectOption("Artist");
  await expectSound(page, "an invitation with a role in a connection");
  await dialog.getByRole("button", { name: "Create link" }).click();
  const link = (await dialog.getByText(/\/invite\//).innerText()).trim();
  await dialog.getByRole("button", { name: "Done" }).click();
  await expect(
    page.getByRole("table", { name: "Open links" }).getByText("differs in 1 connection").first(),
  ).toBeVisible();

  const theirs = await elsewhere(browser);
  await joinByLink(theirs, link, { name: fresh("wu"), password: PASSWORD });
  await theirs.getByRole("button", { name: /wu_/ }).click();
  await expect(theirs.getByRole("menu").getByText("Artist")).toBeVisible();
  const draw = everyEndpoint().find((one) => one.name === "POST /api/services/[name]/try");
  expect((await draw?.call(theirs.request, "embedded"))?.code).toBe("invalid_input");
});
