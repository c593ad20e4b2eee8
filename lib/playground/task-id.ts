/**
 * A task id begins the name of the result file (`<task_id>_<time>_<n>.png`), is matched against file names when an answer is
 * lost, and may appear in URLs: lower-case letters and digits only, so that the first `_` of a name ends it.
 */
const ALPHABET = "0123456789abcdefghjkmnpqrstvwxyz";
const LENGTH = 16;

/** From ten random bytes: 80 bits in 16 signs. */
export function toTaskId(random: Uint8Array): string {
  if (random.length < (LENGTH * 5) / 8) throw new RangeError("a task id takes ten random bytes");
  let bits = 0n;
  for (const byte of random.subarray(0, 10)) bits = (bits << 8n) | BigInt(byte);
  let id = "";
  for (let at = 0; at < LENGTH; at++) {
    id = (ALPHABET[Number(bits & 31n)] ?? "") + id;
    bits >>= 5n;
  }
  return id;
}

/** Also what other clients of ours may choose: short, safe as part of a file name on every system. */
export function isTaskId(value: string): boolean {
  return /^[a-z0-9]{8,40}$/.test(value);
}
