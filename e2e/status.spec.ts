import { sampleWith } from "@/lib/models/testing";
import type { FaultKind } from "@/lib/sandbox/core/fault-kinds";
import { createBucket, createService, putFault, putFiles, runningService } from "./cloud";
import { expect, expectAccessible, expectSound, test } from "./fixtures";
import { bucketNameOf, fresh, makePicture, state } from "./steps";

/** What each trouble of the cloud is called on the service's page, and what is offered first. */
const TROUBLES: [kind: FaultKind, parameters: Record<string, unknown>, title: string, remedy: string][] = [
  ["out-of-stock", {}, "This instance type is sold out", "Change instance type"],
  ["mount-failure", { reason: "forbidden" }, "EAS may not read the bucket", "Copy policy"],
  ["mount-failure", { reason: "no-bucket" }, "The bucket to mount does not exist", "Edit configuration"],
  ["image-pull-failure", { reason: "denied" }, "The registry refuses the image", "Edit configuration"],
  ["image-pull-failure", { reason: "no-such-host" }, "The registry's name cannot be resolved", "Edit configuration"],
  ["image-pull-failure", { reason: "no-space" }, "The image does not fit on the disk", "Edit configuration"],
  ["host-oom", { when: "start" }, "The container used more memory than it has", "Change instance type"],
  ["stuck-waiting", { how: "probe" }, "The health check does not pass", "Open log"],
];

test("each trouble of the cloud ends in its own sentence, with a way out", async ({ page }) => {
  test.slow();
  const prefix = fresh("trouble");
  const bucket = bucketNameOf(prefix);
  await createBucket(bucket);
  await putFiles(bucket, "models/sample/", sampleWith());
  const names = TROUBLES.map((_, index) => `${prefix}_${index}`);
  for (const [index, [kind, parameters]] of TROUBLES.entries()) {
    const name = names[index] ?? "";
    await putFault(kind, name, parameters);
    await createService({ name, bucket, root: "models/sample/" });
  }
  for (const [index, [, , title, remedy]] of TROUBLES.entries()) {
    await test.step(title, async () => {
      await page.goto(`/services/${names[index]}`);
      const box = page.getByRole("alert").filter({ hasText: title });
      await expect(box).toBeVisible({ timeout: 30_000 });
      await expect(box.getByRole("button", { name: remedy }).or(box.getByRole("link", { name: remedy }))).toBeVisible();
      await expect(box.getByRole("blockquote").first()).not.toBeEmpty();
      await expect(
        page.getByRole("list", { name: "Way to the first picture" }).getByText("Held up").first(),
      ).toBeAttached();
    });
  }
  await expectAccessible(page);
});

test("a service made elsewhere is proven by a picture, and its story can be read", async ({ page, context }) => {
  await context.grantPermissions(["clipboard-read", "clipboard-write"]);
  const name = fresh("proven");
  await runningService(name);
  await page.goto(`/services/${name}`);
  await expect(state(page, "Running")).toBeVisible();
  const other = await context.newPage();
  await other.goto(`/services/${name}`);

  await page.getByRole("button", { name: "Prove it" }).click();
  await expect(page.getByRole("heading", { name: "First picture" })).toBeVisible();
  const picture = page.getByRole("img", { name: "a small house by a lake, morning light" });
  await expect(picture).toBeVisible({ timeout: 60_000 });
  const strip = page.getByRole("list", { name: "Way to the first picture" });
  await expect(strip.getByRole("listitem").filter({ hasText: "First image" })).toContainText("Done");
  // Who only looks on sees the same.
  await expect(other.getByRole("img", { name: "a small house by a lake, morning light" })).toBeVisible();
  await other.close();

  const timeline = page.getByRole("list", { name: "Timeline" });
  await expect(timeline.getByText("Scheduled").first()).toBeVisible();
  await page.getByRole("radio", { name: "Actions" }).click();
  await expect(timeline.getByRole("listitem")).toHaveCount(1);
  await expect(timeline).toContainText("owner@example.com asked for a first picture");
  await page.getByRole("checkbox", { name: "Warnings only" }).check();
  await expect(page.getByText("Nothing here yet")).toBeVisible();
  await page.getByRole("radio", { name: "Log" }).click();
  await page.getByRole("checkbox", { name: "Warnings only" }).uncheck();
  await expect(timeline).toContainText("Copying the optimized default model");
  await expectSound(page, "overview with a proof");

  await page.getByRole("link", { name: "Logs", exact: true }).click();
  const log = page.getByRole("log");
  await expect(log).toContainText("listening on 0.0.0.0:8000");
  await page.getByRole("button", { name: "Pause" }).click();
  await expect(page.getByText("· paused")).toBeVisible();
  await page.getByRole("searchbox", { name: "Search the log" }).fill("COPYING");
  await expect(page.getByText("1 line found")).toBeVisible();
  await expect(log.locator("mark")).toHaveText("Copying");
  await page.getByRole("button", { name: "Show the whole log" }).click();
  await expect(page.getByText("1 line found")).toBeVisible();
  const download = page.waitForEvent("download");
  await page.getByRole("link", { name: "Download log" }).click();
  expect((await download).suggestedFilename()).toBe(`${name}.log`);
  await expectSound(page, "log");
});

