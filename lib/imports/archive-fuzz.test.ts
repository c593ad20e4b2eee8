import { createHash } from "node:crypto";
import { Readable } from "node:stream";
import { gunzipSync, gzipSync } from "node:zlib";
import { describe, expect, test } from "vitest";
import { AppError } from "@/lib/errors";
import { mutate, type Random, randomFrom } from "@/lib/models/testing-mutants";
import { isCleanPath } from "@/lib/oss/names";
import { tarEntries, zipEntries } from "./archive";
import type { Remote } from "./remote";
import { makeTar, makeZip, someBytes } from "./testing";

/**
 * Thousands of damaged, cut and spliced archives, as a whole and from a server in pieces of any length: each ends in entries
 * or in a refusal, names no place outside, takes little memory, and is never called whole when it is not.
 */

const RUNS = 1_200;
/** Of one archive, on the processor: other programs may keep it waiting. */
const LIMIT_MS = 1_000;
const LEAST_BYTES_MAX = 64 * 1024 * 1024;
const RATIO_MAX = 100;
const HEAP_BYTES_MAX = 256 * 1024 * 1024;

const CONTENT: Record<string, Buffer> = {
  "m/model_index.json": Buffer.from('{"_class_name":"StableDiffusionPipeline"}'),
  "m/unet/weights.bin": someBytes(5000, 3),
  "m/unet/empty": Buffer.alloc(0),
  "m/vae/zeros.bin": Buffer.alloc(2048),
  [`m/${"long/".repeat(30)}weights.bin`]: someBytes(512, 5),
  "m/中文.txt": Buffer.from("内容"),
};
const OTHER: Record<string, Buffer> = { "other/a.bin": someBytes(3000, 9), "other/b.bin": someBytes(700, 11) };

/** A server that has these bytes, and sends them as broken up as told. */
function serving(bytes: Buffer, random: Random): Remote {
  function* pieces(from: number, to: number) {
    for (let at = from; at < to; ) {
      const next = Math.min(to, at + 1 + random(random(4) === 0 ? 3 : 4096));
      yield bytes.subarray(at, next);
      at = next;
    }
  }
  return {
    async get(url, { headers = {} }) {
      const [, from, to] = /^bytes=(\d+)-(\d+)$/.exec(headers.range ?? "") ?? [];
      const start = Number(from ?? 0);
      const end = to === undefined ? bytes.length : Math.min(bytes.length, Number(to) + 1);
      const range = from === undefined ? {} : { "content-range": `bytes ${start}-${end - 1}/${bytes.length}` };
      return {
        status: from === undefined ? 200 : 206,
        headers: { etag: '"one"', ...range },
        url: new URL(url),
        body: Readable.from(pieces(start, end), { objectMode: false }),
      };
    },
  };
}

type Read = typeof tarEntries | typeof zipEntries;

interface Outcome {
  /** Sums of what came out whole, and under which names. */
  contents: string[];
  paths: string[];
  error?: AppError;
}

const sumOf = (bytes: Uint8Array) => createHash("sha256").update(bytes).digest("hex");

async function unpack(read: Read, bytes: Buffer, random: Random): Promise<Outcome> {
  const contents: string[] = [];
  const paths: string[] = [];
  let unpacked = 0;
  try {
    const source = { url: "http://elsewhere.example/a" };
    for await (const { path, sizeBytes, body } of read(serving(bytes, random), source, new AbortController().signal)) {
      expect(isCleanPath(path), path).toBe(true);
      const sum = createHash("sha256");
      let size = 0;
      for await (const chunk of body) {
        sum.update(chunk);
        size += chunk.length;
      }
      unpacked += size;
      expect(size).toBe(sizeBytes);
      contents.push(sum.digest("hex"));
      paths.push(path);
    }
    return { contents, paths };
  } catch (error) {
    if (!(error instanceof AppError)) throw error;
    return { contents, paths, error };
  } finally {
    expect(unpacked).toBeLessThanOrEqual(Math.max(LEAST_BYTES_MAX, RATIO_MAX * bytes.length));
  }
}

/** The first part of one and the last part of another, cut where a block begins or anywhere. */
function splice(first: Buffer, second: Buffer, random: Random): Buffer {
  const step = random(2) === 0 ? 512 : 1;
  const cut = (length: number) => Math.floor(random(length) / step) * step;
  return Buffer.concat([first.subarray(0, cut(first.length)), second.subarray(cut(second.length))]);
}

interface Format {
  read: Read;
  make: (content: Record<string, Buffer>, variant: number) => Buffer | Promise<Buffer>;
  /** Whether the format itself can tell that bytes of an entry, or its name, are not those that were packed. */
  knowsItsBytes: boolean;
  /** Of a part that is cut off at the end, whether all is there. */
  isWhole: (part: Buffer, whole: Buffer) => boolean;
}

