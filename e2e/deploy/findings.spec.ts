import { rm } from "node:fs/promises";
import { join } from "node:path";
import type { Page } from "@playwright/test";
import { formatBytes } from "@/lib/format";
import en from "@/lib/i18n/messages/en.json" with { type: "json" };
import { createTranslate } from "@/lib/i18n/translate";
import { type CheckOptions, checkModel } from "@/lib/models/check";
import { FINDING_CODES, FINDING_RULES, type FindingCode } from "@/lib/models/findings";
import { type Entries, filesOf, moved, sampleWith } from "@/lib/models/testing";
import { CASES } from "@/lib/models/testing-cases";
import { findingText, verdictText } from "@/lib/models/texts";
import { createBucket, keysIn, putFiles } from "../cloud";
import { expect, test } from "../fixtures";
import {
  beginDeployment,
  bucketNameOf,
  chooseBucket,
  dropFolder,
  fresh,
  startWith,
  takeSample,
  takeWithControlnet,
  uploadButton,
  writeFolder,
} from "../steps";

/*
 * Every error of the check: a real folder that has it is dropped, the page names it with what was seen, and neither the upload
 * nor the way on is open. The rules by themselves are tested beside the code; here it is the browser that reads the disk.
 */

const t = createTranslate(en, "en");
const tools = { t, bytes: (size: number) => formatBytes(size, "en") };
const isError = (code: FindingCode) => FINDING_RULES[code].level === "error";

interface Folder {
  code: FindingCode;
  what: string;
  /** On the disk. */
  name: string;
  entries: Entries;
  start: { func: CheckOptions["func"]; translate: boolean };
}

/** What can lie on a disk and does not hang on anything but what the service is to do. */
const FOLDERS: Folder[] = CASES.flatMap(({ code, name: what, files, options = {} }, index) => {
  const { func = "base", translate = false, ...others } = options;
  if (!isError(code) || Array.isArray(files) || Object.keys(others).length > 0) return [];
  const name = `${index}-${code.replaceAll("_", "-")}`;
  return [{ code, what, name, entries: files, start: { func, translate } }];
});

/** Those that no folder brings about by itself, each with a story of its own below. */
const ELSEWHERE: FindingCode[] = ["unreadable", "wrong_place"];

test("every error of the check has a story here", () => {
  const told = new Set([...FOLDERS.map(({ code }) => code), ...ELSEWHERE]);
  expect(FINDING_CODES.filter((code) => isError(code) && !told.has(code))).toEqual([]);
});

/** The line on top, the row of the finding, and all ways on closed. */
async function expectRefusal(page: Page, { code, name, entries, start }: Folder): Promise<void> {
  const paths = Object.keys(entries).length > 0 ? moved(entries, (path) => `${name}/${path}`) : { [`${name}/`]: "" };
  const files = filesOf(paths).sort((a, b) => (a.path < b.path ? -1 : 1));
  const report = await checkModel(files, { ...start, blade: false, closeSafety: false });
  const finding = report.findings.find((found) => found.code === code);
  if (!finding) throw new Error(`The check does not find ${code} in ${name}.`);
  await expect(page.getByRole("status").getByText(verdictText(report.verdict, report.findings, tools))).toBeVisible();
  const row = page
    .getByRole("list", { name: "Findings" })
    .getByRole("listitem")
    .filter({ hasText: findingText(finding, tools).title })
    .first();
  await expect(row).toContainText(t("deploy.findings.error"));
  if (finding.proof !== undefined) await expect(row).toContainText(finding.proof.split("\n")[0] ?? "");
  if (finding.says !== undefined) await expect(row).toContainText(finding.says);
  await expect(uploadButton(page)).toBeDisabled();
  await expect(page.getByRole("button", { name: "Next", exact: true })).toBeDisabled();
}

const STARTS: [name: string, start: Folder["start"]][] = [
  ["of a service for pictures", { func: "base", translate: false }],
  ["of a service with ControlNet", { func: "controlnet", translate: false }],
  ["of a service with translation", { func: "base", translate: true }],
];

for (const [name, start] of STARTS) {
  const folders = FOLDERS.filter(
    ({ start: { func, translate } }) => func === start.func && translate === start.translate,
  );
  test(`each error ${name} is named, and holds what would follow`, async ({ page }, testInfo) => {
    test.setTimeout(30_000 + folders.length * 6_000);
    const bucket = bucketNameOf(fresh("errors"));
    await createBucket(bucket);
    await beginDeployment(page);
    await chooseBucket(page, bucket);
    await takeWithControlnet(page, bucket);
    const before = await keysIn(bucket);
    await startWith(page, start);
    for (const folder of folders) {
      await test.step(`${folder.code}: ${folder.what}`, async () => {
        const directory = testInfo.outputPath(folder.name);
        await writeFolder(directory, folder.entries);
        await dropFolder(page, directory);
        await expectRefusal(page, folder);
        await rm(directory, { recursive: true });
      });
    }
    expect(await keysIn(bucket)).toEqual(before);
  });
}

test("a file that vanished since it was dropped is named, and the model of before can be kept", async ({
  page,
}, testInfo) => {
  const bucket = bucketNameOf(fresh("vanished"));
  await createBucket(bucket);
  const folder = await writeFolder(
    testInfo.outputPath("gone"),
    sampleWith({ "base_model/safety_checker/": undefined }),
  );
  await beginDeployment(page);
  await chooseBucket(page, bucket);
  await takeSample(page);
  await page.getByRole("button", { name: "Back", exact: true }).click();
  await page.getByRole("radio", { name: /From this computer/ }).click();
  await dropFolder(page, folder);
  await expect(page.getByRole("status").getByText(/base_model lacks safety_checker/)).toBeVisible();
  await rm(join(folder, "base_model/vae/config.json"));
  await page.getByRole("button", { name: "Add empty safety_checker" }).click();
  const row = page.getByRole("list", { name: "Findings" }).getByRole("listitem").first();
  await expect(row).toContainText(t("findings.unreadable.title", { path: "base_model/vae/config.json" }));
  await expect(uploadButton(page)).toBeDisabled();
  const next = page.getByRole("button", { name: "Next", exact: true });
  await expect(next).toHaveAccessibleDescription("The service would not start with this model.");

  // Another one that would load is not taken for granted either.
  await dropFolder(page, await writeFolder(testInfo.outputPath("sound"), sampleWith()));
  await expect(page.getByRole("status").getByText(/Will load as SD 1\.5/)).toBeVisible();
  await expect(next).toHaveAccessibleDescription(/Upload this model first/);
  await page.getByRole("button", { name: "Keep the model in the bucket" }).click();
  await expect(page.getByText("The model is in the bucket")).toBeVisible();
  await next.click();
  await expect(page.getByRole("heading", { level: 2, name: "The service" })).toBeVisible();
});

test("in the bucket a model one folder further down is named where the root was expected", async ({ page }) => {
  const bucket = bucketNameOf(fresh("deeper"));
  await createBucket(bucket);
  await putFiles(bucket, "outer/", {
    ...moved(sampleWith(), (path) => `my-model/${path}`),
    "lora/a.safetensors": "x",
  });
  await page.goto(`/models/browse?bucket=${bucket}&prefix=outer/`);
  await page.getByRole("button", { name: "Check this folder" }).click();
  const row = page.getByRole("list", { name: "Findings" }).getByRole("listitem").first();
  await expect(row).toContainText(t("findings.wrong_place.title", { folder: "my-model" }));
  await expect(page.getByRole("button", { name: t("models.check.deploy") })).toBeDisabled();
});
