/** Upload speed in a real browser against the sandbox's OSS process, as ratios of ways that take turns in one run. */
import { randomBytes, randomFillSync } from "node:crypto";
import { closeSync, mkdirSync, openSync, writeFileSync, writeSync } from "node:fs";
import { join } from "node:path";
import { withBrowser } from "./browser.mjs";
import { alternate, figures, most, watchMemory } from "./turns.mjs";

const MIB = 1024 * 1024;
const SMALL = { count: 2000, bytes: 20 * 1024 };
/** ali-oss is many times slower; its speed shows on less. */
const PEER_BYTES = 256 * MIB;
/** A round trip within a country. Fewer files show it. */
const FAR = { ms: 20, count: 500 };
/** The fastest of those tried (1–16 MiB, 3–6 at a time). */
const ALI_OSS_BEST = { partSize: 16 * MIB, parallel: 6 };

export async function measureUploads(root, { sizeMib, rounds, say }) {
  return withBrowser(root, async ({ folder, page, server, client, call, delayed }) => {
    const files = writeFiles(folder, sizeMib);
    await page.choose("#large", [files.large]);
    await page.choose("#small", files.small);

    const run = async (...way) => {
      // What the one before left behind is not this one's.
      await page.collectGarbage();
      const memory = watchMemory(page);
      const ms = await call(...way);
      const mib = most(await memory.stop());
      await server.clear();
      return { ms, mib };
    };
    const limitBytes = Math.min(PEER_BYTES, sizeMib * MIB);
    const large = await alternate(rounds, say, `one file of ${sizeMib} MiB`, {
      bare: () => run("bare", "#large", 1),
      engine: () => run("engine", "#large", 1),
      aliOss: () => run("aliOss", "#large", 1, { client, limitBytes }),
      aliOssBest: () => run("aliOss", "#large", 1, { client, limitBytes, ...ALI_OSS_BEST }),
      uppy: () => run("uppy", "#large", 1, { limitBytes: sizeMib * MIB }),
    });
    const { count, bytes } = SMALL;
    const small = await alternate(rounds, say, `${count} files of ${bytes / 1024} KiB`, {
      bare: () => run("bare", "#small", count),
      bareForm: () => run("bareForm", "#small", count),
      engine: () => run("engine", "#small", count),
      enginePut: () => run("enginePut", "#small", count),
      aliOss: () => run("aliOss", "#small", count, { client, limitBytes: bytes }),
    });
    const far = await delayed(FAR.ms, () =>
      alternate(rounds, say, `${FAR.count} files of ${bytes / 1024} KiB, ${FAR.ms} ms away`, {
        bareForm: () => run("bareForm", "#small", FAR.count),
        engine: () => run("engine", "#small", FAR.count),
        aliOss: () => run("aliOss", "#small", FAR.count, { client, limitBytes: bytes }),
      }),
    );
    const mibPerSecond = (size) => (ms) => (size / MIB) * (1000 / ms);
    const filesPerSecond = (number) => (ms) => (number * 1000) / ms;
    const whole = mibPerSecond(sizeMib * MIB);
    const peer = mibPerSecond(limitBytes);
    const all = filesPerSecond(count);
    const some = filesPerSecond(FAR.count);
    return {
      large: figures(large, { bare: whole, engine: whole, aliOss: peer, aliOssBest: peer, uppy: whole }),
      small: figures(small, { bare: all, bareForm: all, engine: all, enginePut: all, aliOss: all }),
      far: figures(far, { bareForm: some, engine: some, aliOss: some }),
    };
  });
}

/** Random bytes: nothing on the way can shorten them. */
function writeFiles(folder, sizeMib) {
  const large = join(folder, "large.safetensors");
  const block = Buffer.alloc(16 * MIB);
  const file = openSync(large, "w");
  for (let left = sizeMib * MIB; left > 0; left -= block.length) {
    writeSync(file, randomFillSync(block), 0, Math.min(left, block.length));
  }
  closeSync(file);
  mkdirSync(join(folder, "small"));
  const small = Array.from({ length: SMALL.count }, (_, index) => {
    const path = join(folder, "small", `${index}.bin`);
    writeFileSync(path, randomBytes(SMALL.bytes));
    return path;
  });
  return { large, small };
}
