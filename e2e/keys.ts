import { expect, type Locator, type Page } from "@playwright/test";

/** A person without a mouse: the Tab key goes from place to place, and what has the focus hears the rest. */

/** More places than any page has between two that a story wants. */
const STOPS_MAX = 120;

/** On with Tab, or back with Shift and Tab, until this has the focus. */
export async function tabTo(page: Page, target: Locator, key: "Tab" | "Shift+Tab" = "Tab"): Promise<void> {
  await expect(target).toBeVisible();
  for (let stop = 0; stop < STOPS_MAX; stop++) {
    if (await target.evaluate((element) => element === document.activeElement)) return;
    await page.keyboard.press(key);
  }
  throw new Error(`The Tab key does not come to ${target}.`);
}

/** Another text in the field, or another number. */
export async function typeInto(page: Page, field: Locator, text: string): Promise<void> {
  await tabTo(page, field);
  await page.keyboard.press("ControlOrMeta+a");
  await page.keyboard.type(text);
  await expect(field).toHaveValue(text);
}

export async function pressOn(page: Page, target: Locator, key = "Enter"): Promise<void> {
  await tabTo(page, target);
  await page.keyboard.press(key);
}

/** From the checked one of a group to another. */
export async function chooseRadio(page: Page, group: Locator, name: string): Promise<void> {
  await tabTo(page, group.locator("input:checked"));
  const wanted = group.getByRole("radio", { name, exact: true });
  for (let step = 0; step < 10 && !(await wanted.isChecked()); step++) await page.keyboard.press("ArrowRight");
  await expect(wanted).toBeChecked();
}

/** By the first letters of its text. */
export async function chooseOption(page: Page, field: Locator, text: string): Promise<void> {
  await tabTo(page, field);
  await page.keyboard.type(text);
  await expect(field.locator("option:checked")).toHaveText(new RegExp(`^${text}`, "i"));
}

/** Fails when anything on the page was touched by a mouse, a pen or a finger. To be called before the page is opened. */
export async function withoutMouse(page: Page): Promise<() => Promise<void>> {
  await page.addInitScript(() => {
    const seen: string[] = [];
    Object.assign(window, { pointed: seen });
    for (const kind of ["pointerdown", "mousedown", "touchstart", "wheel"])
      window.addEventListener(kind, () => seen.push(kind), { capture: true, passive: true });
  });
  return async () => expect(await page.evaluate(() => (window as { pointed?: string[] }).pointed)).toEqual([]);
}
