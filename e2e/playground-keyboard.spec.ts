import type { Locator, Page } from "@playwright/test";
import sharp from "sharp";
import { runningService } from "./cloud";
import { expect, expectSound, test } from "./fixtures";
import { chooseOption, chooseRadio, pressOn, tabTo, typeInto, withoutMouse } from "./keys";
import { fresh } from "./steps";

/* Every function of the service, from the prompt to the picture, without a mouse. */

const png = (width: number, height: number) =>
  sharp({ create: { width, height, channels: 3, background: "#2060c0" } })
    .png()
    .toBuffer();
const prompt = (page: Page): Locator => page.getByLabel("Prompt", { exact: true });
const funcs = (page: Page): Locator => page.getByRole("radiogroup", { name: "Function" });
const group = (page: Page, label: string): Locator => page.getByRole("group", { name: label, exact: true });

async function choosePicture(page: Page, buffer: Buffer): Promise<void> {
  const chooser = page.waitForEvent("filechooser");
  await pressOn(page, group(page, "Picture").getByRole("button", { name: "Choose picture" }));
  await (await chooser).setFiles({ name: "picture.png", mimeType: "image/png", buffer });
  await expect(page.getByRole("img", { name: /^Picture, / })).toBeVisible();
}

/** The shortcut works from every field. */
async function make(page: Page, text: string): Promise<{ width: number; height: number }> {
  await tabTo(page, prompt(page), "Shift+Tab");
  await page.keyboard.press("ControlOrMeta+a");
  await page.keyboard.type(text);
  await page.keyboard.press("ControlOrMeta+Enter");
  const shown = page.getByRole("region", { name: "Result" }).getByRole("img", { name: text });
  await expect(shown).toBeVisible({ timeout: 30_000 });
  await expect.poll(() => shown.evaluate((img: HTMLImageElement) => img.naturalWidth)).toBeGreaterThan(0);
  return shown.evaluate((img: HTMLImageElement) => ({ width: img.naturalWidth, height: img.naturalHeight }));
}

test("text, image, inpaint and outpaint by keys alone, from what was made and from a file", async ({ page }) => {
  // Hundreds of keys.
  test.slow();
  const name = fresh("keys");
  await runningService(name);
  const expectKeysOnly = await withoutMouse(page);
  await page.goto(`/services/${name}/playground`);

  await test.step("text: a size of one's own, a seed that stays", async () => {
    await tabTo(page, prompt(page));
    await page.keyboard.type("a red barn");
    await chooseRadio(page, page.getByRole("radiogroup", { name: "Size" }), "768×512");
    await pressOn(page, page.getByRole("button", { name: "Keep the ratio" }));
    await typeInto(page, page.getByLabel("Height", { exact: true }), "256");
    await expect(page.getByLabel("Width", { exact: true })).toHaveValue("384");
    await pressOn(page, page.getByRole("button", { name: "New seed" }));
    await expect(page.getByRole("textbox", { name: "Seed" })).toHaveValue(/^\d{15,20}$/);
    await expectSound(page, "a size and a seed");
    expect(await make(page, "a red barn")).toEqual({ width: 384, height: 256 });
  });

  await test.step("image: the result goes on as input", async () => {
    await pressOn(page, page.getByRole("button", { name: "Use as input" }));
    await expect(page.getByRole("radio", { name: "Image", exact: true })).toBeChecked();
    await expect(prompt(page)).toBeFocused();
    await typeInto(page, page.getByLabel("Denoising strength"), "0.3");
    expect(await make(page, "a red barn in snow")).toEqual({ width: 384, height: 256 });
  });

  await test.step("inpaint: the mask by numbers", async () => {
    await tabTo(page, prompt(page), "Shift+Tab");
    await page.keyboard.press("Shift+Tab");
    await chooseRadio(page, funcs(page), "Inpaint");
    await pressOn(page, page.getByRole("button", { name: "Draw mask" }));
    const dialog = page.getByRole("dialog", { name: "Draw the mask" });
    for (const [label, value] of [
      ["Left", "0"],
      ["Top", "0"],
      ["Width", "192"],
      ["Height", "256"],
    ] as const)
      await typeInto(page, dialog.getByLabel(label, { exact: true }), value);
    await page.keyboard.press("Enter");
    await expect(dialog.getByRole("status")).toHaveText(/^50%/);
    await pressOn(page, dialog.getByRole("button", { name: "Soften edge" }));
    await page.keyboard.press("ControlOrMeta+z");
    await pressOn(page, dialog.getByRole("button", { name: "Use mask" }));
    await expect(dialog).toBeHidden();
    await expect(page.getByRole("img", { name: /^Mask, / })).toBeVisible();
    expect(await make(page, "a red barn with a door")).toEqual({ width: 384, height: 256 });
  });

  await test.step("outpaint: handles by arrows, sides by numbers", async () => {
    await page.keyboard.press("Shift+Tab");
    await chooseRadio(page, funcs(page), "Outpaint");
    await tabTo(page, page.getByRole("slider", { name: "Right" }));
    for (let press = 0; press < 4; press++) await page.keyboard.press("ArrowRight");
    await expect(page.getByRole("spinbutton", { name: "Right" })).toHaveValue("160");
    for (const side of ["Left", "Top", "Bottom"])
      await typeInto(page, page.getByRole("spinbutton", { name: side }), "0");
    expect(await make(page, "a red barn by a road")).toEqual({ width: 544, height: 256 });
  });

  await test.step("image: from a file", async () => {
    await page.keyboard.press("Shift+Tab");
    await chooseRadio(page, funcs(page), "Image");
    await pressOn(page, page.getByRole("button", { name: "Remove: Picture" }));
    await choosePicture(page, await png(300, 300));
    await chooseOption(page, page.getByLabel("Other shapes are"), "padded");
    await expect(page.getByRole("img", { name: "padded with white, 384 × 256" })).toBeVisible();
    await expectSound(page, "how a picture is fitted");
    expect(await make(page, "a blue barn")).toEqual({ width: 384, height: 256 });
  });
  await expectKeysOnly();
});

test("ControlNet by keys alone", async ({ page }) => {
  const name = fresh("keys_control");
  await runningService(name, { func: "controlnet" });
  const expectKeysOnly = await withoutMouse(page);
  await page.goto(`/services/${name}/playground`);
  await tabTo(page, prompt(page));
  await choosePicture(page, await png(512, 512));
  await chooseOption(page, page.getByLabel("Guide by"), "scrib");
  await expect(page.getByRole("img", { name: "Preview of the map: scribble" })).toBeVisible();
  await typeInto(page, page.getByLabel("Guidance strength"), "0.8");
  expect(await make(page, "a glass house")).toEqual({ width: 512, height: 512 });

  // What this service cannot do is found by the keys, with its reason, and stays off.
  await page.keyboard.press("Shift+Tab");
  await page.keyboard.press("ArrowLeft");
  await expect(page.locator(":focus")).toHaveAccessibleName(/^Outpaint.*deployed with ControlNet/);
  await expect(page.getByRole("radio", { name: /^ControlNet/ })).toBeChecked();
  await pressOn(page, page.getByRole("button", { name: "Use as input" }));
  await expect(prompt(page)).toBeFocused();
  expect(await make(page, "another glass house")).toEqual({ width: 512, height: 512 });
  await expectKeysOnly();
});
