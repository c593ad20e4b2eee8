import { readFile, writeFile } from "node:fs/promises";
import type { Page } from "@playwright/test";
import sharp from "sharp";
import yauzl from "yauzl";
import { keysIn, oss, runningService } from "./cloud";
import { expect, expectSound, test } from "./fixtures";
import {
  cells,
  details,
  dropFile,
  openGallery,
  pixelsOf,
  rowsOf,
  search,
  shapesOff,
  withParameters,
} from "./gallery-page";
import { fresh, inviteByLink, joinByLink, makePicture, signIn } from "./steps";

/* All pictures of a connection: found, repeated, marked, packed, deleted, and told apart from a file. */

async function make(page: Page, service: string, prompts: readonly string[]): Promise<void> {
  await page.goto(`/services/${service}/playground`);
  for (const prompt of prompts) await makePicture(page, prompt);
}

test("a Chinese prompt is found, opened by the keyboard, and its picture made again with the same seed", async ({
  page,
  browser,
}) => {
  const name = fresh("gallery");
  await runningService(name);
  await make(page, name, ["a red barn", "雨后的江南水乡，油纸伞"]);
  await page.getByRole("link", { name: "Gallery" }).click();
  await expect(page.getByRole("heading", { name: "Gallery", level: 1 })).toBeVisible();
  await openGallery(page, name, 2);
  await search(page).pressSequentially("江南");
  await expect(page.getByText("1 picture", { exact: true })).toBeVisible();
  await expect(page).toHaveURL(/q=%E6%B1%9F%E5%8D%97/);
  await page.reload();
  await expect(search(page)).toHaveValue("江南");
  await expect(cells(page)).toHaveCount(1);
  await expectSound(page, "a search with a hit");

  await cells(page).first().focus();
  await page.keyboard.press("Enter");
  const picture = details(page).getByRole("img", { name: "雨后的江南水乡，油纸伞" });
  await expect(picture).toBeVisible();
  await expect(page).toHaveURL(/\/gallery\/[0-9a-z]{16}\?/);
  await expectSound(page, "the details");
  const seed = await details(page)
    .locator("dd", { hasText: /^\d{5,20}$/ })
    .first()
    .innerText();
  const pixels = await pixelsOf(picture);

  // Zoom, and back.
  await details(page).getByRole("button", { name: "Zoom in" }).click();
  await expect(details(page).getByRole("button", { name: "Whole picture" })).toBeVisible();
  await details(page).getByRole("button", { name: "Whole picture" }).click();

  // The link says the same to somebody else, who has a browser of their own.
  const link = page.url().replace(/\?.*/, "");
  const elsewhere = await browser.newContext({ storageState: { cookies: [], origins: [] }, locale: "en-US" });
  const theirs = await elsewhere.newPage();
  await theirs.goto(link);
  await signIn(theirs);
  await expect(details(theirs).getByRole("img", { name: "雨后的江南水乡，油纸伞" })).toBeVisible();
  await expect(theirs).toHaveURL(link);
  await elsewhere.close();

  await details(page).getByRole("button", { name: "Use settings" }).click();
  await page.getByRole("menuitem", { name: "All settings" }).click();
  await expect(page).toHaveURL(new RegExp(`/services/${name}/playground$`));
  await expect(page.getByLabel("Prompt", { exact: true })).toHaveValue("雨后的江南水乡，油纸伞");
  await expect(page.getByRole("textbox", { name: "Seed" })).toHaveValue(seed);
  await page.getByRole("button", { name: "Generate" }).click();
  await openGallery(page, name, 3);
  await search(page).fill("江南");
  await expect(cells(page)).toHaveCount(2);
  await cells(page).first().click();
  expect(await pixelsOf(picture)).toBe(pixels);

  // The prompt alone, and all but the seed.
  for (const [words, kept] of [
    ["Prompt only", ""],
    ["All but the seed", ""],
    ["Seed only", seed],
  ] as const) {
    await openGallery(page, name, 3);
    await cells(page).first().click();
    await details(page).getByRole("button", { name: "Use settings" }).click();
    await page.getByRole("menuitem", { name: words }).click();
    await expect(page.getByRole("textbox", { name: "Seed" })).toHaveValue(kept);
    await expect(page.getByLabel("Prompt", { exact: true })).toHaveValue(kept ? "" : "雨后的江南水乡，油纸伞");
  }
});

test("a picture of the gallery becomes the input of the next one", async ({ page }) => {
  const name = fresh("gallery_input");
  await runningService(name);
  await make(page, name, ["a stone bridge"]);
  await openGallery(page, name, 1);
  await cells(page).first().click();
  await details(page).getByRole("button", { name: "Use settings" }).click();
  await page.getByRole("menuitem", { name: "Image to image" }).click();
  await expect(page.getByRole("radio", { name: "Image", exact: true })).toBeChecked();
  await expect(page.getByRole("img", { name: "Picture, 512 by 512 pixels" })).toBeVisible();
});

