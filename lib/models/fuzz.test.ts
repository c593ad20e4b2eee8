import { describe, expect, test } from "vitest";
import { checkModel } from "./check";
import { parseJson } from "./content";
import { memoryFile } from "./model-file";
import { readPickle } from "./pickle";
import { MAX_BYTES_READ } from "./reader";
import { headerLength, parseHeader } from "./safetensors";
import { checkpoint, type Entries, filesOf, sampleWith, tensorFile, toBytes } from "./testing";
import { mutate, randomFrom } from "./testing-mutants";
import { pickleString, statePickle, torchFile } from "./testing-torch";
import { readLegacyTorch, torchContent } from "./torch-file";
import { findZipEnd, readDirectory } from "./zip";

/**
 * A hundred thousand damaged files: most against the parsers alone, the rest against the whole check. Nothing may crash, run
 * away with time or memory, or be called sound when an independent reading says that it is not.
 */

const PARSED = 99_000;
const CHECKED = 1_000;
/** Of one mutant; many thousand times what a sound one takes. */
const LIMIT_MS = 2_000;

const small = { "conv_in.weight": [2, 4, 3, 3], "time_embedding.linear_1.weight": [2, 2] };
const SAFETENSORS = [checkpoint("sd15"), tensorFile(small), tensorFile({ "lora_unet_x.lora_down.weight": [4, 768] })];
const PICKLES = [statePickle(small), statePickle(small, { protocol: 4, calls: ["os system"] })];
const ZIPS = [torchFile(small), torchFile({ x: [1] }, { protocol: 4, calls: ["builtins eval"] })];
const LEGACY = [torchFile(small, { legacy: true })];
const JSONS = [
  toBytes('{"weight_map":{"a":"model-1.safetensors","b":"model-2.safetensors"}}'),
  toBytes('{"_class_name":"StableDiffusionPipeline","unet":["diffusers","UNet2DConditionModel"],"x":[null,null]}'),
];

/** The layout rules once more, as plainly as they can be said: the data lies without gap and overlap up to the file's end. */
function isSoundSafetensors(bytes: Uint8Array): boolean {
  const length = Number(new DataView(bytes.buffer, bytes.byteOffset).getBigUint64(0, true));
  const text = new TextDecoder("utf-8", { fatal: true, ignoreBOM: true }).decode(bytes.subarray(8, 8 + length));
  const header: Record<string, { dtype: string; shape: number[]; data_offsets: [number, number] }> = JSON.parse(text);
  const sizes: Record<string, number> = {
    F16: 2,
    BF16: 2,
    I16: 2,
    U16: 2,
    F32: 4,
    I32: 4,
    U32: 4,
    F64: 8,
    I64: 8,
    U64: 8,
  };
  const taken = new Uint8Array(bytes.length - 8 - length);
  for (const [name, tensor] of Object.entries(header)) {
    if (name === "__metadata__") continue;
    const { dtype, shape } = tensor;
    const [start, end] = tensor.data_offsets;
    if ((sizes[dtype] ?? 1) * shape.reduce((a, b) => a * b, 1) !== end - start) return false;
    for (let at = start; at < end; at++) {
      if (taken[at] !== 0) return false;
      taken[at] = 1;
    }
  }
  return taken.every((byte) => byte === 1);
}

function isSoundJson(bytes: Uint8Array): boolean {
  try {
    const value: unknown = JSON.parse(new TextDecoder("utf-8", { fatal: true, ignoreBOM: true }).decode(bytes));
    return typeof value === "object" && value !== null && !Array.isArray(value);
  } catch {
    return false;
  }
}

/** Whatever was changed in it: a file that lost bytes lacks weights, and one that imports `eval` is nobody's weights. */
function isSoundTorch(bytes: Uint8Array, seed: Uint8Array): boolean {
  const imported = [...pickleString("builtins"), ...pickleString("eval"), 0x93];
  return bytes.length >= seed.length && !bytes.some((_, at) => imported.every((byte, on) => bytes[at + on] === byte));
}

function isSound(path: string, bytes: Uint8Array, seed: Uint8Array): boolean {
  if (path.endsWith(".json")) return isSoundJson(bytes);
  return path.endsWith(".safetensors") ? isSoundSafetensors(bytes) : isSoundTorch(bytes, seed);
}

const PARSERS: [name: string, seeds: Uint8Array[], parse: (bytes: Uint8Array) => void][] = [
  [
    "headers",
    SAFETENSORS,
    (bytes) => {
      const length = headerLength(bytes);
      if (length === undefined || 8 + length > bytes.length) return;
      const { header, problem } = parseHeader(bytes.subarray(8, 8 + length), bytes.length);
      if (header && !problem) expect(isSoundSafetensors(bytes)).toBe(true);
    },
  ],
  ["indexes", JSONS, (bytes) => void parseJson(bytes)],
  [
    "pickles",
    PICKLES,
    (bytes) => {
      const reading = readPickle(bytes);
      expect(reading.end).toBeLessThanOrEqual(bytes.length);
      expect(torchContent(reading).tensors.size).toBeLessThanOrEqual(50_000);
    },
  ],
  ["files of the older format", LEGACY, (bytes) => void readLegacyTorch(bytes)],
  [
    "zip directories",
    ZIPS,
    (bytes) => {
      const end = findZipEnd(bytes, 0);
      if (!end || end.directoryOffset + end.directoryBytes > bytes.length) return;
      const entries = readDirectory(bytes.subarray(end.directoryOffset, end.directoryOffset + end.directoryBytes), end);
      if (entries) expect(entries.length).toBe(end.entries);
    },
  ],
];

