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
export const GIB = 1024 * MIB;
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
/** Thousands of questions one after the other would take longer than the upload. */
const AT_ONCE = 24;

export async function expectSums(
  bucket: string,
  root: string,
  folder: string,
  paths: readonly string[],
  client = oss(bucket),
): Promise<void> {
  const wrong: string[] = [];
  for (let from = 0; from < paths.length; from += AT_ONCE) {
    await Promise.all(
      paths.slice(from, from + AT_ONCE).map(async (path) => {
        const { res } = await client.head(root + path);
        const headers = res.headers as Record<string, string>;
        if (headers["x-oss-hash-crc64ecma"] !== (await checksum(await openAsBlob(join(folder, path)))))
          wrong.push(path);
      }),
    );
  }
  expect(wrong, "files whose CRC-64 in OSS is not that on disk").toEqual([]);
}

/** Gigabytes are not left on this disk. */
export async function emptyBucket(bucket: string): Promise<void> {
  const client = oss(bucket);
  for (const key of await keysIn(bucket)) await client.delete(key);
}
