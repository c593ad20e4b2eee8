import { crc32 } from "node:zlib";
import { describe, expect, test } from "vitest";
import yauzl from "yauzl";
import { writeZip, type ZipEntry } from "./zip-format";

async function zipped(entries: ZipEntry[]): Promise<Buffer> {
  async function* each() {
    yield* entries;
  }
  const parts: Uint8Array[] = [];
  for await (const part of writeZip(each())) parts.push(part);
  return Buffer.concat(parts);
}

async function unzipped(bytes: Buffer) {
  const archive = await yauzl.fromBufferPromise(bytes);
  const found: { name: string; text: string; modified: string }[] = [];
  for await (const entry of archive.eachEntry()) {
    const stream = await archive.openReadStreamPromise(entry);
    const chunks: Buffer[] = [];
    for await (const chunk of stream) chunks.push(chunk);
    const content = Buffer.concat(chunks);
    expect(crc32(content)).toBe(entry.crc32);
    found.push({
      name: entry.fileName,
      text: content.toString(),
      modified: entry.getLastModDate({ timezone: "UTC" }).toISOString(),
    });
  }
  return found;
}

const modifiedAt = Date.UTC(2026, 10, 30, 22, 5, 2);
const entry = (name: string, text: string): ZipEntry => ({ name, bytes: Buffer.from(text), modifiedAt });

describe("an archive", () => {
  test("is read by another implementation, names and times included", async () => {
    const found = await unzipped(
      await zipped([entry("a.png", "picture"), entry("江南/b.json", "{}"), entry("empty", "")]),
    );
    expect(found).toEqual([
      { name: "a.png", text: "picture", modified: "2026-11-30T22:05:02.000Z" },
      { name: "江南/b.json", text: "{}", modified: "2026-11-30T22:05:02.000Z" },
      { name: "empty", text: "", modified: "2026-11-30T22:05:02.000Z" },
    ]);
  });

  test("of nothing is an archive too", async () => {
    expect(await unzipped(await zipped([]))).toEqual([]);
  });

  test("of more entries than ZIP has numbers for", async () => {
    const many = Array.from({ length: 65_600 }, (_, n) => entry(`${n}`, ""));
    const archive = await yauzl.fromBufferPromise(await zipped(many));
    expect(archive.entryCount).toBe(65_600);
  });
});