test("Blade optimizes in the background, says what must wait, and is switched on by a picture", async ({ page }) => {
  const name = fresh("blade");
  await runningService(name, { flags: "--not_use_default_blade" });
  await page.goto(`/services/${name}`);
  await expect(page.getByRole("heading", { name: "Blade", exact: true })).toBeVisible();
  await expect(page.getByText("Requests with a LoRA are refused until it is on.")).toBeVisible();
  await expect(page.getByText("Optimized: the next picture switches it on")).toBeVisible({ timeout: 60_000 });
  await page.getByRole("link", { name: "Playground", exact: true }).click();
  await makePicture(page, "a quiet harbour");
  await page.getByRole("link", { name: "Overview" }).click();
  await expect(page.getByText("On: pictures are made by the optimized model")).toBeVisible();
  await expect(page.getByText(/Measured here, 512 × 512/)).toBeVisible();
});

test("an asynchronous service is proven through its queue", async ({ page }) => {
  const name = fresh("queued");
  await runningService(name, { isAsync: true });
  await page.goto(`/services/${name}`);
  await page.getByRole("button", { name: "Prove it" }).click();
  await expect(page.getByRole("img", { name: "a small house by a lake, morning light" })).toBeVisible({
    timeout: 60_000,
  });
});

test("a proof that fails is a state of its own, and can be tried again", async ({ page }) => {
  const name = fresh("unproven");
  await runningService(name);
  await putFault("cuda-oom", name);
  await page.goto(`/services/${name}`);
  await page.getByRole("button", { name: "Prove it" }).click();
  const failed = page.getByRole("alert").filter({ hasText: "The service runs, but its first picture failed" });
  await expect(failed).toContainText("CUDA out of memory", { timeout: 60_000 });
  await expect(failed).toContainText("1 attempt");
  await expect(failed.getByRole("button", { name: "Try again" })).toBeEnabled();
  await expectAccessible(page);
});

test("webhooks are signed with a secret shown once, and never reach into the private network", async ({ page }) => {
  const name = fresh("hook");
  await page.goto("/settings/notifications");
  await expect(page.getByRole("heading", { name: "In this browser" })).toBeVisible();
  await page.getByRole("button", { name: "Add webhook" }).click();
  const form = page.getByRole("form", { name: "Add webhook" });
  await form.getByLabel("Name").fill(name);
  await form.getByLabel("Address").fill("http://127.0.0.1:9/hook?key=secret");
  await expectSound(page, "form of a webhook");
  await form.getByRole("button", { name: "Save webhook" }).click();
  const secret = page.getByRole("status").filter({ hasText: `The secret of ${name}` });
  await expect(secret).toBeVisible();
  await secret.getByRole("button", { name: "Close" }).click();
  await expect(secret).toBeHidden();

  const hook = page.getByRole("region", { name });
  await expect(hook).toContainText("http://127.0.0.1:9/hook?…");
  await hook.getByRole("button", { name: "Send test" }).click();
  const journal = hook.getByRole("table", { name: `Latest deliveries to ${name}` });
  await expect(journal).toContainText("Given up", { timeout: 20_000 });
  await expectSound(page, "a webhook and its journal");
  await hook.getByRole("button", { name: "Delete webhook" }).click();
  await page.getByRole("dialog").getByRole("button", { name: "Delete webhook" }).click();
  await expect(hook).toBeHidden();
});
