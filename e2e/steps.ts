import { expect, type Page } from "@playwright/test";

/** The way through the console as people go it, by roles and labels. */

/** A name that no other test has. Letters, digits and underscores fit services, hyphens are for buckets. */
export function fresh(prefix: string): string {
  return `${prefix}_${Date.now().toString(36)}${Math.random().toString(36).slice(2, 6)}`;
}

const step = (page: Page, name: string) => page.getByRole("heading", { level: 2, name });

/** Begins a new deployment, whatever draft was left. */
export async function beginDeployment(page: Page): Promise<void> {
  await page.goto("/deploy");
  await page.getByRole("button", { name: "Start over" }).click();
  await page.getByRole("button", { name: "Discard and start over" }).click();
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
  await page.getByRole("button", { name: "Next", exact: true }).click();
  await expect(step(page, "The model")).toBeVisible();
}

export async function uploadModel(page: Page): Promise<void> {
  await page.getByRole("button", { name: /^Upload model/ }).click();
  await goOn(page, "The service");
}

/** Next opens when what this step is about is done. */
export async function goOn(page: Page, heading: string): Promise<void> {
  await page.getByRole("button", { name: "Next", exact: true }).click();
  await expect(step(page, heading)).toBeVisible();
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
export function state(page: Page, word: string) {
  return page.locator("main header").first().getByText(word, { exact: true });
}
