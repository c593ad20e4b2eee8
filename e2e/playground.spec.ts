import type { CDPSession, Locator, Page } from "@playwright/test";
import sharp from "sharp";
import { tensorFile } from "@/lib/models/testing";
import { oss, putFiles, runningService } from "./cloud";
import { expect, expectSound, test } from "./fixtures";
import { dropFile } from "./gallery-page";
import { fresh } from "./steps";

/** A plain picture with one colour, so that what stayed as it was can be told to the pixel. */
const BLUE = { r: 0x20, g: 0x60, b: 0xc0 };
const plain = (width: number, height: number) =>
  sharp({ create: { width, height, channels: 3, background: BLUE } })
    .png()
    .toBuffer();

/** Blue, and white from the middle on. */
const halves = async (width: number, height: number) =>
  sharp(await plain(width, height))
    .composite([
      { input: { create: { width: width / 2, height, channels: 3, background: "white" } }, left: width / 2, top: 0 },
    ])
    .png()
    .toBuffer();

async function choosePicture(page: Page, label: string, buffer: Buffer): Promise<void> {
  const chooser = page.waitForEvent("filechooser");
  await page.getByRole("group", { name: label, exact: true }).getByRole("button", { name: "Choose picture" }).click();
  await (await chooser).setFiles({ name: "picture.png", mimeType: "image/png", buffer });
  await expect(page.getByRole("img", { name: new RegExp(`^${label}, `) })).toBeVisible();
}

/** Asks for the picture and reads it from the bucket. */
async function make(page: Page, bucket: string, prompt: string) {
  await page.getByLabel("Prompt", { exact: true }).fill(prompt);
  await page.getByRole("button", { name: "Generate" }).click();
  const shown = page.getByRole("region", { name: "Result" }).getByRole("img", { name: prompt });
  await expect(shown).toBeVisible({ timeout: 30_000 });
  const address = await shown.evaluate((img: HTMLImageElement) => img.currentSrc);
  const key = decodeURIComponent(new URL(address).pathname).replace(`/${bucket}/`, "");
  const { content } = await oss(bucket).get(key);
  const { data, info } = await sharp(content).removeAlpha().raw().toBuffer({ resolveWithObject: true });
  return {
    width: info.width,
    height: info.height,
    isBlue: (x: number, y: number) => {
      const at = (y * info.width + x) * 3;
      return data[at] === BLUE.r && data[at + 1] === BLUE.g && data[at + 2] === BLUE.b;
    },
  };
}

test("what is painted in the mask is painted anew, and nothing else", async ({ page }) => {
  const name = fresh("inpainted");
  const { bucket } = await runningService(name);
  await page.goto(`/services/${name}/playground`);
  await page.getByRole("radio", { name: "Inpaint" }).check();
  await choosePicture(page, "Picture", await plain(512, 512));
  await page.getByLabel("Denoising strength").fill("1");

  await page.getByRole("button", { name: "Generate" }).click();
  await expect(page.getByRole("group", { name: "Mask", exact: true })).toHaveAccessibleDescription(/This is needed\.$/);

  await page.getByRole("button", { name: "Draw mask" }).click();
  const dialog = page.getByRole("dialog", { name: "Draw the mask" });
  await expectSound(page, "mask editor");
  const canvas = dialog.getByRole("img", { name: /^The mask/ });
  const box = await canvas.boundingBox();
  if (!box) throw new Error("no canvas");
  const at = (x: number, y: number) => [box.x + (x / 512) * box.width, box.y + (y / 512) * box.height] as const;

  await test.step("by mouse", async () => {
    await dialog.getByRole("radio", { name: "Rectangle" }).check();
    await page.mouse.move(...at(64, 64));
    await page.mouse.down();
    await page.mouse.move(...at(150, 150));
    await page.mouse.move(...at(192, 192));
    await page.mouse.up();
    await expect(dialog.getByRole("status")).toHaveText(/^6%/);
  });
  await test.step("by keys and numbers, and taken back", async () => {
    await dialog.getByLabel("Left", { exact: true }).fill("256");
    await dialog.getByLabel("Top", { exact: true }).fill("256");
    await dialog.getByLabel("Width", { exact: true }).fill("256");
    await dialog.getByLabel("Height", { exact: true }).fill("128");
    await dialog.getByLabel("Height", { exact: true }).press("Enter");
    await expect(dialog.getByRole("status")).toHaveText(/^18%/);
    await dialog.getByRole("button", { name: "Invert" }).click();
    await expect(dialog.getByRole("status")).toHaveText(/^81%/);
    await page.keyboard.press("Control+z");
    await expect(dialog.getByRole("status")).toHaveText(/^18%/);
  });
  await dialog.getByRole("button", { name: "Use mask" }).click();
  await expect(dialog).toBeHidden();

  const { isBlue } = await make(page, bucket, "a small door");
  for (const [x, y] of [
    [30, 30],
    [230, 100],
    [100, 300],
    [400, 200],
    [400, 420],
  ] as const)
    expect(isBlue(x, y), `${x},${y} was outside`).toBe(true);
  let changed = 0;
  for (let x = 264; x < 504; x += 8) for (let y = 264; y < 376; y += 8) if (!isBlue(x, y)) changed++;
  expect(changed).toBeGreaterThan(200);
});

