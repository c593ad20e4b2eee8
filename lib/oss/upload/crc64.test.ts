import { createCRC64 } from "hash-wasm";
import { describe, expect, test } from "vitest";
import { POLYNOMIAL } from "./crc";
import { Crc64 } from "./crc64";

const KIB = 1024;
const crc = new Crc64();
const peer = await createCRC64();

/** By the definition, bit for bit. */
function bitwise(bytes: Uint8Array): bigint {
  let register = 2n ** 64n - 1n;
  for (const byte of bytes) {
    register ^= BigInt(byte);
    for (let bit = 0; bit < 8; bit++) register = register & 1n ? (register >> 1n) ^ POLYNOMIAL : register >> 1n;
  }
  return register ^ (2n ** 64n - 1n);
}

const byPeer = (bytes: Uint8Array) => BigInt(`0x${peer.init().update(bytes).digest("hex")}`);

function own(...pieces: Uint8Array[]): bigint {
  crc.reset();
  for (const piece of pieces) crc.update(piece);
  return crc.digest();
}

/** Numbers from 0 up to `limit`, the same in every run of one seed (mulberry32). */
function randomOf(seed: number): (limit: number) => number {
  let state = seed;
  return (limit) => {
    state = (state + 0x6d2b79f5) | 0;
    let mixed = Math.imul(state ^ (state >>> 15), 1 | state);
    mixed = (mixed + Math.imul(mixed ^ (mixed >>> 7), 61 | mixed)) ^ mixed;
    return ((mixed ^ (mixed >>> 14)) >>> 0) % limit;
  };
}

const random = randomOf(1);
const BYTES = Uint8Array.from({ length: 1024 * KIB }, () => random(256));

function split(bytes: Uint8Array, upTo: number): Uint8Array[] {
  const pieces = [];
  for (let at = 0; at < bytes.length; ) {
    const length = random(upTo + 1);
    pieces.push(bytes.subarray(at, at + length));
    at += length;
  }
  return pieces;
}

describe("CRC-64 of bytes", () => {
  test("is as defined", () => {
    expect(own(new TextEncoder().encode("123456789"))).toBe(0x995dc9bbdf1939fan);
    for (let length = 0; length <= 40; length++) {
      const bytes = BYTES.subarray(length, 2 * length);
      expect(own(bytes), `${length} bytes`).toBe(bitwise(bytes));
    }
    const long = BYTES.subarray(5, 30_011);
    expect(own(long)).toBe(bitwise(long));
  });

  test("of every length around the window and the memory", () => {
    for (const middle of [718 * 16, 2 * 718 * 16, 256 * KIB, 280 * KIB, 288 * KIB, 5 * 64 * KIB]) {
      for (let length = middle - 40; length <= middle + 40; length++) {
        const bytes = BYTES.subarray(3, 3 + length);
        expect(own(bytes), `${length} bytes`).toBe(byPeer(bytes));
      }
    }
  });

  test.each([1, 2, 3, 4])("of any length, place and pieces (seed %i)", (seed) => {
    const next = randomOf(seed);
    for (let round = 0; round < 100; round++) {
      const start = next(100 * KIB);
      const bytes = BYTES.subarray(start, start + next(round % 2 ? 40 * KIB : 924 * KIB));
      const upTo = [17, 4 * KIB, 64 * KIB, 600 * KIB][round % 4] ?? 1;
      expect(own(...split(bytes, upTo)), `${bytes.length} bytes from ${start} in up to ${upTo}`).toBe(byPeer(bytes));
    }
  });

  test("forgets what was not asked for", () => {
    crc.reset();
    crc.update(BYTES);
    expect(own(BYTES.subarray(0, 100))).toBe(byPeer(BYTES.subarray(0, 100)));
  });

  test("of bits of one kind", () => {
    for (const value of [0, 255]) {
      const bytes = new Uint8Array(300_001).fill(value);
      expect(own(bytes)).toBe(byPeer(bytes));
    }
  });
});
