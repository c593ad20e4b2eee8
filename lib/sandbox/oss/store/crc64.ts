/**
 * Joining of CRC-64/XZ values without their data (reference: oss-rest.md §10). Polynomials are reflected: the highest bit
 * is the coefficient of x^0.
 */

const POLYNOMIAL = 0xc96c5795d7870f42n;
const ONE = 1n << 63n;

function multiply(a: bigint, b: bigint): bigint {
  let product = 0n;
  let shifted = b;
  for (let bit = ONE; bit > 0n; bit >>= 1n) {
    if (a & bit) product ^= shifted;
    shifted = shifted & 1n ? (shifted >> 1n) ^ POLYNOMIAL : shifted >> 1n;
  }
  return product;
}

/** x to the power of 8 × bytes, modulo the polynomial. */
function advance(bytes: number): bigint {
  let result = ONE;
  let square = ONE >> 8n;
  for (let rest = BigInt(bytes); rest > 0n; rest >>= 1n) {
    if (rest & 1n) result = multiply(result, square);
    square = multiply(square, square);
  }
  return result;
}

/** CRC of a concatenation; values are unsigned decimals. */
export function combineCrc64(parts: readonly { crc64: string; size: number }[]): string {
  // All parts of an upload but the last have the same size as a rule.
  const advances = new Map<number, bigint>();
  let crc = 0n;
  for (const part of parts) {
    let factor = advances.get(part.size);
    if (factor === undefined) {
      factor = advance(part.size);
      advances.set(part.size, factor);
    }
    crc = multiply(factor, crc) ^ BigInt(part.crc64);
  }
  return crc.toString();
}

export function crc64FromHex(hex: string): string {
  return BigInt(`0x${hex}`).toString();
}