test("a picture is gone on with, and grows at its sides", async ({ page }) => {
  const name = fresh("outpainted");
  const { bucket } = await runningService(name);
  await page.goto(`/services/${name}/playground`);
  await make(page, bucket, "a lighthouse");
  await page.getByRole("button", { name: "Use as input" }).click();
  await expect(page.getByRole("radio", { name: "Image", exact: true })).toBeChecked();
  await expect(page.getByRole("img", { name: "Picture, 512 by 512 pixels" })).toBeVisible();
  const again = await make(page, bucket, "a lighthouse in fog");
  expect([again.width, again.height]).toEqual([512, 512]);

  await page.getByRole("radio", { name: "Outpaint" }).check();
  const handle = page.getByRole("slider", { name: "Left" });
  await handle.focus();
  for (let press = 0; press < 4; press++) await page.keyboard.press("ArrowLeft");
  await expect(page.getByRole("spinbutton", { name: "Left" })).toHaveValue("160");
  for (const side of ["Right", "Top", "Bottom"]) await page.getByRole("spinbutton", { name: side }).fill("0");
  await expect(page.getByText("Grows to 672 × 512")).toBeVisible();
  await expectSound(page, "outpaint");
  const grown = await make(page, bucket, "a lighthouse by the sea");
  expect([grown.width, grown.height]).toEqual([672, 512]);

  await page.getByRole("button", { name: "Use these settings" }).click();
  await expect(page.getByRole("spinbutton", { name: "Left" })).toHaveValue("160");
});

test("a picture is dropped, upright as it was taken, and grows by mouse where its handles are pulled", async ({
  page,
}, info) => {
  const name = fresh("dropped");
  const { bucket } = await runningService(name);
  await page.goto(`/services/${name}/playground`);
  await page.getByRole("radio", { name: "Outpaint" }).click();
  const lying = info.outputPath("lying.jpg");
  await sharp(await plain(256, 192))
    .withMetadata({ orientation: 6 })
    .jpeg()
    .toFile(lying);
  await dropFile(page, lying, page.getByRole("group", { name: "Picture", exact: true }));
  await expect(page.getByRole("img", { name: "Picture, 192 by 256 pixels" })).toBeVisible();
  for (const side of ["Left", "Right", "Top", "Bottom"]) await page.getByRole("spinbutton", { name: side }).fill("64");
  const handle = await page.getByRole("slider", { name: "Right" }).boundingBox();
  const preview = await page.getByRole("img", { name: /^The picture with its new borders/ }).boundingBox();
  if (!handle || !preview) throw new Error("no handle");
  const [x, y] = [handle.x + handle.width / 2, handle.y + handle.height / 2];
  await page.mouse.move(x, y);
  await page.mouse.down();
  // Half as much again of what 320 pixels are wide on the screen.
  await page.mouse.move(x + preview.width / 2, y, { steps: 4 });
  await page.mouse.up();
  const right = page.getByRole("spinbutton", { name: "Right" });
  await expect(right).toHaveValue("224");
  const { width, height } = await make(page, bucket, "a tower");
  expect([width, height]).toEqual([480, 384]);
});

