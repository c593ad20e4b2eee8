/**
 * The two loops of crc64.ts in WebAssembly, 400 bytes that are put together from their instructions here: no compiler, and no
 * binary that might differ from its source. Every browser that Next.js supports has vectors of 128 bits.
 */

/** Where the second loop finds its tables: eight of 256 words, from address 0. */
export const TABLE_BYTES = 256 * 8;
export const VECTOR_BYTES = 16;

export interface Loops {
  /**
   * Once for every `base` up to `end`, a vector further each time: to the vector that lies `degree` vectors and `shift` bytes
   * behind `base` come those that lie each exponent's vectors behind it.
   */
  fold(base: number, end: number, shift: number): void;
  /** The words from `at` to `end`, at least one, modulo the polynomial; without initial value and final XOR. */
  reduce(at: number, end: number): bigint;
}

/** `exponents`: see crc64.ts. */
export function createLoops(exponents: readonly number[], degree: number, memory: WebAssembly.Memory): Loops {
  const module = new WebAssembly.Module(assemble(exponents, degree));
  return new WebAssembly.Instance(module, { js: { memory } }).exports as unknown as Loops;
}

const I32 = 0x7f;
const I64 = 0x7e;
const TO_LOOP = [0x0d, 0];
const LOOP = [0x03, 0x40];
const END = 0x0b;
const I32_ADD = 0x6a;
const I32_LT_U = 0x49;
const I32_WRAP_I64 = 0xa7;
const I64_AND = 0x83;
const I64_XOR = 0x85;
const I64_SHL = 0x86;
const I64_SHR_U = 0x88;
const V128_XOR = [0xfd, 0x51];
const get = (local: number) => [0x20, local];
const set = (local: number) => [0x21, local];
const tee = (local: number) => [0x22, local];
const i32 = (value: number) => [0x41, ...leb(value)];
const i64 = (value: number) => [0x42, ...leb(value)];
const i64Load = (offset: number) => [0x29, 0, ...leb(offset)];
const v128Load = (offset: number) => [0xfd, 0x00, 0, ...leb(offset)];
const v128Store = (offset: number) => [0xfd, 0x0b, 0, ...leb(offset)];

/** Positive numbers; one group more where the sign would otherwise be read from the highest bit. */
function leb(value: number): number[] {
  return value < 0x40 ? [value] : [(value & 0x7f) | 0x80, ...leb(value >>> 7)];
}

function foldLoop(exponents: readonly number[], degree: number): number[] {
  const [base, end, shift, target] = [0, 1, 2, 3];
  const window = degree * VECTOR_BYTES;
  const others = exponents.flatMap((exponent) => [...get(base), ...v128Load(exponent * VECTOR_BYTES), ...V128_XOR]);
  return [
    ...LOOP,
    ...[...get(base), ...get(shift), I32_ADD, ...tee(target)],
    ...[...get(target), ...v128Load(window), ...others, ...v128Store(window)],
    ...[...get(base), ...i32(VECTOR_BYTES), I32_ADD, ...tee(base), ...get(end), I32_LT_U, ...TO_LOOP],
    END,
    END,
  ];
}

/** Eight bytes at a time, each by the table for its distance from the end of the word ("slicing by 8"). */
function reduceLoop(): number[] {
  const [at, end, crc] = [0, 1, 2];
  const lookUps = Array.from({ length: 8 }, (_, byte) => {
    const toWords = byte === 0 ? [...i64(3), I64_SHL] : [...i64(byte * 8 - 3), I64_SHR_U];
    const address = [...get(crc), ...toWords, ...i64(0xff << 3), I64_AND, I32_WRAP_I64];
    return [...address, ...i64Load((7 - byte) * TABLE_BYTES), ...(byte === 0 ? [] : [I64_XOR])];
  });
  return [
    ...LOOP,
    ...[...get(crc), ...get(at), ...i64Load(0), I64_XOR, ...set(crc)],
    ...[...lookUps.flat(), ...set(crc)],
    ...[...get(at), ...i32(8), I32_ADD, ...tee(at), ...get(end), I32_LT_U, ...TO_LOOP],
    END,
    ...get(crc),
    END,
  ];
}

function assemble(exponents: readonly number[], degree: number): Uint8Array<ArrayBuffer> {
  const sized = (bytes: readonly number[]) => [...leb(bytes.length), ...bytes];
  const name = (text: string) => sized([...text].map((letter) => letter.charCodeAt(0)));
  const section = (id: number, ...entries: number[][]) => [id, ...sized([entries.length, ...entries.flat()])];
  const withLocal = (type: number, code: number[]) => sized([1, 1, type, ...code]);
  return Uint8Array.from([
    ...[0x00, 0x61, 0x73, 0x6d, 1, 0, 0, 0],
    ...section(1, [0x60, 3, I32, I32, I32, 0], [0x60, 2, I32, I32, 1, I64]),
    ...section(2, [...name("js"), ...name("memory"), 2, 0, 1]),
    ...section(3, [0], [1]),
    ...section(7, [...name("fold"), 0, 0], [...name("reduce"), 0, 1]),
    ...section(10, withLocal(I32, foldLoop(exponents, degree)), withLocal(I64, reduceLoop())),
  ]);
}
