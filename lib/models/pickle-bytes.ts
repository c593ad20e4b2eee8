import type { PickleValue } from "./pickle-values";

/** Longer strings (source code, pickles within pickles) are of no use here. */
const MAX_TEXT = 4096;

/** The bytes end before the instruction does. */
export class Cut extends Error {}

const latin1 = new TextDecoder("latin1");
const utf8 = new TextDecoder("utf-8");

/** A pickle's bytes and a place among them: the arguments of instructions, read as each of them has it. */
export class PickleBytes {
  readonly #bytes: Uint8Array;
  readonly #view: DataView;
  #at: number;

  constructor(bytes: Uint8Array, start: number) {
    this.#bytes = bytes;
    this.#view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
    this.#at = start;
  }

  get at(): number {
    return this.#at;
  }

  take(length: number): number {
    const at = this.#at;
    if (length < 0 || at + length > this.#bytes.length) throw new Cut();
    this.#at += length;
    return at;
  }

  byte(): number {
    return this.#view.getUint8(this.take(1));
  }

  uint32(): number {
    return this.#view.getUint32(this.take(4), true);
  }

  #uint64(): number {
    const at = this.take(8);
    return this.#view.getUint32(at, true) + this.#view.getUint32(at + 4, true) * 2 ** 32;
  }

  #text(length: number, decoder: TextDecoder): string {
    const at = this.take(length);
    return decoder.decode(this.#bytes.subarray(at, at + Math.min(length, MAX_TEXT)));
  }

  line(): string {
    const end = this.#bytes.indexOf(0x0a, this.#at);
    if (end < 0) throw new Cut();
    const text = latin1.decode(this.#bytes.subarray(this.#at, Math.min(end, this.#at + MAX_TEXT)));
    this.#at = end + 1;
    return text;
  }

  /** Values that stand for themselves. */
  literal(code: number): PickleValue | undefined {
    switch (String.fromCharCode(code)) {
      case "N":
        return null;
      case "\x88":
        return true;
      case "\x89":
        return false;
      case "I":
      case "L":
      case "F":
        return Number(this.line().replace(/L$/, ""));
      case "J":
        return this.#view.getInt32(this.take(4), true);
      case "K":
        return this.byte();
      case "M":
        return this.#view.getUint16(this.take(2), true);
      case "G":
        return this.#view.getFloat64(this.take(8), false);
      case "\x8a":
        return this.#long(this.byte());
      case "\x8b":
        return this.#long(this.uint32());
      case "S":
        return this.line().replace(/^(['"])(.*)\1$/, "$2");
      case "V":
        return this.line();
      case "T":
      case "B":
        return this.#text(this.uint32(), latin1);
      case "U":
      case "C":
        return this.#text(this.byte(), latin1);
      case "X":
        return this.#text(this.uint32(), utf8);
      case "\x8c":
        return this.#text(this.byte(), utf8);
      case "\x8d":
        return this.#text(this.#uint64(), utf8);
      case "\x8e":
      case "\x96":
        return this.#text(this.#uint64(), latin1);
      case "}":
        return new Map();
      case "]":
      case ")":
      case "\x8f":
        return [];
      default:
        return undefined;
    }
  }

  /** A little-endian two's complement number; beyond 53 bits only its size matters. */
  #long(length: number): number {
    const at = this.take(length);
    let value = 0;
    for (let index = Math.min(length, 8) - 1; index >= 0; index--)
      value = value * 256 + this.#view.getUint8(at + index);
    const isNegative = length > 0 && length <= 6 && this.#view.getUint8(at + length - 1) >= 0x80;
    return isNegative ? value - 256 ** length : value;
  }
}