test("sizes keep their ratio, a seed stays to the last digit, and what is recalled is all there", async ({
  page,
  context,
}) => {
  await context.grantPermissions(["clipboard-read", "clipboard-write"]);
  const name = fresh("sizes");
  const { bucket } = await runningService(name);
  await page.goto(`/services/${name}/playground`);
  const [width, height] = [page.getByLabel("Width", { exact: true }), page.getByLabel("Height", { exact: true })];
  await page.getByText("512×768").click();
  await page.getByRole("button", { name: "Keep the ratio" }).click();
  await width.fill("256");
  await expect(height).toHaveValue("384");
  await height.fill("300");
  await expect(width).toHaveValue("200");
  await expect(page.getByText("The service computes at 200 × 304 and scales back")).toBeVisible();
  await page.getByRole("button", { name: "Swap width and height" }).click();
  await expect(width).toHaveValue("300");
  await width.fill("384");
  await expect(height).toHaveValue("256");

  const seed = page.getByRole("textbox", { name: "Seed" });
  const keep = page.getByRole("button", { name: "Keep", exact: true });
  await seed.fill("18446744073709551615");
  await expect(keep).toHaveAttribute("aria-pressed", "true");
  await page.getByRole("button", { name: "Copy seed" }).click();
  expect(await page.evaluate(() => navigator.clipboard.readText())).toBe("18446744073709551615");
  await make(page, bucket, "a far hill");
  await keep.click();
  await expect(seed).toHaveValue("");
  await keep.click();
  await expect(seed, "that of the picture in sight").toHaveValue("18446744073709551615");
  await page.getByRole("button", { name: "New seed" }).click();
  await expect(seed).not.toHaveValue("18446744073709551615");
  await expect(seed).toHaveValue(/^\d{10,20}$/);
  await expectSound(page, "sizes and seeds");
});

test("a LoRA waits until Blade is ready, and one of another base model stays off with its reason", async ({ page }) => {
  const name = fresh("lora");
  const { bucket } = await runningService(name, { flags: "--not_use_default_blade" });
  const lora = (width: number) => tensorFile({ "lora_unet_x_attn2_to_k.lora_down.weight": [1, width] });
  await putFiles(bucket, "models/sample/", {
    "lora/fits.safetensors": lora(768),
    "lora/large.safetensors": lora(2048),
  });
  await page.goto(`/services/${name}/playground`);
  await page.getByText("More settings").click();
  const add = page.getByRole("button", { name: "Add LoRA" });
  await expect(add).toHaveAccessibleDescription(/Blade is still being prepared/);
  // A picture switches Blade on once it is ready, and none does before.
  let tries = 0;
  await expect(async () => {
    await make(page, bucket, `picture ${++tries}, which switches Blade on`);
    await expect(add).not.toHaveAccessibleDescription(/Blade/, { timeout: 3_000 });
  }).toPass();
  await add.click();
  const file = page.getByLabel("File", { exact: true });
  await expect(file).toHaveValue("lora/fits.safetensors");
  await expect(
    file.getByRole("option", { name: "lora/large.safetensors (does not fit the base model)" }),
  ).toBeDisabled();
  await page.getByLabel("Weight").fill("1");
  await make(page, bucket, "a picture with a LoRA");
});

test("a picture that would lose much in a request is sent whole, by a link", async ({ page }) => {
  const name = fresh("linked");
  const { bucket } = await runningService(name);
  await page.goto(`/services/${name}/playground`);
  await page.getByRole("radio", { name: "Image", exact: true }).check();
  const noise = { create: { width: 1600, height: 1200, channels: 3, background: "grey" } } as const;
  const whole = { ...noise, create: { ...noise.create, noise: { type: "gaussian", mean: 128, sigma: 60 } } } as const;
  await choosePicture(page, "Picture", await sharp(whole).png().toBuffer());
  await expect(page.getByText(/so that it fits into a request\.$/)).toBeVisible();
  await expectSound(page, "a picture that lost something");
  await page.getByRole("button", { name: "Send it whole, by a link" }).click();
  await expect(page.getByText("Sent as a link: the service reads it from the bucket.")).toBeVisible({
    timeout: 30_000,
  });
  await expect(page.getByRole("img", { name: "Picture, 1,600 by 1,200 pixels" })).toBeVisible();
  const { width } = await make(page, bucket, "a grey sea");
  expect(width).toBe(512);
});

