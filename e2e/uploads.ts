import { openAsBlob } from "node:fs";
import { open } from "node:fs/promises";
import { join } from "node:path";
import { expect, type Page, type Request } from "@playwright/test";
import { sampleWith } from "@/lib/models/testing";
import { createBlobChecksum } from "@/lib/oss/upload/checksum";
import { keysIn, oss } from "./cloud";
import { beginDeployment, chooseBucket, dropFolder, uploadButton, writeFolder } from "./steps";

/* Models on their way to the bucket, and what has to lie there in the end. */

export const MIB = 1024 * 1024;
const WEIGHTS = "translate/tf_ckpts/ckpt-0.data-00000-of-00001";

/** A model whose largest file is as long as told, without its bytes on this disk. */
export async function writeModel(folder: string, bytes: number): Promise<string[]> {
  const files = {
    ...sampleWith(),
    "translate/configuration.json": JSON.stringify({ framework: "tensorflow", task: "translation", src_lang: "zh" }),
    "translate/tf_ckpts/ckpt-0.index": "index of the weights",
    [WEIGHTS]: "begins with these words",
  };
  await writeFolder(folder, files);
  const file = await open(join(folder, WEIGHTS), "r+");
  await file.truncate(bytes);
  await file.close();
  return Object.keys(files);
}

/** The number of the part of the large file that a request sends. */
export function partSent(request: Request): string | undefined {
  const { pathname, searchParams } = new URL(request.url());
  if (request.method() !== "PUT" || !decodeURIComponent(pathname).endsWith(WEIGHTS)) return undefined;
  return searchParams.get("partNumber") ?? undefined;
}

/** Where faults of a story strike only the large file of its model. */
export const LARGE_ONLY = { server: "oss", operation: "UploadPart", prefix: `models/m/${WEIGHTS}` } as const;

/** A new deployment with this bucket, up to the first byte. */
export async function begin(page: Page, bucket: string, folder: string): Promise<void> {
  await beginDeployment(page);
  await chooseBucket(page, bucket);
  await give(page, folder);
}

export async function give(page: Page, folder: string): Promise<void> {
  await dropFolder(page, folder);
  await expect(page.getByText(/Will load as SD 1\.5/)).toBeVisible();
  await page.getByLabel("Model name").fill("m");
  await uploadButton(page).click();
}

export const everyByte = "The server found every file, byte for byte";

/** The page says so, and OSS has the sum of each file as it lies on this disk, and nothing else. */
export async function expectEqual(
  page: Page,
  bucket: string,
  folder: string,
  paths: readonly string[],
  timeout = 60_000,
): Promise<void> {
  await expect(page.getByText(everyByte)).toBeVisible({ timeout });
  expect(await keysIn(bucket)).toEqual(paths.map((path) => `models/m/${path}`).sort());
  await expectSums(bucket, "models/m/", folder, paths);
}

const checksum = createBlobChecksum();

export async function expectSums(
  bucket: string,
  root: string,
  folder: string,
  paths: readonly string[],
): Promise<void> {
  const { signal } = new AbortController();
  for (const path of paths) {
    const { res } = await oss(bucket).head(root + path);
    const headers = res.headers as Record<string, string>;
    expect(headers["x-oss-hash-crc64ecma"], path).toBe(await checksum(await openAsBlob(join(folder, path)), signal));
  }
}
