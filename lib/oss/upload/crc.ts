/**
 * CRC-64/XZ, the checksum that OSS keeps of every part and object (reference: oss-rest.md §10), and its arithmetic:
 * polynomials over GF(2) modulo the ECMA-182 polynomial, bits reflected, so that bit 63 is the coefficient of x^0.
 * crc(A‖B) = crc(A)·x^(8·|B|) + crc(B) holds for finished values, because initial value and final XOR are both all ones.
 */
export const POLYNOMIAL = 0xc96c5795d7870f42n;
const X0 = 1n << 63n;
const X1 = 1n << 62n;

function multiply(a: bigint, b: bigint): bigint {
  let product = 0n;
  let shifted = b;
  for (let bit = X0; bit > 0n; bit >>= 1n) {
    if (a & bit) product ^= shifted;
    shifted = shifted & 1n ? (shifted >> 1n) ^ POLYNOMIAL : shifted >> 1n;
  }
  return product;
}

const powers = new Map<number, bigint>();

/** x^(8·bytes). Remembered: all full parts of a file have one length. */
function advance(bytes: number): bigint {
  const known = powers.get(bytes);
  if (known !== undefined) return known;
  let power = X0;
  let square = X1;
  for (let exponent = 8n * BigInt(bytes); exponent > 0n; exponent >>= 1n) {
    if (exponent & 1n) power = multiply(power, square);
    square = multiply(square, square);
  }
  // Small files all differ in length; only what recurs is worth keeping.
  if (powers.size > 64) powers.clear();
  powers.set(bytes, power);
  return power;
}

export interface Chunk {
  crc64: string;
  sizeBytes: number;
}

/** The CRC-64 of the chunks put together in this order. Of none it is 0, as of nothing. */
export function combineCrc64(chunks: readonly Chunk[]): string {
  const [only] = chunks;
  if (only && chunks.length === 1) return only.crc64;
  let crc = 0n;
  for (const chunk of chunks) crc = multiply(advance(chunk.sizeBytes), crc) ^ BigInt(chunk.crc64);
  return crc.toString();
}
