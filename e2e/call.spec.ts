import { NARROW, resize } from "./appearance";
import { runningService, tokenOf } from "./cloud";
import { expect, expectNoSideways, expectSound, test } from "./fixtures";
import { fresh } from "./steps";

test("the token is shown only when asked for, hides by itself, and is in what is copied", async ({ page, context }) => {
  const name = fresh("called");
  await runningService(name);
  const token = await tokenOf(name);
  await context.grantPermissions(["clipboard-read", "clipboard-write"]);
  const bodies: string[] = [];
  page.on("response", async (response) => {
    const type = response.headers()["content-type"] ?? "";
    if (/html|json|x-component/.test(type)) bodies.push(await response.text().catch(() => ""));
  });

  await page.clock.install();
  await page.goto(`/services/${name}/call`);
  await expect(page.getByText(`/api/predict/${name}`).first()).toBeVisible();
  expect(await page.content()).not.toContain(token);
  expect(bodies.length).toBeGreaterThan(1);
  expect(bodies.filter((body) => body.includes(token))).toEqual([]);

  await page.getByRole("button", { name: "Show token" }).click();
  await expect(page.getByText(token, { exact: true })).toBeVisible();
  await page.clock.fastForward(61_000);
  await expect(page.getByText(token, { exact: true })).toBeHidden();
  expect(await page.content()).not.toContain(token);

  await page.getByRole("tab", { name: "Go" }).click();
  const block = page.getByRole("figure").filter({ hasText: "package main" });
  await block.getByRole("button", { name: "Copy" }).click();
  await expect.poll(() => page.evaluate(() => navigator.clipboard.readText())).toContain(`token = "${token}"`);
});

test("a request is tried, its answer timed and explained", async ({ page }) => {
  const name = fresh("tried");
  await runningService(name);
  await page.goto(`/services/${name}/call`);
  const body = page.getByLabel("Request body");

  await page.getByLabel("Function").selectOption("Inpainting");
  await expect(page.getByText("Reads input.png, mask.png")).toBeVisible();
  await page.getByRole("button", { name: "Send request" }).click();
  await expect(page.getByText(/^Status 200 after/)).toBeVisible({ timeout: 30_000 });
  await expect(page.getByText("The service made a picture.")).toBeVisible();
  await expectSound(page, "an answer");

  await body.fill("{");
  await page.getByRole("button", { name: "Send request" }).click();
  await expect(page.getByText(/^Status 460 after/)).toBeVisible();
  await expect(page.getByText("The service could not read the body as JSON.")).toBeVisible();
  await page.getByRole("button", { name: "Restore the example" }).click();
  await expect(body).toHaveValue(/"mask_base64": "<mask>"/);

  await page.getByLabel("Answer to explain").fill("HTTP/1.1 450 \n\nworker queue is full, too busy");
  await expect(page.getByText("The service's waiting line is full", { exact: false })).toBeVisible();
  await resize(page, NARROW);
  await expectNoSideways(page);
});

test("an asynchronous service has an input and an output", async ({ page }) => {
  const name = fresh("queued");
  await runningService(name, { isAsync: true });
  await page.goto(`/services/${name}/call`);
  await expect(page.getByText("Output address")).toBeVisible();
  const sink = new RegExp(`/api/predict/${name}/sink$`);
  await expect(page.getByText(sink).first()).toBeVisible();
  await page.getByRole("radio", { name: "VPC" }).check();
  await expect(page.getByText(/127\.0\.0\.1.*\/sink$/).first()).toBeVisible();
  await page.getByRole("tab", { name: "Python (eas_prediction)" }).click();
  await expect(page.getByText("from eas_prediction import QueueClient", { exact: false })).toBeVisible();
  await page.getByRole("button", { name: "Send request" }).click();
  await expect(page.getByText(/^Status 200 after/)).toBeVisible({ timeout: 30_000 });
  await expectSound(page, "an asynchronous service");
});
