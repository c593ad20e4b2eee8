import { expect, expectAccessible, test } from "./fixtures";
import { fresh } from "./steps";

test("the embedded cloud answers the test, with what it really holds", async ({ page }) => {
  await page.goto("/settings/connections");
  const row = page.getByRole("listitem").filter({ has: page.getByRole("heading", { name: "Embedded cloud" }) });
  await expect(row.getByText("In use")).toBeVisible();
  await row.getByRole("button", { name: "Test connection" }).click();
  await expect(row.getByText(/EAS answered in \d+ ms/)).toBeVisible();
  await expect(row.getByText(/OSS answered in \d+ ms/)).toBeVisible();
  await expect(row.getByText(/\d+ services? in this region/)).toBeVisible();
  await expect(row.getByText(/\d+ buckets? in this account/)).toBeVisible();
});

test("a connection with a wrong key is told so by the other side, kept sealed, and deleted", async ({ page }) => {
  test.slow();
  const name = fresh("studio");
  await page.goto("/settings/connections");
  await page.getByRole("button", { name: "Add connection" }).click();
  const form = page.getByRole("dialog", { name: "Add connection" });
  await form.getByRole("button", { name: "Save connection" }).click();
  await expect(form.getByText("Give the connection a name.").first()).toBeVisible();
  await form.getByLabel("Name", { exact: true }).fill(name);
  await form.getByLabel("AccessKey ID").fill("LTAI5tNoSuchKeyAtAll0000");
  await form.getByLabel("AccessKey Secret").fill("not-the-secret-of-any-key-0000");
  await expectAccessible(page);

  // The real cloud, or no way to it: either is said in words, for both sides, in good time.
  await form.getByRole("button", { name: "Test connection" }).click();
  const refusal =
    /: (The other side cannot be reached|The cloud does not accept these keys|No answer in time|The cloud reported a failure)/;
  const answers = form.getByRole("status").getByRole("listitem");
  await expect(answers.filter({ hasText: "EAS" }).getByText(refusal)).toBeVisible({ timeout: 75_000 });
  await expect(answers.filter({ hasText: "OSS" }).getByText(refusal)).toBeVisible();
  await expectAccessible(page);

  await form.getByRole("button", { name: "Save connection" }).click();
  await expect(form).toBeHidden();
  const row = page.getByRole("listitem").filter({ has: page.getByRole("heading", { name }) });
  await expect(row).toBeVisible();
  expect(await page.content()).not.toContain("not-the-secret-of-any-key-0000");
  await expect(row.getByText("LTAI5tNoSuchKeyAtAll0000")).toBeHidden();

  await row.getByRole("button", { name: `Delete ${name}` }).click();
  await page.getByRole("dialog").getByRole("button", { name: "Delete connection" }).click();
  await expect(row).toBeHidden();
});
