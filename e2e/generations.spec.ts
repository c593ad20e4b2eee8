import type { Locator, Page } from "@playwright/test";
import { control, foreignQueue, runningService } from "./cloud";
import { expect, expectSound, test } from "./fixtures";
import { fresh, makePicture } from "./steps";

/* Pictures that the server makes: through the queue, seen by everyone, never lost. */

const result = (page: Page): Locator => page.getByRole("region", { name: "Result" });
const history = (page: Page): Locator => page.getByRole("region", { name: "History" });
const picture = (page: Page, prompt: string): Locator => result(page).getByRole("img", { name: prompt });

async function ask(page: Page, prompt: string): Promise<void> {
  await page.getByLabel("Prompt", { exact: true }).fill(prompt);
  await page.getByRole("button", { name: "Generate" }).click();
}

test("several pictures through a queue: everyone sees where they stand, one is withdrawn, a reload loses nothing", async ({
  page,
  context,
}) => {
  const name = fresh("queued");
  await runningService(name, { isAsync: true });
  // Without room for its answer the service keeps the first request, and takes nothing more.
  const fault = await control().add({ kind: "queue-full", parameters: { queue: "sink" }, scope: { service: name } });
  await page.goto(`/services/${name}/playground`);
  await page.getByRole("radio", { name: "3", exact: true }).check();
  await page.getByRole("textbox", { name: "Seed" }).fill("18446744073709551614");
  await ask(page, "a tall lighthouse");
  await expect(result(page).getByRole("button", { name: "Being drawn a tall lighthouse" })).toBeVisible();
  await expect(result(page).getByRole("button", { name: "Next in line a tall lighthouse" })).toBeVisible();
  await expect(result(page).getByRole("button", { name: "1 ahead of it a tall lighthouse" })).toBeVisible();
  await expectSound(page, "several in the queue");

  const other = await context.newPage();
  await other.goto(`/services/${name}/playground`);
  await history(other)
    .getByRole("button", { name: /^1 ahead of it/ })
    .click();
  await expect(result(other).getByText("Asked for by owner@example.com")).toBeVisible();
  await expectSound(other, "one in the queue");
  await result(other).getByRole("button", { name: "Withdraw" }).click();
  await expect(result(other).getByText("This request was withdrawn")).toBeVisible();
  await history(other)
    .getByRole("button", { name: /^Being drawn/ })
    .click();
  await expect(result(other).getByRole("button", { name: "Withdraw" })).toHaveAccessibleDescription(
    /cannot be stopped/,
  );

  await page.reload();
  await expect(history(page).getByRole("button", { name: /^Being drawn/ })).toBeVisible();
  await control().remove(fault.id);
  for (const one of [page, other]) await expect(history(one).getByRole("img")).toHaveCount(2);
  await history(page).getByRole("button", { name: "a tall lighthouse" }).last().click();
  await expect(picture(page, "a tall lighthouse")).toBeVisible();
  await expect(result(page).getByText("18446744073709551614", { exact: true })).toBeVisible();
  // Seeds follow one another, beyond what a number holds and around its end.
  await history(page).getByRole("button", { name: "a tall lighthouse" }).nth(1).click();
  await expect(result(page).getByText("18446744073709551615", { exact: true })).toBeVisible();
});