test("stars and tags by keys and by hand, for one and for many, are what one filters by", async ({ page }) => {
  const name = fresh("gallery_marks");
  await runningService(name);
  await make(page, name, ["the first", "the second", "the third"]);
  await openGallery(page, name, 3);
  await cells(page).first().focus();
  await page.keyboard.press("ArrowRight");
  await page.keyboard.press("s");
  await expect(cells(page).nth(1).getByText("Starred")).toBeAttached();
  await page.keyboard.press("Home");
  await page.keyboard.press(" ");
  await page.keyboard.press("Shift+ArrowRight");
  const bar = page.getByRole("region", { name: "Selected pictures" });
  await expect(bar.getByText("2 selected")).toBeVisible();
  await expectSound(page, "two selected");
  await bar.getByRole("button", { name: "Tag" }).click();
  await page.getByLabel("Tags, separated by commas").fill("客户A, cover");
  await expectSound(page, "the tag dialog");
  await page.getByRole("dialog").getByRole("button", { name: "Add" }).click();
  await expect(page.getByRole("dialog")).toBeHidden();
  await page.keyboard.press("Escape");

  await page.getByRole("button", { name: "Starred" }).click();
  await expect(cells(page)).toHaveCount(1);
  await expect(cells(page).getByRole("img", { name: "the second" })).toBeVisible();
  await page.getByRole("button", { name: "Starred" }).click();
  await page.getByLabel("Any tag").selectOption("客户A");
  await expect(cells(page)).toHaveCount(2);
  await cells(page).first().click();
  await details(page).getByRole("button", { name: "Remove tag 客户A" }).click();
  await expect(details(page).getByText("客户A")).toBeHidden();
  await details(page).getByRole("button", { name: "Close" }).click();
  await expect(cells(page)).toHaveCount(1);
  await search(page).fill("nothing like it");
  await expect(page.getByRole("heading", { name: "No picture fits these filters" })).toBeVisible();
  await expectSound(page, "no hit");
  await page.getByRole("button", { name: "Show all pictures" }).click();
  await expect(search(page)).toHaveValue("");
});

test("many are packed and deleted, and a new one appears by itself", async ({ page, context }) => {
  const name = fresh("gallery_bulk");
  const { bucket } = await runningService(name);
  await make(page, name, ["one", "two", "three"]);
  await openGallery(page, name, 3);
  await cells(page)
    .first()
    .click({ modifiers: ["ControlOrMeta"] });
  await cells(page)
    .nth(1)
    .click({ modifiers: ["Shift"] });
  const bar = page.getByRole("region", { name: "Selected pictures" });
  const [download] = await Promise.all([
    page.waitForEvent("download"),
    bar.getByRole("button", { name: "Download as ZIP" }).click(),
  ]);
  expect(download.suggestedFilename()).toMatch(/^easel-pictures-\d{4}-\d\d-\d\d\.zip$/);
  const archive = await yauzl.fromBufferPromise(await readFile(await download.path()));
  const names: string[] = [];
  for await (const entry of archive.eachEntry()) names.push(entry.fileName);
  expect(names.filter((one) => one.endsWith(".png"))).toHaveLength(2);
  expect(names.filter((one) => one.endsWith(".json"))).toHaveLength(2);

  await page.keyboard.press("Delete");
  await bar.getByRole("button", { name: "Delete" }).click();
  const dialog = page.getByRole("dialog", { name: "Delete 2 pictures?" });
  await expectSound(page, "the question before deleting");
  await dialog.getByRole("button", { name: "Delete 2 pictures" }).click();
  await expect(cells(page)).toHaveCount(1);
  await expect(cells(page).getByRole("img", { name: "one" })).toBeVisible();
  const left = (await keysIn(bucket)).filter((key) => key.startsWith("results/result/"));
  expect(left).toHaveLength(2);

  const other = await context.newPage();
  await make(other, name, ["four"]);
  await expect(cells(page)).toHaveCount(2);
  await expect(cells(page).first().getByRole("img", { name: "four" })).toBeVisible();
});