describe("damaged files", () => {
  test.each(PARSERS)("%s: read to an end", { timeout: 60_000 }, (_name, seeds, parse) => {
    const random = randomFrom(7);
    let slowest = 0;
    for (let run = 0; run < PARSED / PARSERS.length; run++) {
      const bytes = mutate(seeds[run % seeds.length] ?? new Uint8Array(), random);
      const begun = performance.now();
      parse(bytes);
      slowest = Math.max(slowest, performance.now() - begun);
    }
    expect(slowest).toBeLessThan(LIMIT_MS);
  });

  const PLACES: [path: string, seeds: Uint8Array[]][] = [
    ["base_model/m.safetensors", SAFETENSORS],
    ["base_model/m.ckpt", [...ZIPS, ...LEGACY]],
    ["base_model/unet/diffusion_pytorch_model.safetensors", SAFETENSORS],
    ["base_model/vae/diffusion_pytorch_model.bin", [...ZIPS, ...LEGACY]],
    ["base_model/text_encoder/model.safetensors.index.json", JSONS],
    ["base_model/model_index.json", JSONS],
    ["lora/a.safetensors", SAFETENSORS],
    ["lora_model/a.bin", [...ZIPS, ...LEGACY]],
    ["translate/configuration.json", JSONS],
    ["base_model/m.safetensors", PICKLES],
  ];

  test("in a folder: the check ends, reads little, and calls none of them sound", { timeout: 60_000 }, async () => {
    const random = randomFrom(11);
    const sample = filesOf(sampleWith());
    const before = process.memoryUsage().heapUsed;
    for (let run = 0; run < CHECKED; run++) {
      const [path = "", seeds = []] = PLACES[run % PLACES.length] ?? [];
      const seed = seeds[random(seeds.length)] ?? new Uint8Array();
      const bytes = mutate(seed, random);
      const isAlone = /^base_model\/m\.\w+$/.test(path);
      const files = [...(isAlone ? [] : sample.filter((file) => !hides(file.path, path))), memoryFile(path, bytes)];
      const report = await checkModel(files, { func: "base", blade: false, translate: true, closeSafety: false });
      expect(report.bytesRead).toBeLessThanOrEqual(MAX_BYTES_READ);
      // Of an add-on only the beginning is looked at.
      if (!path.startsWith("lora/") && !isNamed(report.findings, path)) {
        expect(isSound(path, bytes, seed), `run ${run}: ${path}`).toBe(true);
      }
    }
    expect(process.memoryUsage().heapUsed - before).toBeLessThan(300 * 1024 * 1024);
  });

  /** The file itself, and weights that would be read in place of those there. */
  const hides = (file: string, path: string) =>
    file === path || (/\.(bin|index\.json)$/.test(path) && file.replace(/[^/]+\.safetensors$/, "") === folderOf(path));
  const folderOf = (path: string) => path.slice(0, path.lastIndexOf("/") + 1);

  const isNamed = (findings: readonly { level: string; path?: string; code: string }[], path: string) =>
    findings.some(
      // What is said of every checkpoint, sound or not, names nothing.
      (finding) => finding.level !== "info" && finding.path === path && finding.code !== "conversion_needs_internet",
    );

  test("that were written to be slow are quick", () => {
    const deep: Entries = {
      brackets: `{"a":${"[".repeat(200_000)}${"]".repeat(200_000)}}`,
      escapes: `{"a":"${"\\\\".repeat(300_000)}"}`,
      numbers: `{"a":${"1".repeat(500_000)}}`,
      dashes: `{"a":[${"-".repeat(300_000)}]}`,
      digits: `{"a":[${"1,".repeat(300_000)}1]}`,
    };
    for (const [name, text] of Object.entries(deep)) {
      const begun = performance.now();
      parseHeader(toBytes(text), 2_000_000);
      expect(performance.now() - begun, name).toBeLessThan(LIMIT_MS);
    }
    const pickles = {
      marks: Uint8Array.from([0x80, 2, ...Array.from({ length: 500_000 }, () => 0x28), 0x2e]),
      copies: Uint8Array.from([0x80, 2, 0x5d, ...Array.from({ length: 250_000 }, () => [0x32, 0x61]).flat(), 0x2e]),
      doubling: Uint8Array.from([0x80, 2, 0x4e, ...Array.from({ length: 100_000 }, () => [0x32, 0x86]).flat(), 0x2e]),
      maps: Uint8Array.from([
        0x80,
        2,
        0x7d,
        ...Array.from({ length: 100_000 }, () => [0x4b, 1, 0x7d, 0x73]).flat(),
        0x2e,
      ]),
    };
    for (const [name, bytes] of Object.entries(pickles)) {
      const begun = performance.now();
      torchContent(readPickle(bytes));
      expect(performance.now() - begun, name).toBeLessThan(LIMIT_MS);
    }
  });
});
