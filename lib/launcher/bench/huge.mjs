/** What only shows at size: the page's memory while 20 GB go up, and the check of a dropped folder of 20 GB. No disk holds them. */
import { closeSync, ftruncateSync, mkdirSync, openSync, writeFileSync, writeSync } from "node:fs";
import { dirname, join } from "node:path";
import { fileURLToPath } from "node:url";
import { startChild } from "../child.mjs";
import { withBrowser } from "./browser.mjs";
import { median, most, watchMemory } from "./turns.mjs";

const GB = 1_000_000_000;
const DISCARD_SERVER = fileURLToPath(new URL("./discard-server.mjs", import.meta.url));
/** As many as the UNet of SDXL has. */
const TENSORS = 1680;
const FILES = 4;

/** One file to a server that sums every part as OSS does and keeps nothing of it. */
export async function measureHugeUpload(root, { sizeGb, say }) {
  return withBrowser(root, async ({ folder, page, call }) => {
    const path = join(folder, "huge.safetensors");
    sparse(path, Buffer.alloc(0), sizeGb * GB);
    await page.choose("#large", [path]);
    const child = startChild("the discarding server", DISCARD_SERVER, [], { env: process.env });
    try {
      const { port } = await child.whenReady();
      await page.collectGarbage();
      const memory = watchMemory(page);
      const ms = await call("engineDiscarding", "#large", `http://localhost:${port}`);
      const sizes = await memory.stop();
      const known = sizes.filter((size) => size !== undefined);
      const tenth = Math.ceil(known.length / 10);
      const tenths = Array.from({ length: 10 }, (_, index) => known.slice(index * tenth, (index + 1) * tenth))
        .filter((some) => some.length > 0)
        .map(median);
      say(`${sizeGb} GB in ${(ms / 1000).toFixed(0)} s, MiB of the page by tenths: ${tenths.map(Math.round)}`);
      return {
        bytesPerSecond: (sizeGb * GB * 1000) / ms,
        mib: most(sizes),
        growthMib: tenths.length > 1 ? tenths.at(-1) - tenths[0] : undefined,
      };
    } finally {
      await child.stop(5000);
    }
  });
}

/** The sample model beside LoRAs whose headers are as long as those of real weights. */
export async function measureFolderCheck(root, { sizeGb, rounds, say }) {
  return withBrowser(root, async ({ folder, page, server, call }) => {
    const model = join(folder, "model");
    for (const { path, bytes } of server.sampleModel()) write(join(model, path), bytes);
    for (let index = 0; index < FILES; index++) {
      const { head, sizeBytes } = loraOf((sizeGb * GB) / FILES);
      const path = join(model, "lora_model", `${index}.safetensors`);
      mkdirSync(dirname(path), { recursive: true });
      sparse(path, head, sizeBytes);
    }
    const results = [];
    for (let round = 1; round <= rounds; round++) {
      await page.drop(model);
      const result = await call("lastDrop");
      say(`check of a dropped folder, round ${round} of ${rounds}: ${JSON.stringify(result)}`);
      results.push(result);
    }
    const [{ files, totalBytes }] = results;
    if (totalBytes < sizeGb * GB * 0.99) throw new Error(`only ${totalBytes} bytes in ${files} files were dropped`);
    return {
      files,
      totalBytes,
      ms: median(results.map(({ ms }) => ms)),
      firstMs: results[0].ms,
      readBytes: most(results.map(({ readBytes }) => readBytes)),
    };
  });
}

function write(path, bytes) {
  mkdirSync(dirname(path), { recursive: true });
  writeFileSync(path, bytes);
}

/** `head` and then nothing but length. */
function sparse(path, head, sizeBytes) {
  const file = openSync(path, "w");
  writeSync(file, head);
  ftruncateSync(file, sizeBytes);
  closeSync(file);
}

/** A safetensors header for so many bytes of tensors. */
function loraOf(wantedBytes) {
  const rank = 64;
  const width = Math.floor(wantedBytes / TENSORS / 2 / rank);
  const each = width * rank * 2;
  const entries = Array.from({ length: TENSORS }, (_, index) => {
    const block = index >> 1;
    const name = `lora_unet_down_blocks_${block % 4}_attentions_${block}_proj_in.lora_${index % 2 ? "up" : "down"}.weight`;
    const shape = index % 2 ? [width, rank] : [rank, width];
    return [name, { dtype: "F16", shape, data_offsets: [index * each, (index + 1) * each] }];
  });
  const json = JSON.stringify(Object.fromEntries(entries));
  const text = Buffer.from(json + " ".repeat((8 - (json.length % 8)) % 8));
  const length = Buffer.alloc(8);
  length.writeBigUInt64LE(BigInt(text.length));
  return { head: Buffer.concat([length, text]), sizeBytes: 8 + text.length + TENSORS * each };
}
