/**
 * CRC-64/XZ (see crc.ts) of bytes that come in pieces. Tables, a look-up for every byte, are kept from most of them: the
 * polynomial divides x^718 + x^636 + … + 1, of ten terms, and therefore the same in powers of x^128. So a vector of 128 bits may
 * be taken away if it is XORed to nine of the 718 behind it: ten loads for sixteen bytes. What remains in the end, 718 vectors at
 * most and a few bytes, goes through tables. Multiples of the polynomial have an even number of terms, as x + 1 divides it, and
 * one of eight terms has to be expected from degree 1,700 on, with a window that a processor's first cache does not hold.
 * Measured: five times as fast as tables alone in Chromium, four times in Node.
 */
import { POLYNOMIAL } from "./crc";
import { createLoops, type Loops, TABLE_BYTES, VECTOR_BYTES } from "./crc64-wasm";

const DEGREE = 718;
const EXPONENTS = [636, 568, 526, 525, 469, 268, 225, 147, 0];
/** Eight bytes that bring an empty register to all ones, which is its initial value. */
const PREFIX = before(2n ** 64n - 1n);

const PAGE_BYTES = 64 * 1024;
const PAGES = 5;
const WINDOW = DEGREE * VECTOR_BYTES;
/** Memory: tables, a window of vectors that are taken away already, those to come, and room for what remains in the end. */
const START = 8 * TABLE_BYTES + WINDOW;
const REST = PAGES * PAGE_BYTES - WINDOW - 2 * VECTOR_BYTES;

export class Crc64 {
  private readonly bytes: Uint8Array<ArrayBuffer>;
  private readonly loops: Loops;
  private end = START;

  constructor() {
    const memory = new WebAssembly.Memory({ initial: PAGES, maximum: PAGES });
    this.bytes = new Uint8Array(memory.buffer as ArrayBuffer);
    this.loops = createLoops(EXPONENTS, DEGREE, memory);
    new BigUint64Array(memory.buffer, 0, 8 * 256).set(tables());
    this.reset();
  }

  reset(): void {
    this.bytes.fill(0, START - WINDOW, START);
    new DataView(this.bytes.buffer).setBigUint64(START, PREFIX, true);
    this.end = START + 8;
  }

  update(bytes: Uint8Array): void {
    for (let at = 0; at < bytes.length; ) {
      const some = bytes.subarray(at, at + REST - this.end);
      this.bytes.set(some, this.end);
      this.end += some.length;
      at += some.length;
      if (this.end === REST) this.fold();
    }
  }

  /** The sum of all since `reset`, which has to come next. */
  digest(): bigint {
    this.fold();
    const { bytes, loops, end } = this;
    // Zeros at the front change nothing and make whole words of it.
    const size = end - START;
    const from = REST + VECTOR_BYTES - (size % 8);
    bytes.fill(0, REST, from);
    bytes.copyWithin(from, START, end);
    bytes.fill(0, START, end);
    loops.fold(START - WINDOW, START, from - START);
    return BigInt.asUintN(64, ~loops.reduce(REST, from + size));
  }

  /** Takes away all that have a window behind them. */
  private fold(): void {
    const { bytes, loops, end } = this;
    const vectors = Math.floor((end - START - WINDOW) / VECTOR_BYTES);
    if (vectors <= 0) return;
    const folded = START + vectors * VECTOR_BYTES;
    loops.fold(START - WINDOW, folded - WINDOW, 0);
    bytes.copyWithin(START - WINDOW, folded - WINDOW, end);
    this.end -= folded - START;
  }
}

/** `[distance * 256 + byte]`: what a byte becomes that so many others follow. */
function tables(): BigUint64Array {
  const table = new BigUint64Array(8 * 256);
  for (let at = 0; at < table.length; at++) {
    table[at] = at < 256 ? after(BigInt(at)) : after(table[at - 256] ?? 0n);
  }
  return table;
}

/** The register eight zero bits on. */
function after(crc: bigint): bigint {
  let value = crc;
  for (let bit = 0; bit < 8; bit++) value = value & 1n ? (value >> 1n) ^ POLYNOMIAL : value >> 1n;
  return value;
}

/** The register 64 zero bits ago: the polynomial's highest bit tells whether it was added. */
function before(crc: bigint): bigint {
  let value = crc;
  for (let bit = 0; bit < 64; bit++) {
    value = value >> 63n ? BigInt.asUintN(64, (value ^ POLYNOMIAL) << 1n) | 1n : BigInt.asUintN(64, value << 1n);
  }
  return value;
}
