import { runningService, untilService, updateService } from "./cloud";
import { expect, expectSound, test } from "./fixtures";
import { OWNER } from "./settings";
import { fresh } from "./steps";

test("versions are compared, gone back to while another tab looks on, and taken as the start of a new service", async ({
  page,
  context,
}) => {
  const name = fresh("aged");
  await runningService(name);
  await updateService(name, { metadata: { rpc: { keepalive: 600_000 } } });
  await untilService(name, "Running");
  await page.goto(`/services/${name}/versions`);
  const row = (number: number) =>
    page.getByRole("listitem").filter({ has: page.getByRole("heading", { name: `Version ${number}` }) });
  await expect(row(2).getByText("Runs now")).toBeVisible();
  await expect(row(2).getByText("made outside of this console")).toBeVisible();
  const comparison = page.getByRole("table", { name: "Compare versions" });
  await expect(comparison.getByRole("row", { name: /metadata\.rpc\.keepalive.*500000.*600000/ })).toBeVisible();
  await page.getByLabel("Before").selectOption({ label: "Version 2" });
  await expect(page.getByText("No difference between these two.")).toBeVisible();
  await expectSound(page, "versions");

  const other = await context.newPage();
  await other.goto(`/services/${name}/versions`);
  await page.getByRole("button", { name: "Roll back to 1" }).click();
  await expect(page.getByRole("dialog").getByText(/comes back as version 3/)).toBeVisible();
  await page.getByRole("dialog").getByRole("button", { name: "Roll back" }).click();
  await expect(page.getByRole("dialog")).toBeHidden();
  await expect(row(3).getByText(`${OWNER.name} went back to version 1`)).toBeVisible();
  await expect(row(3).getByText("Runs now")).toBeVisible({ timeout: 60_000 });
  await expect(other.getByRole("heading", { name: "Version 3" })).toBeVisible();
  await expect(row(1).getByRole("link", { name: "Deploy a copy" })).toHaveAttribute(
    "href",
    `/deploy?from=${name}&version=1`,
  );
});