test("a ControlNet service draws along a picture that is pasted, and says what it cannot do", async ({ page }) => {
  const name = fresh("guided");
  const { bucket } = await runningService(name, { func: "controlnet" });
  await page.goto(`/services/${name}/playground`);
  await expect(page.getByRole("radio", { name: /^ControlNet/ })).toBeChecked();
  const text = page.getByRole("radio", { name: /^Text/ });
  await expect(text).toHaveAccessibleName(/deployed as base/);
  await text.click({ force: true });
  await expect(page.getByRole("radio", { name: /^ControlNet/ })).toBeChecked();

  const png = (await halves(512, 512)).toString("base64");
  await page.getByRole("group", { name: "Picture", exact: true }).evaluate(async (group, base64) => {
    const bytes = Uint8Array.from(atob(base64), (char) => char.charCodeAt(0));
    const data = new DataTransfer();
    data.items.add(new File([bytes], "pasted.png", { type: "image/png" }));
    group.dispatchEvent(new ClipboardEvent("paste", { clipboardData: data, bubbles: true }));
  }, png);
  await expect(page.getByRole("img", { name: "Picture, 512 by 512 pixels" })).toBeVisible();
  await page.getByLabel("Guide by").selectOption("scribble");
  const preview = page.getByRole("img", { name: "Preview of the map: scribble" });
  /** Columns in which a line is drawn. */
  const lines = () =>
    preview.evaluate((canvas: HTMLCanvasElement) => {
      const { data } = canvas.getContext("2d")?.getImageData(0, 256, canvas.width, 1) ?? { data: [] };
      return [...data].flatMap((value, at) => (at % 4 === 0 && value === 255 ? [at / 4] : []));
    });
  await expect.poll(async () => (await lines()).length).toBeGreaterThan(2);
  for (const column of await lines()) expect(Math.abs(column - 256)).toBeLessThan(12);
  await expectSound(page, "controlnet");
  await page.getByLabel("Guide by").selectOption("depth");
  await expect(page.getByRole("img", { name: /^Preview of the map/ })).toHaveCount(0);
  await page.getByLabel("Guide by").selectOption("scribble");
  const { width } = await make(page, bucket, "a glass house");
  expect(width).toBe(512);
});

const SIDE = 512;

async function openMask(page: Page): Promise<Locator> {
  const name = fresh("pointers");
  await runningService(name);
  await page.goto(`/services/${name}/playground`);
  await page.getByRole("radio", { name: "Inpaint" }).check();
  await choosePicture(page, "Picture", await plain(SIDE, SIDE));
  await page.getByRole("button", { name: "Draw mask" }).click();
  const dialog = page.getByRole("dialog", { name: "Draw the mask" });
  await expect(dialog.getByRole("img", { name: /^The mask/ })).toBeVisible();
  return dialog;
}

/** How much of the picture is in the mask, in percent, once it is another share than before. */
async function shareAfter(dialog: Locator, act: () => Promise<void>): Promise<number> {
  const status = dialog.getByRole("status");
  const before = await status.innerText();
  await act();
  await expect(status).not.toHaveText(before);
  return Number.parseFloat(await status.innerText());
}

/** A stroke across the picture at this height. */
async function stroke(dialog: Locator, y: number, draw: (points: { x: number; y: number }[]) => Promise<void>) {
  const box = await dialog.getByRole("img", { name: /^The mask/ }).boundingBox();
  if (!box) throw new Error("no canvas");
  const at = (x: number) => ({ x: box.x + (x / SIDE) * box.width, y: box.y + (y / SIDE) * box.height });
  await draw([50, 150, 300, 450].map(at));
}

async function byFinger(devtools: CDPSession, points: { x: number; y: number }[]): Promise<void> {
  for (const [at, point] of points.entries())
    await devtools.send("Input.dispatchTouchEvent", {
      type: at === 0 ? "touchStart" : "touchMove",
      touchPoints: [point],
    });
  await devtools.send("Input.dispatchTouchEvent", { type: "touchEnd", touchPoints: [] });
}

async function byPen(devtools: CDPSession, points: { x: number; y: number }[], force: number): Promise<void> {
  const [first, last] = [points[0], points.at(-1)];
  if (!first || !last) return;
  const pen = { pointerType: "pen", force, button: "left", buttons: 1, clickCount: 1 } as const;
  await devtools.send("Input.dispatchMouseEvent", { type: "mousePressed", ...first, ...pen });
  for (const point of points) await devtools.send("Input.dispatchMouseEvent", { type: "mouseMoved", ...point, ...pen });
  await devtools.send("Input.dispatchMouseEvent", { type: "mouseReleased", ...last, ...pen, buttons: 0 });
}

test("a mask is drawn by a finger, and by a pen whose pressure makes it thicker", async ({ page }) => {
  const dialog = await openMask(page);
  const devtools = await page.context().newCDPSession(page);
  await devtools.send("Emulation.setTouchEmulationEnabled", { enabled: true });
  const finger = await shareAfter(dialog, () => stroke(dialog, 80, (points) => byFinger(devtools, points)));
  expect(finger).toBeGreaterThan(4);

  const undo = dialog.getByRole("button", { name: "Undo" });
  await undo.click();
  const light = await shareAfter(dialog, () => stroke(dialog, 200, (points) => byPen(devtools, points, 0.1)));
  await undo.click();
  const firm = await shareAfter(dialog, () => stroke(dialog, 200, (points) => byPen(devtools, points, 0.5)));
  expect(light).toBeGreaterThan(0);
  expect(firm).toBeGreaterThan(2.5 * light);
  await devtools.detach();
});