test("a picture that is dropped tells its settings: one of ours by its name, another by what is written in it", async ({
  page,
}, info) => {
  const name = fresh("gallery_drop");
  const { bucket } = await runningService(name);
  await make(page, name, ["a paper boat"]);
  await openGallery(page, name, 1);
  const key = (await keysIn(bucket)).find((one) => one.endsWith(".png") && one.startsWith("results/result/"));
  const ours = info.outputPath(key?.split("/").at(-1) ?? "");
  const picture = await sharp({ create: { width: 64, height: 64, channels: 3, background: "teal" } })
    .png()
    .toBuffer();
  await writeFile(ours, picture);
  await dropFile(page, ours);
  await expect(details(page).getByText("This picture is in the gallery.")).toBeVisible();
  await expectSound(page, "settings of one of ours");
  await details(page).getByRole("button", { name: "Use in playground" }).click();
  await expect(page.getByLabel("Prompt", { exact: true })).toHaveValue("a paper boat");

  const theirs = info.outputPath("theirs.png");
  await writeFile(
    theirs,
    withParameters(
      picture,
      "a lantern, <lora:glow:0.8>\nNegative prompt: blurry\nSteps: 12, Sampler: Euler a, CFG scale: 5.5, Seed: 987654321, Size: 512x768",
    ),
  );
  await openGallery(page, name, 1);
  await dropFile(page, theirs);
  await expect(details(page).getByText("Sampler: Euler a")).toBeVisible();
  await expectSound(page, "settings of another tool");
  await details(page).getByLabel("Service").selectOption(name);
  await details(page).getByRole("button", { name: "Use in playground" }).click();
  const seed = page.getByRole("textbox", { name: "Seed" });
  await expect(seed).toHaveValue("987654321");
  await expect(page.getByLabel("Prompt", { exact: true })).toHaveValue("a lantern,");

  // The same in the playground itself, by drop and by the keyboard's way.
  await seed.fill("");
  await dropFile(page, theirs);
  await expect(seed).toHaveValue("987654321");
  await expect(page.getByText("LoRA: <lora:glow:0.8>")).toBeVisible();
  await expectSound(page, "settings of a dropped picture");
  const plain = info.outputPath("plain.png");
  await writeFile(plain, picture);
  await page.getByLabel("Read a picture's settings").setInputFiles(plain);
  await expect(page.getByText("This picture carries no settings that can be read.")).toBeVisible();
});

test("what the safety checker blacked out is said, and asked for again with another seed", async ({ page }) => {
  const name = fresh("gallery_nsfw");
  await runningService(name);
  await page.goto(`/services/${name}/playground`);
  await page.getByLabel("Prompt", { exact: true }).fill("nsfw");
  await page.getByRole("button", { name: "Generate" }).click();
  await expect(page.getByText(/blacked this picture out/)).toBeVisible({ timeout: 30_000 });
  await openGallery(page, name, 1);
  await expect(cells(page).getByText("Blacked out by the safety checker")).toBeVisible();
  await expectSound(page, "a filtered picture");
  await cells(page).getByRole("button", { name: "New seed" }).click();
  await expect(cells(page)).toHaveCount(2);
});

test("the gallery is built from the bucket while one looks on, and reached on a phone", async ({ page }) => {
  const name = fresh("gallery_rebuild");
  const { bucket } = await runningService(name);
  await make(page, name, ["a windmill"]);
  await putForeign(bucket);
  await openGallery(page, name, 1);
  await page.getByRole("button", { name: "Rebuild from the bucket" }).click();
  await expectSound(page, "the question before rebuilding");
  await page.getByRole("button", { name: "Rebuild gallery" }).click();
  await expect(page.getByText(/added from the bucket/)).toBeVisible({ timeout: 30_000 });
  await page.getByLabel("Any function").selectOption("Unknown");
  await page.getByLabel("Any service").selectOption(name);
  await expect(cells(page)).toHaveCount(1);
  await cells(page).first().click();
  await expect(details(page).getByText("Another client made this picture")).toBeVisible();
  await expectSound(page, "a picture of another client");
  await details(page).getByRole("button", { name: "Close" }).click();
  for (const width of [1280, 800]) {
    await page.setViewportSize({ width, height: 844 });
    await expectSound(page, `the gallery, ${width} px wide`);
  }
  await page.setViewportSize({ width: 390, height: 844 });
  await expectSound(page, "the gallery on a phone");
  await page.getByRole("button", { name: "Filters" }).click();
  await expect(page.getByLabel("Any function")).toBeVisible();
  await expectSound(page, "its filters on a phone");
});

