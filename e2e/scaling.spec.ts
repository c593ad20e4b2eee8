import { createService, runningService, untilService } from "./cloud";
import { expect, expectSound, test } from "./fixtures";
import { fresh } from "./steps";

test("a service follows its load and the clock, and says who owns the number", async ({ page }) => {
  const name = fresh("elastic");
  await runningService(name);
  await page.goto(`/services/${name}/scaling`);
  await page.getByRole("button", { name: "Set up autoscaling" }).click();
  const auto = page.getByRole("form", { name: "Autoscaling by load" });
  await auto.getByLabel("Fewest instances").fill("0");
  await expect(auto.getByText(/is refused with 503/)).toBeVisible();
  await auto.getByLabel("Most instances").fill("0");
  await auto.getByRole("button", { name: "Save autoscaling" }).click();
  await expect(auto.getByLabel("Most instances")).toHaveAttribute("aria-invalid", "true");
  await auto.getByLabel("Fewest instances").fill("1");
  await auto.getByLabel("Most instances").fill("1");
  await expect(auto.getByText(/scaled to nothing without a word/).first()).toBeVisible();
  await auto.getByLabel("Most instances").fill("3");
  await expectSound(page, "autoscaler form");
  await auto.getByRole("button", { name: "Save autoscaling" }).click();
  await expect(page.getByText("1 to 3")).toBeVisible();
  await expect(page.getByRole("table", { name: "Metrics" }).getByText("Requests per second")).toBeVisible();
  await expect(page.getByText(/keeps the service between 1 and 3 instances/)).toBeVisible();

  await page.getByRole("button", { name: "Set up a schedule" }).click();
  const cron = page.getByRole("form", { name: "Scaling by the clock" });
  await cron.getByLabel("Schedule").fill("0 9 * * *");
  await cron.getByLabel("Time zone").selectOption("Asia/Shanghai");
  await cron.getByRole("button", { name: "Save schedule" }).click();
  await expect(cron.getByText(/^Six fields/)).toBeVisible();
  await cron.getByLabel("Schedule").fill("0 30 9 * * 1-5");
  await expect(cron.getByText("At 09:30, Monday through Friday")).toBeVisible();
  await expect(cron.getByText(/Asia\/Shanghai · /)).toHaveCount(3);
  await expectSound(page, "schedule form");
  await cron.getByRole("button", { name: "Save schedule" }).click();
  const jobs = page.getByRole("table", { name: "Scaling by the clock" });
  await expect(jobs.getByText("At 09:30, Monday through Friday")).toBeVisible();
  await expect(jobs.getByText("Not run yet")).toBeVisible();

  for (const what of ["Remove autoscaling", "Remove schedule"]) {
    await page.getByRole("button", { name: what }).click();
    await page.getByRole("dialog").getByRole("button", { name: what }).click();
    await expect(page.getByRole("dialog")).toBeHidden();
  }
  await expect(page.getByRole("button", { name: "Set up autoscaling" })).toBeVisible();
  await expect(jobs).toBeHidden();
});

test("a new service of a group gets its traffic bit by bit", async ({ page }) => {
  const [group, old, canary] = [fresh("together"), fresh("old"), fresh("canary")];
  const { bucket } = await runningService(fresh("holder"));
  for (const name of [old, canary]) {
    await createService({ name, bucket, root: "models/sample/", group });
    await untilService(name, "Running");
  }
  await page.goto(`/services/${canary}/scaling`);
  const members = page.getByRole("table", { name: "Services of the group" });
  await expect(members.getByText("50%")).toHaveCount(2);
  await page.getByLabel(`Weight of ${old}`).fill("90");
  await page.getByLabel(`Weight of ${canary}`).fill("10");
  await expect(page.getByText("Sum of weights: 100")).toBeVisible();
  await page.getByRole("button", { name: "Release weights" }).click();
  await expect(page.getByText("Weights released").first()).toBeVisible();
  await expect(members.getByText("90%")).toBeVisible();
  await expect(page.getByRole("radio", { name: "By weight" })).toBeChecked();
  await expectSound(page, "traffic");
  await page.getByRole("switch", { name: `${old} takes part in the group's traffic` }).uncheck();
  await page.getByRole("button", { name: "Release weights" }).click();
  await expect(members.getByText("100%")).toBeVisible();
});
