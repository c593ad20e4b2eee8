import { runningService } from "./cloud";
import { expect, expectAccessible, expectSound, test } from "./fixtures";
import { elsewhere, fresh, inviteByLink, joinByLink } from "./steps";

const PASSWORD = "a quiet blue harbour";

test("an artist comes in by a link, gets another role, a new password, and is shut out", async ({ page, browser }) => {
  const name = fresh("lin");
  const link = await inviteByLink(page, "Artist", "林, painter");
  const openLinks = page.getByRole("table", { name: "Open links" });
  await expect(openLinks.getByText("林, painter")).toBeVisible();
  await expectSound(page, "people with an open link");

  const theirs = await elsewhere(browser);
  await theirs.goto(link);
  await expectAccessible(theirs);
  await joinByLink(theirs, link, { name, password: PASSWORD });
  await theirs.goto("/settings/people");
  await expect(theirs.getByText("Only an owner may see and change this.")).toBeVisible();
  await theirs.goto("/settings/audit");
  await expect(theirs.getByText("Only an owner may see and change this.")).toBeVisible();

  const again = await elsewhere(browser);
  await again.goto(link);
  await expect(again.getByText("This link no longer works")).toBeVisible();

  await page.reload();
  const row = page.getByRole("table", { name: "People" }).getByRole("row").filter({ hasText: name });
  await expect(row).toContainText("1 session");
  await row.getByLabel(`Role of ${name}`).selectOption("Owner");
  await expect(page.getByText(`${name} is now Owner`)).toBeVisible();
  await theirs.goto("/settings/people");
  await expect(theirs.getByRole("button", { name: "Invite" })).toBeVisible();
  await row.getByLabel(`Role of ${name}`).selectOption("Viewer");
  await expect(page.getByText(`${name} is now Viewer`)).toBeVisible();

  await row.getByRole("button", { name: `Actions for ${name}` }).click();
  await page.getByRole("menuitem", { name: "Link for a new password" }).click();
  const dialog = page.getByRole("dialog", { name: `A new password for ${name}` });
  const renewal = (await dialog.getByText(/\/invite\//).innerText()).trim();
  await dialog.getByRole("button", { name: "Done" }).click();
  await again.goto(renewal);
  await again.getByLabel("Password", { exact: true }).fill(`${PASSWORD} at dawn`);
  await again.getByLabel("Password, once more").fill(`${PASSWORD} at dawn`);
  await again.getByRole("button", { name: "Save and sign in" }).click();
  await expect(again.getByRole("heading", { name: "Services", level: 1 })).toBeVisible();
  await theirs.reload();
  await expect(theirs.getByRole("heading", { name: "Sign in" })).toBeVisible();

  await row.getByRole("button", { name: `Actions for ${name}` }).click();
  await page.getByRole("menuitem", { name: "Disable" }).click();
  await page.getByRole("dialog").getByRole("button", { name: "Disable" }).click();
  await expect(row.getByText("Disabled", { exact: true })).toBeVisible();
  await again.reload();
  await expect(again.getByRole("heading", { name: "Sign in" })).toBeVisible();

  await page.goto("/settings/audit");
  await page.getByLabel("Search").fill(name);
  await page.getByRole("button", { name: "Filter" }).click();
  const audit = page.getByRole("table", { name: "Audit" });
  for (const deed of ["Joined by invitation", "Changed a role", "Chose a new password by link", "Disabled a person"]) {
    await expect(audit.getByText(deed).first()).toBeVisible();
  }
  await expectSound(page, "audit");
  const [download] = await Promise.all([
    page.waitForEvent("download"),
    page.getByRole("link", { name: "Download JSON lines" }).click(),
  ]);
  const lines = await (await download.createReadStream()).toArray();
  expect(Buffer.concat(lines).toString("utf8")).toContain(`"target":"${name}"`);
});

test("a program deploys nothing with a reader's token, makes a picture with another, and is refused once it is revoked", async ({
  page,
  request,
}) => {
  const service = fresh("api");
  await runningService(service);
  await page.goto("/settings/api");
  const make = async (name: string, ...more: string[]) => {
    await page.getByRole("button", { name: "Create token" }).first().click();
    const dialog = page.getByRole("dialog", { name: "Create token" });
    await dialog.getByLabel("Name").fill(name);
    for (const right of more) await dialog.getByLabel(right).check();
    await expectAccessible(page);
    await dialog.getByRole("button", { name: "Create token" }).click();
    const token = (await dialog.getByText(/^easel_/).innerText()).trim();
    await dialog.getByRole("button", { name: "Done" }).click();
    await expect(dialog).toBeHidden();
    return { headers: { authorization: `Bearer ${token}`, origin: "https://elsewhere.example" } };
  };
  const reader = await make("reader");
  const painter = await make("painter", "Make pictures");
  await expectSound(page, "API tokens");

  expect(await (await request.get("/api/v1/openapi.json", reader)).json()).toMatchObject({ openapi: "3.1.0" });
  const services = (await (await request.get("/api/v1/services", reader)).json()) as { name: string }[];
  expect(services.map(({ name }) => name)).toContain(service);
  const wish = { requests: [{ taskId: "afewsimplesigns1", input: { func: "t2i", prompt: "雨中的灯塔", steps: 2 } }] };
  const pictures = `/api/v1/services/${service}/generations`;
  expect((await request.post(pictures, { ...reader, data: wish })).status()).toBe(403);
  const asked = await request.post(pictures, { ...painter, data: wish });
  expect(asked.status()).toBe(200);
  const [{ id } = { id: "" }] = (await asked.json()) as { id: string }[];
  await expect
    .poll(async () => (await (await request.get(`/api/v1/generations/${id}`, painter)).json()).status, {
      timeout: 60_000,
    })
    .toBe("succeeded");
  // Sent once more, as after a lost answer: no second picture.
  await request.post(pictures, { ...painter, data: wish });
  expect(await (await request.get(pictures, painter)).json()).toHaveLength(1);
  expect((await request.get("/api/oss/buckets", { headers: { authorization: "Bearer easel_wrong" } })).status()).toBe(
    401,
  );

  const watcher = await make("watcher", "Read metrics of the console");
  expect((await request.get("/api/metrics", painter)).status()).toBe(403);
  const text = await (await request.get("/api/metrics", watcher)).text();
  expect(text).toContain('easel_http_request_seconds_count{method="GET",route="/api/v1/services",status="200"}');
  expect(text).not.toContain(service);

  await page.reload();
  const row = page.getByRole("row").filter({ hasText: "painter" });
  await row.getByRole("button", { name: "Revoke" }).click();
  await page.getByRole("dialog").getByRole("button", { name: "Revoke" }).click();
  await expect(row).toHaveCount(0);
  expect((await request.get(pictures, painter)).status()).toBe(401);
});