test("rows keep the shapes of pictures, and arrows walk through them", async ({ page }) => {
  const name = fresh("gallery_rows");
  const { bucket } = await runningService(name);
  // Foreign ones, whose shapes the files tell.
  const [wide, upright] = [
    { width: 96, height: 54 },
    { width: 60, height: 100 },
  ];
  const count = 26;
  for (let n = 0; n < count; n++) {
    const { width, height } = n < 8 || n % 3 === 0 ? wide : upright;
    const picture = sharp({ create: { width, height, channels: 3, background: { r: n * 10, g: 90, b: 120 } } });
    await oss(bucket).put(`results/shapes/${n + 10}.png`, await picture.png().toBuffer());
  }
  await page.goto("/gallery");
  await page.getByRole("button", { name: "Rebuild from the bucket" }).click();
  await page.getByRole("button", { name: "Rebuild gallery" }).click();
  await expect(page.getByText(/added from the bucket/)).toBeVisible({ timeout: 30_000 });

  for (const width of [1440, 390]) {
    await page.setViewportSize({ width, height: 3_000 });
    await openGallery(page, name, count);
    await expect.poll(() => shapesOff(page)).toEqual([]);
    const rows = await rowsOf(page);
    const edges = rows.slice(0, -1).map(({ left, right }) => [left, right]);
    expect(new Set(edges.map(String)).size, "rows end where others do").toBe(1);
    expect(await page.locator("[role=gridcell][tabindex='0']").count(), "one stop for the Tab key").toBe(1);
    await expectSound(page, `rows at ${width} px`);

    // Down and down again, and back the same way; along a row and over its end.
    await cells(page).nth(1).focus();
    const place = () => page.evaluate(() => Number(document.activeElement?.getAttribute("data-index")));
    const seen = [await place()];
    for (const key of ["ArrowDown", "ArrowDown", "ArrowUp", "ArrowUp"]) {
      await page.keyboard.press(key);
      seen.push(await place());
    }
    const rowOf = (index: number) => rows.findIndex(({ first, cells }) => index >= first && index < first + cells);
    expect(seen.map(rowOf)).toEqual([0, 1, 2, 1, 0]);
    expect(seen[4]).toBe(1);
    await page.keyboard.press("End");
    expect(await place()).toBe(count - 1);
    await page.keyboard.press("Home");
    for (let step = 0; step < (rows[0]?.cells ?? 0); step++) await page.keyboard.press("ArrowRight");
    expect(await place()).toBe(rows[1]?.first);
  }
});

test("a star is everybody's: others see it at once, and after a reload", async ({ page, browser }) => {
  const name = fresh("gallery_stars");
  await runningService(name);
  await make(page, name, ["a kite", "a bell"]);
  const link = await inviteByLink(page, "Artist", "somebody who stars");
  const elsewhere = await browser.newContext({ storageState: { cookies: [], origins: [] }, locale: "en-US" });
  const theirs = await elsewhere.newPage();
  await joinByLink(theirs, link, { name: `${fresh("stars")}@example.com`, password: "five words are enough here" });
  await openGallery(page, name, 2);
  const kite = cells(page).filter({ has: page.getByRole("img", { name: "a kite" }) });
  const before = await kite.getByRole("img").getAttribute("src");
  await openGallery(theirs, name, 2);
  await cells(theirs).nth(1).focus();
  await theirs.keyboard.press("s");
  await expect(kite.getByText("Starred")).toBeAttached();
  expect(await kite.getByRole("img").getAttribute("src"), "the picture is not loaded again").toBe(before);
  await page.reload();
  await expect(kite.getByText("Starred")).toBeAttached();
  await kite.focus();
  await page.keyboard.press("s");
  await expect(cells(theirs).nth(1).getByText("Starred")).toHaveCount(0);
  await elsewhere.close();
});

test("the call, the settings text and the link of a picture are copied", async ({ page, context }) => {
  await context.grantPermissions(["clipboard-read", "clipboard-write"]);
  const name = fresh("gallery_copies");
  await runningService(name);
  await make(page, name, ["a green door"]);
  await openGallery(page, name, 1);
  await cells(page).first().click();
  const copied = async (button: string) => {
    await details(page).getByRole("button", { name: button }).click();
    await expect.poll(() => page.evaluate(() => navigator.clipboard.readText())).not.toBe("");
    const text = await page.evaluate(() => navigator.clipboard.readText());
    await page.evaluate(() => navigator.clipboard.writeText(""));
    return text;
  };
  const call = await copied("Copy call");
  expect(call).toContain(`/api/predict/${name}`);
  expect(call).toContain('"prompt": "a green door"');
  const seed = /"seed": "(\d+)"/.exec(call)?.[1];
  expect(seed).toMatch(/^\d{5,20}$/);
  const settings = await copied("Copy settings");
  expect(settings).toMatch(/^a green door\n/);
  expect(settings).toContain("Steps: 50");
  expect(settings).toContain(`Seed: ${seed}`);
  expect(settings).toContain("Size: 512x512");
  const link = await copied("Copy link");
  await page.goto(link);
  await expect(details(page).getByRole("img", { name: "a green door" })).toBeVisible();
});

async function putForeign(bucket: string): Promise<void> {
  const picture = sharp({ create: { width: 64, height: 64, channels: 3, background: "orange" } });
  await oss(bucket).put("results/result/curl_20261101_120000_0.png", await picture.png().toBuffer());
}