test("a full queue is waited for and said, and other clients' answers stay theirs until the operator decides", async ({
  page,
}) => {
  const name = fresh("full");
  await runningService(name, { isAsync: true });
  const queue = await foreignQueue(name);
  const theirs = { task_id: "theirs", prompt: "somebody else's boat", steps: 2, width: 64, height: 64, image_num: 1 };
  await queue.put({ ...theirs, cfg_scale: 7, negative_prompt: "" });
  await expect.poll(() => queue.answers(), { timeout: 30_000 }).toHaveLength(1);
  const fault = await control().add({ kind: "queue-full", parameters: { queue: "input" }, scope: { service: name } });

  await page.goto(`/services/${name}/playground`);
  await ask(page, "a small harbour");
  await expect(result(page).getByText("The service's queue is full; trying again")).toBeVisible();
  await control().remove(fault.id);
  await expect(picture(page, "a small harbour")).toBeVisible({ timeout: 30_000 });
  await expect.poll(() => queue.answers()).toEqual([expect.stringContaining("somebody else's boat")]);

  await page.getByText("Other clients of this queue").click();
  await expect(page.getByText("1 answer in the output queue now")).toBeVisible();
  await page.getByRole("switch", { name: "Keep their answers here" }).click();
  const kept = page.getByRole("list", { name: "Kept answers" });
  await expect(kept.getByRole("img", { name: "somebody else's boat" })).toBeVisible({ timeout: 30_000 });
  await expect(page.getByText("0 answers in the output queue now")).toBeVisible();
  await expectSound(page, "kept answers");
  expect(await queue.answers()).toEqual([]);
  await page.getByRole("switch", { name: "Keep their answers here" }).click();
  await expect(page.getByRole("switch", { name: "Keep their answers here" })).not.toBeChecked();
});

for (const isAsync of [false, true]) {
  test(`a failure of the service is readable and tried again with one press (${isAsync ? "queue" : "call"})`, async ({
    page,
  }) => {
    const name = fresh("failing");
    await runningService(name, { isAsync });
    await control().add({ kind: "cuda-oom", times: 1, scope: { service: name } });
    await page.goto(`/services/${name}/playground`);
    await ask(page, "a blue hill");
    const alert = result(page).getByRole("alert");
    await expect(alert).toContainText("The GPU ran out of memory (469)");
    await expectSound(page, "a failure");
    await alert.getByRole("button", { name: "Try again" }).click();
    await expect(picture(page, "a blue hill")).toBeVisible({ timeout: 30_000 });
    await expect(history(page).getByRole("listitem")).toHaveCount(2);
    await expect(page.getByText(/about \d+ sec/)).toBeVisible();
  });
}

test("an answer that breaks off is not a lost picture, and the settings lie beside it", async ({ page }) => {
  const name = fresh("broken_line");
  const { bucket } = await runningService(name);
  await page.goto(`/services/${name}/playground`);
  await makePicture(page, "a quiet street");
  await control().add({
    kind: "reset",
    parameters: { afterBytes: 0, direction: "answer" },
    times: 1,
    scope: { server: "gateway", path: `/api/predict/${name}*` },
  });
  await makePicture(page, "a loud street");
  await expect(result(page).getByText("found in the result folder by its number")).toBeVisible();
  await page.goto(`/models/browse?bucket=${bucket}&prefix=results/result/`);
  await expect(page.getByText(/\.json$/)).toHaveCount(2);
});

test("where the bucket makes no small pictures the whole one is shown, and a link that has ended is renewed", async ({
  page,
}) => {
  const name = fresh("links");
  await runningService(name);
  await page.goto(`/services/${name}/playground`);
  await makePicture(page, "an old pier");
  await makePicture(page, "a new pier");
  const small = (prompt: string) => history(page).getByRole("img", { name: prompt });
  const widthOf = (of: Locator) => of.evaluate((img: HTMLImageElement) => img.naturalWidth);
  const pathOf = (of: Locator) => of.evaluate((img: HTMLImageElement) => new URL(img.currentSrc).pathname);
  const [older, newer] = [await pathOf(small("an old pier")), await pathOf(picture(page, "a new pier"))];
  await expect.poll(() => widthOf(small("an old pier"))).toBe(384);
  await control().add({
    kind: "vendor-error",
    parameters: { status: 400, code: "InvalidArgument", message: "Image processing is not supported here." },
    times: 1,
    scope: { server: "oss", path: older },
  });
  // Both links of the newer one, small and whole.
  await control().add({
    kind: "expired-credentials",
    parameters: { what: "url" },
    times: 2,
    scope: { server: "oss", path: newer },
  });
  await page.reload();
  await expect.poll(() => widthOf(small("an old pier"))).toBe(512);
  await expect.poll(() => widthOf(picture(page, "a new pier"))).toBe(512);
  await expect(small("a new pier")).toBeVisible();
});
