import { deflateSync, gzipSync } from "node:zlib";
import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { readPictureTexts } from "./picture-text";

const SIGNATURE = Buffer.from([0x89, 0x50, 0x4e, 0x47, 0x0d, 0x0a, 0x1a, 0x0a]);
const TEXT = "雨后的江南\nSteps: 20, Seed: 1";

function chunk(type: string, data: Uint8Array | string, length?: number): Buffer {
  const bytes = Buffer.from(data as string, "latin1");
  const head = Buffer.alloc(4);
  head.writeUInt32BE(length ?? bytes.length);
  // The sum is not looked at.
  return Buffer.concat([head, Buffer.from(type, "latin1"), bytes, Buffer.alloc(4)]);
}
const png = (...chunks: Buffer[]) => Buffer.concat([SIGNATURE, chunk("IHDR", Buffer.alloc(13)), ...chunks]);
const END = chunk("IEND", "");
const iTXt = (name: string, text: Uint8Array, isCompressed = false) =>
  chunk("iTXt", Buffer.concat([Buffer.from(`${name}\0${isCompressed ? "\x01" : "\0"}\0\0\0`, "latin1"), text]));

function exif(comment: Buffer, little = true): Buffer {
  const tiff = Buffer.alloc(56 + comment.length);
  const u16 = (value: number, at: number) => (little ? tiff.writeUInt16LE(value, at) : tiff.writeUInt16BE(value, at));
  const u32 = (value: number, at: number) => (little ? tiff.writeUInt32LE(value, at) : tiff.writeUInt32BE(value, at));
  tiff.write(little ? "II" : "MM", 0, "latin1");
  u16(42, 2);
  u32(8, 4);
  u16(1, 8);
  u16(0x8769, 10);
  u16(4, 12);
  u32(1, 14);
  u32(26, 18);
  u16(1, 26);
  u16(0x9286, 28);
  u16(7, 30);
  u32(comment.length, 32);
  u32(56, 36);
  comment.copy(tiff, 56);
  return tiff;
}
function jpeg(tiff: Buffer): Buffer {
  const app1 = Buffer.concat([Buffer.from("Exif\0\0", "latin1"), tiff]);
  const head = Buffer.from([0xff, 0xd8, 0xff, 0xe1, 0, 0]);
  head.writeUInt16BE(app1.length + 2, 4);
  return Buffer.concat([head, app1, Buffer.from([0xff, 0xda])]);
}
function webp(tiff: Buffer): Buffer {
  const size = Buffer.alloc(4);
  size.writeUInt32LE(tiff.length);
  const odd = Buffer.from("ICCP\x03\0\0\0abc\0", "latin1");
  return Buffer.concat([Buffer.from("RIFF\0\0\0\0WEBP", "latin1"), odd, Buffer.from("EXIF"), size, tiff]);
}
const unicode = (big: boolean) => {
  const text = Buffer.from(TEXT, "utf16le");
  return Buffer.concat([Buffer.from("UNICODE\0"), big ? text.swap16() : text]);
};

describe("texts are found", () => {
  test.each<[string, Buffer, Record<string, string>]>([
    ["tEXt", png(chunk("tEXt", "parameters\0a cat\nSteps: 1"), END), { parameters: "a cat\nSteps: 1" }],
    ["after the pixels", png(chunk("IDAT", "xxx"), chunk("tEXt", "Comment\0hello"), END), { Comment: "hello" }],
    [
      "zTXt",
      png(chunk("zTXt", Buffer.concat([Buffer.from("parameters\0\0"), deflateSync("a cat")])), END),
      { parameters: "a cat" },
    ],
    ["iTXt", png(iTXt("parameters", Buffer.from(TEXT)), END), { parameters: TEXT }],
    ["iTXt, compressed", png(iTXt("parameters", deflateSync(TEXT), true), END), { parameters: TEXT }],
    ["the first of a name", png(chunk("tEXt", "a\0one"), chunk("tEXt", "a\0two"), END), { a: "one" }],
    ["JPEG, small end first", jpeg(exif(unicode(false))), { parameters: TEXT }],
    ["JPEG, large end first in a small-end file", jpeg(exif(unicode(true))), { parameters: TEXT }],
    ["JPEG, ASCII, large end first", jpeg(exif(Buffer.from("ASCII\0\0\0a cat"), false)), { parameters: "a cat" }],
    ["WebP", webp(exif(unicode(true))), { parameters: TEXT }],
  ])("%s", async (_, bytes, expected) => {
    expect(Object.fromEntries(await readPictureTexts(bytes))).toEqual(expected);
  });
});

describe("hostile files are harmless", () => {
  const bomb = deflateSync(Buffer.alloc(200 * 1024 * 1024));
  test.each<[string, Uint8Array]>([
    ["nothing", new Uint8Array()],
    ["a signature alone", SIGNATURE],
    ["a length beyond the end", png(chunk("tEXt", "parameters\0a", 0xffffffff))],
    ["a text that is cut off", png(chunk("tEXt", "parameters\0a")).subarray(0, 45)],
    ["no name", png(chunk("tEXt", "\0value"), END)],
    ["a name without an end", png(chunk("tEXt", "x".repeat(200)), END)],
    ["iTXt without its parts", png(chunk("iTXt", "parameters\0\0"), END)],
    ["what is no zlib stream", png(chunk("zTXt", "parameters\0\0garbage"), END)],
    ["another compression", png(chunk("zTXt", Buffer.concat([Buffer.from("a\0\0"), gzipSync("x")])), END)],
    ["a bomb", png(chunk("zTXt", Buffer.concat([Buffer.from("parameters\0\0"), bomb])), END)],
    ["a hundred thousand chunks", png(...Array.from({ length: 100_000 }, () => chunk("junk", "")))],
    ["a JPEG with a segment of no length", Buffer.from([0xff, 0xd8, 0xff, 0xe1, 0, 0])],
    [
      "EXIF that points at itself",
      jpeg(Buffer.from("II*\0\x08\0\0\0\x01\0\x69\x87\x04\0\x01\0\0\0\x08\0\0\0", "latin1")),
    ],
    ["a comment beyond the end", jpeg(exif(Buffer.alloc(20)).subarray(0, 57))],
    ["a WebP with a chunk beyond the end", Buffer.from("RIFF\0\0\0\0WEBPEXIF\xff\xff\xff\xff", "latin1")],
  ])("%s", async (_, bytes) => {
    expect([...(await readPictureTexts(bytes))]).toEqual([]);
  });

  test("whatever is changed in a file, it is read or not, in time", async () => {
    const whole = [
      png(iTXt("parameters", deflateSync(TEXT), true), END),
      jpeg(exif(unicode(true))),
      webp(exif(unicode(true))),
    ];
    await fc.assert(
      fc.asyncProperty(
        fc.constantFrom(...whole),
        fc.array(fc.tuple(fc.nat(300), fc.nat(255)), { maxLength: 8 }),
        fc.nat(300),
        async (bytes, changes, end) => {
          const damaged = Uint8Array.from(bytes.subarray(0, end));
          for (const [at, value] of changes) if (at < damaged.length) damaged[at] = value;
          for (const text of (await readPictureTexts(damaged)).values()) expect(text.length).toBeLessThan(1024 * 1024);
        },
      ),
      { numRuns: 300 },
    );
  });
});