const isNeverWhole = () => false;
const FORMATS: Record<string, Format> = {
  tar: {
    read: tarEntries,
    make: (content) => makeTar(content),
    knowsItsBytes: false,
    // One block of zeros behind the last entry is enough of an end.
    isWhole: (part, whole) => part.length >= whole.length - 512 && part.length % 512 === 0,
  },
  "tar.gz": {
    read: tarEntries,
    make: async (content, variant) => gzipSync(await makeTar(content), { level: variant % 2 === 0 ? 9 : 0 }),
    knowsItsBytes: true,
    isWhole: isNeverWhole,
  },
  zip: {
    read: zipEntries,
    make: (content, variant) => makeZip(content, { deflated: variant % 2 === 0 }),
    knowsItsBytes: true,
    isWhole: isNeverWhole,
  },
};

describe.each(Object.entries(FORMATS))("%s", (name, { read, make, knowsItsBytes, isWhole }) => {
  const packed = Object.values(CONTENT).map(sumOf);
  const known = new Set([...packed, ...Object.values(OTHER).map(sumOf)]);
  const named = new Set(Object.keys({ ...CONTENT, ...OTHER }));

  test("sound: comes out as it was packed", async () => {
    for (const variant of [0, 1]) {
      const { contents, error } = await unpack(read, await make(CONTENT, variant), randomFrom(1));
      expect(error).toBeUndefined();
      expect(contents).toEqual(packed);
    }
  });

  test("cut off anywhere: is not taken for whole", { timeout: 60_000 }, async () => {
    const random = randomFrom(17);
    const whole = await make(CONTENT, 0);
    // Where blocks end, and a good many places between.
    const lengths = new Set(Array.from({ length: Math.ceil(whole.length / 512) }, (_, block) => block * 512));
    while (lengths.size < Math.min(RUNS / 2, whole.length / 2)) lengths.add(random(whole.length));
    for (const length of lengths) {
      const part = whole.subarray(0, length);
      const { error } = await unpack(read, part, random);
      expect(error === undefined, `${length} of ${whole.length} bytes`).toBe(isWhole(part, whole));
    }
  });

  test.each(["damaged", "spliced"])("%s: ends in order", { timeout: 60_000 }, async (kind) => {
    const random = randomFrom(kind === "damaged" ? 23 : 29);
    const seeds = await Promise.all([0, 1].flatMap((variant) => [make(CONTENT, variant), make(OTHER, variant)]));
    const pick = () => Buffer.from(seeds[random(seeds.length)] ?? Buffer.alloc(0));
    const before = process.memoryUsage();
    let most = 0;
    let slowest = 0;
    for (let run = 0; run < RUNS / 2; run++) {
      const bytes = kind === "damaged" ? Buffer.from(mutate(pick(), random)) : splice(pick(), pick(), random);
      const begun = process.cpuUsage();
      const { contents, paths, error } = await unpack(read, bytes, random);
      const { user, system } = process.cpuUsage(begun);
      slowest = Math.max(slowest, (user + system) / 1000);
      const { heapUsed, arrayBuffers } = process.memoryUsage();
      most = Math.max(most, heapUsed + arrayBuffers - before.heapUsed - before.arrayBuffers);
      expect(error?.code, `run ${run}`).not.toBe("internal");
      if (error !== undefined || !knowsItsBytes) continue;
      expect(
        contents.filter((sum) => !known.has(sum)),
        `run ${run} of ${name}`,
      ).toEqual([]);
      expect(
        paths.filter((path) => !named.has(path)),
        `run ${run} of ${name}`,
      ).toEqual([]);
    }
    expect(slowest).toBeLessThan(LIMIT_MS);
    expect(most).toBeLessThan(HEAP_BYTES_MAX);
  });
});

test("a tar.gz that was damaged is never one more whole archive", async () => {
  const random = randomFrom(31);
  const whole = gzipSync(await makeTar(CONTENT));
  let taken = 0;
  for (let run = 0; run < RUNS / 2; run++) {
    const bytes = Buffer.from(mutate(whole, random));
    const { error } = await unpack(tarEntries, bytes, random);
    if (error) continue;
    taken += 1;
    expect(gunzipSync(bytes).equals(gunzipSync(whole)), `run ${run}`).toBe(true);
  }
  expect(taken).toBeLessThan(RUNS / 4);
});

test("a zip whose directory calls an entry by another name than stands before its bytes is not taken", async () => {
  const whole = makeZip(CONTENT);
  for (const name of Object.keys(CONTENT)) {
    const inDirectory = whole.lastIndexOf(Buffer.from(name));
    expect(inDirectory).toBeGreaterThan(whole.indexOf(Buffer.from(name)));
    for (let at = 0; at < Buffer.byteLength(name); at++) {
      const bytes = Buffer.from(whole);
      bytes[inDirectory + at] = (bytes[inDirectory + at] ?? 0) ^ 1;
      const { error } = await unpack(zipEntries, bytes, randomFrom(at));
      expect(error, `byte ${at} of ${name}`).toBeDefined();
    }
  }
});
