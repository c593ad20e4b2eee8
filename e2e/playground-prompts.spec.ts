import { runningService } from "./cloud";
import { expect, expectSound, test } from "./fixtures";
import { fresh, makePicture } from "./steps";

/* What the playground knows of prompts: earlier ones, saved pieces, length, Chinese. */

test("a prompt is found again, a style is saved, laid around it, changed and thrown away", async ({ page }) => {
  const name = fresh("prompts");
  await runningService(name);
  await page.goto(`/services/${name}/playground`);
  const prompt = page.getByLabel("Prompt", { exact: true });
  const phrase = `a lighthouse called ${fresh("sea")}`;
  await page.getByText("More settings").click();
  await page.getByLabel("Negative prompt").fill("people");
  await makePicture(page, phrase);
  await makePicture(page, `another house called ${fresh("hill")}`);

  await page.getByRole("button", { name: "Earlier", exact: true }).click();
  const earlier = page.getByRole("dialog", { name: "Your earlier prompts" });
  await earlier.getByLabel("Search earlier prompts").fill("no such prompt");
  await expect(earlier.getByText("No earlier prompt contains this.")).toBeVisible();
  await earlier.getByLabel("Search earlier prompts").fill(phrase.toUpperCase());
  await expect(earlier.getByRole("listitem")).toHaveCount(1);
  await expectSound(page, "earlier prompts");
  await page.keyboard.press("Tab");
  await page.keyboard.press("Enter");
  await expect(earlier).toBeHidden();
  await expect(prompt).toHaveValue(phrase);
  await expect(prompt).toBeFocused();

  const style = fresh("Museum");
  await page.getByRole("button", { name: "Styles" }).click();
  const styles = page.getByRole("dialog", { name: "Your styles" });
  await styles.getByRole("button", { name: "New style" }).click();
  await styles.getByLabel("Name", { exact: true }).fill(style);
  await styles.getByLabel("For the prompt").fill("an oil painting of {prompt}, museum");
  await styles.getByLabel("For the negative prompt").fill("photo");
  await expectSound(page, "a new style");
  await styles.getByRole("button", { name: "Save style" }).click();
  await expectSound(page, "styles");
  await styles.getByRole("button", { name: new RegExp(`^${style}`) }).click();
  await expect(prompt).toHaveValue(`an oil painting of ${phrase}, museum`);
  await expect(page.getByLabel("Negative prompt")).toHaveValue("people, photo");

  await page.reload();
  await page.getByRole("button", { name: "Styles" }).click();
  await styles.getByRole("button", { name: `Edit ${style}` }).click();
  await styles.getByLabel("For the prompt").fill("oil painting");
  await styles.getByRole("button", { name: "Save style" }).click();
  await expect(styles.getByRole("button", { name: new RegExp(`^${style}.*oil painting`) })).toBeVisible();
  await styles.getByRole("button", { name: `Delete ${style}` }).click();
  await page.getByRole("button", { name: "Delete style" }).click();
  await expect(styles.getByText(style)).toHaveCount(0);
});

test("the length of a prompt is said, and what becomes of Chinese", async ({ page }) => {
  const [translating, plain] = [fresh("translates"), fresh("plain")];
  await Promise.all([runningService(translating, { translates: true }), runningService(plain)]);
  await page.goto(`/services/${plain}/playground`);
  const prompt = page.getByLabel("Prompt", { exact: true });
  await prompt.fill("a photo of an astronaut riding a horse on mars");
  await expect(page.getByText("about 12 of 77 tokens")).toBeVisible();
  await prompt.fill("a castle, ".repeat(40));
  await expect(page.getByText("Longer than the text model reads at once")).toBeVisible();
  await prompt.fill("一只猫");
  await expect(page.getByText("This service was deployed without translation")).toBeVisible();
  await page.getByText("More settings").click();
  await page.getByLabel("Negative prompt").fill("模糊");
  await expect(page.getByText("A negative prompt is never translated")).toBeVisible();
  await expectSound(page, "Chinese without translation");

  await page.goto(`/services/${translating}/playground`);
  await prompt.fill("一只猫");
  await expect(page.getByText("The service translates the Chinese before it draws.")).toBeVisible();
  await page.getByRole("switch", { name: "Translate the prompt" }).click();
  await page.getByRole("button", { name: "Translate", exact: true }).click();
  await makePicture(page, "一只猫");
  await expectSound(page, "a translated prompt");
  await page.getByRole("button", { name: "Use as prompt" }).click();
  await expect(prompt).toHaveValue("a cat [simulated translation]");
  await expect(page.getByRole("switch", { name: "Translate the prompt" })).not.toBeChecked();
  await prompt.fill("a cat in the snow");
  await makePicture(page, "a cat in the snow");
  await expect(page.getByText("Sent as")).toBeHidden();
});
