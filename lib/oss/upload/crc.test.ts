import { describe, expect, test } from "vitest";
import { createBlobChecksum } from "./checksum";
import { combineCrc64 } from "./crc";

const checksum = createBlobChecksum();
const SENTENCE = "This is a test of the emergency broadcast system.";

describe("CRC-64 of a blob", () => {
  test.each([
    ["nothing", "", "0"],
    ["the usual check string", "123456789", "11051210869376104954"],
    ["a sentence", SENTENCE, "2871916124362751090"],
    ["both together", `123456789${SENTENCE}`, "7672622622872733320"],
    ["a mebibyte of zeros", new Uint8Array(1024 * 1024), "6947770692288575170"],
  ])("%s", async (_, content, expected) => {
    expect(await checksum(new Blob([content]))).toBe(expected);
  });

  test("is the same whether read in one piece or many", async () => {
    const bytes = Uint8Array.from({ length: 9_000_001 }, (_, index) => (index * 31) % 251);
    const whole = await checksum(new Blob([bytes]));
    const parts = [bytes.subarray(0, 4_000_000), bytes.subarray(4_000_000, 8_000_000), bytes.subarray(8_000_000)];
    const chunks = await Promise.all(
      parts.map(async (part) => ({ crc64: await checksum(new Blob([part])), sizeBytes: part.length })),
    );
    expect(combineCrc64(chunks)).toBe(whole);
  });
});

describe("combining", () => {
  const first = { crc64: "11051210869376104954", sizeBytes: 9 };
  const second = { crc64: "2871916124362751090", sizeBytes: SENTENCE.length };

  test("two chunks give the value of their concatenation", () => {
    expect(combineCrc64([first, second])).toBe("7672622622872733320");
  });
  test("order matters", () => {
    expect(combineCrc64([second, first])).not.toBe("7672622622872733320");
  });
  test("one chunk stays itself, none is 0, an empty one changes nothing", () => {
    expect(combineCrc64([first])).toBe(first.crc64);
    expect(combineCrc64([])).toBe("0");
    expect(combineCrc64([{ crc64: "0", sizeBytes: 0 }, first, { crc64: "0", sizeBytes: 0 }])).toBe(first.crc64);
  });
});
