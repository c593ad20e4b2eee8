import { mkdir, writeFile } from "node:fs/promises";
import { dirname, join } from "node:path";
import { type Browser, expect, type Locator, type Page } from "@playwright/test";
import { type Entries, sampleWith } from "@/lib/models/testing";
import { CONTROLNET, putFiles } from "./cloud";
import { NOBODY, OWNER } from "./settings";

/** The way through the console as people go it, by roles and labels. */

/** A name that no other test has. Letters, digits and underscores fit services, hyphens are for buckets. */
export function fresh(prefix: string): string {
  return `${prefix}_${Date.now().toString(36)}${Math.random().toString(36).slice(2, 6)}`;
}

export const bucketNameOf = (name: string) => name.replaceAll("_", "-");

export async function signIn(page: Page): Promise<void> {
  await page.getByLabel("Name or email").fill(OWNER.name);
  await page.getByLabel("Password", { exact: true }).fill(OWNER.password);
  await page.getByRole("button", { name: "Sign in" }).click();
}

/** Another browser, in which nobody is signed in. */
export async function elsewhere(browser: Browser): Promise<Page> {
  const context = await browser.newContext({ storageState: NOBODY });
  return context.newPage();
}

/** As an owner: a link that lets one person in, as they would be sent it. */
export async function inviteByLink(page: Page, role: string, note: string): Promise<string> {
  await page.goto("/settings/people");
  await page.getByRole("button", { name: "Invite" }).click();
  const dialog = page.getByRole("dialog", { name: "Invite somebody" });
  await dialog.getByRole("radio", { name: role }).check();
  await dialog.getByLabel("For whom").fill(note);
  await dialog.getByRole("button", { name: "Create link" }).click();
  const link = await dialog.getByText(/\/invite\//).innerText();
  await dialog.getByRole("button", { name: "Done" }).click();
  await expect(dialog).toBeHidden();
  return link.trim();
}

/** As the person who got the link. */
export async function joinByLink(page: Page, link: string, person: { name: string; password: string }): Promise<void> {
  await page.goto(link);
  await page.getByLabel("Name or email").fill(person.name);
  await page.getByLabel("Password", { exact: true }).fill(person.password);
  await page.getByLabel("Password, once more").fill(person.password);
  await page.getByRole("button", { name: "Join" }).click();
  await expect(page.getByRole("heading", { name: "Services", level: 1 })).toBeVisible();
}

const step = (page: Page, name: string) => page.getByRole("heading", { level: 2, name });

/** Begins a new deployment, whatever draft was left. */
export async function beginDeployment(page: Page, console = ""): Promise<void> {
  await page.goto(`${console}/deploy`);
  await page.getByRole("button", { name: "Start over" }).click();
  const before = page.url();
  await page.getByRole("button", { name: "Discard and start over" }).click();
  await page.waitForURL((url) => url.href !== before);
  await expect(page.getByRole("dialog")).toBeHidden();
  await expect(step(page, "What a deployment needs")).toBeVisible();
}

/** A bucket of one's own, admitted for uploads from this page. */
export async function prepareBucket(page: Page, bucket: string): Promise<void> {
  const create = page.getByRole("button", { name: "Create bucket" });
  await expect(create.first()).toBeVisible();
  const name = page.getByLabel("Bucket name");
  if (!(await name.isVisible())) await create.first().click();
  await name.fill(bucket);
  await page.getByRole("form", { name: "Create bucket" }).getByRole("button", { name: "Create bucket" }).click();
  await expect(page.getByText("does not admit uploads")).toBeVisible();
  await page.getByRole("button", { name: "Add the CORS rule" }).click();
  await expect(page.getByText(/The bucket admits uploads from/)).toBeVisible();
  await goOn(page, "The model");
}

/** A bucket that is there already. */
export async function chooseBucket(page: Page, bucket: string): Promise<void> {
  await page.getByLabel("OSS bucket").selectOption(bucket);
  await expect(page.getByText(/The bucket admits uploads from/)).toBeVisible();
  await goOn(page, "The model");
}

/** Next opens when what this step is about is done. */
export async function goOn(page: Page, heading: string): Promise<void> {
  await page.getByRole("button", { name: "Next", exact: true }).click();
  await expect(step(page, heading)).toBeVisible();
}

/** Uploads the sample model, so that the step of the service can be entered. */
export async function takeSample(page: Page): Promise<void> {
  await page.getByRole("radio", { name: /Sample model/ }).click();
  await expect(page.getByText(/Will load as SD 1\.5/)).toBeVisible();
  await uploadModel(page);
}

/** Takes a model with a ControlNet that lies in the bucket, so that each kind of service can be wished for. */
export async function takeWithControlnet(page: Page, bucket: string): Promise<void> {
  await putFiles(bucket, "both/", { ...sampleWith(), ...CONTROLNET });
  await page.getByRole("radio", { name: /Already in the bucket/ }).click();
  await page.getByRole("list", { name: "Folders" }).getByRole("button", { name: "both/" }).click();
  await page.getByRole("button", { name: "Use this model" }).click();
  await goOn(page, "The service");
}

interface Start {
  func?: "base" | "controlnet";
  translate?: boolean;
  blade?: boolean;
}

/** Says how the service is to start, and goes back to the step of the model, where another one can be dropped. */
export async function startWith(page: Page, { func = "base", translate = false, blade = false }: Start): Promise<void> {
  await page.goto("/deploy?step=service");
  await page.getByRole("radio", { name: func === "controlnet" ? /^ControlNet/ : /^Generate and edit/ }).check();
  await page.getByRole("switch", { name: "Faster with Blade" }).setChecked(blade);
  await page.getByRole("switch", { name: "Chinese prompts" }).setChecked(translate);
  await page.getByRole("button", { name: "Back", exact: true }).click();
  await page.getByRole("radio", { name: /From this computer/ }).click();
}

/** Writes a model folder to disk; a path that ends in `/` is an empty folder. */
export async function writeFolder(directory: string, files: Entries): Promise<string> {
  await mkdir(directory, { recursive: true });
  for (const [path, content] of Object.entries(files)) {
    const file = join(directory, path);
    if (path.endsWith("/")) {
      await mkdir(file, { recursive: true });
      continue;
    }
    await mkdir(dirname(file), { recursive: true });
    await writeFile(file, content);
  }
  return directory;
}

/** Drops a directory of this machine as the file manager would: entries, not a list of files. */
export async function dropFolder(page: Page, directory: string, on = "Drop a model folder here"): Promise<void> {
  const zone = page.getByText(on);
  await zone.scrollIntoViewIfNeeded();
  // In one step: the page may draw the place anew at any time.
  const box = await zone.evaluate((element) => element.getBoundingClientRect());
  const devtools = await page.context().newCDPSession(page);
  const at = { x: box.x + box.width / 2, y: box.y + box.height / 2 };
  const data = { items: [], files: [directory], dragOperationsMask: 1 };
  for (const type of ["dragEnter", "dragOver", "drop"] as const) {
    await devtools.send("Input.dispatchDragEvent", { type, ...at, data });
  }
  await devtools.detach();
}

export const uploadButton = (page: Page): Locator => page.getByRole("button", { name: /^Upload model/ });

/** Uploads what was checked, sees every file verified, goes on. */
export async function uploadModel(page: Page): Promise<void> {
  await uploadButton(page).click();
  await expect(page.getByText("The server found every file, byte for byte")).toBeVisible({ timeout: 30_000 });
  await goOn(page, "The service");
}

export async function describeService(page: Page, name: string): Promise<void> {
  await page.getByLabel("Service name").fill(name);
  await goOn(page, "Review and deploy");
}

/** From the review to the page of the service that starts. */
export async function deploy(page: Page, name: string): Promise<void> {
  await page.getByRole("button", { name: "Deploy service" }).click();
  await expect(page.getByRole("heading", { level: 1, name })).toBeVisible();
}

/** The state in the page's header. */
export function state(page: Page, word: string): Locator {
  return page.locator("main header").first().getByText(word, { exact: true });
}

export async function expectRunning(page: Page): Promise<void> {
  await expect(state(page, "Running")).toBeVisible({ timeout: 60_000 });
}

/** Types a prompt, waits for the picture, and sees that it was really loaded. */
export async function makePicture(page: Page, prompt: string, width = 512): Promise<void> {
  await page.getByLabel("Prompt", { exact: true }).fill(prompt);
  await page.getByRole("button", { name: "Generate" }).click();
  const picture = page.getByRole("region", { name: "Result" }).getByRole("img", { name: prompt });
  await expect(picture).toBeVisible({ timeout: 30_000 });
  await expect.poll(() => picture.evaluate((img: HTMLImageElement) => img.naturalWidth)).toBe(width);
}
