import { randomBytes, scrypt, timingSafeEqual } from "node:crypto";

/**
 * scrypt with the parameters that OWASP's password storage sheet names first: 128 MiB and about half a second here. They
 * are kept in the hash, so that they can be raised without breaking older ones.
 */
const COST_LOG2 = 17;
const BLOCK = 8;
const PARALLEL = 1;
const KEY_BYTES = 32;

/** A hash that nobody's password has: unknown names take as long as known ones. */
const NOBODY = encode(COST_LOG2, BLOCK, PARALLEL, Buffer.alloc(16), Buffer.alloc(KEY_BYTES));

export async function hashPassword(password: string): Promise<string> {
  const salt = randomBytes(16);
  return encode(COST_LOG2, BLOCK, PARALLEL, salt, await derive(password, salt, COST_LOG2, BLOCK, PARALLEL, KEY_BYTES));
}

/** No `encoded` = there is no such person, or none with a password: as slow as any, and false. */
export async function verifyPassword(password: string, encoded: string | null | undefined): Promise<boolean> {
  const [scheme, costLog2, block, parallel, salt, key] = (encoded ?? NOBODY).split("$");
  if (scheme !== "scrypt" || !salt || !key) return false;
  const expected = Buffer.from(key, "base64url");
  const actual = await derive(
    password,
    Buffer.from(salt, "base64url"),
    Number(costLog2),
    Number(block),
    Number(parallel),
    expected.length,
  );
  return timingSafeEqual(actual, expected) && typeof encoded === "string";
}

function encode(costLog2: number, block: number, parallel: number, salt: Buffer, key: Buffer): string {
  return ["scrypt", costLog2, block, parallel, salt.toString("base64url"), key.toString("base64url")].join("$");
}

/** How many derivations may hold their 128 MiB at once. */
const MAX_RUNNING = 2;
let running = 0;
const waiting: (() => void)[] = [];

async function derive(
  password: string,
  salt: Buffer,
  costLog2: number,
  block: number,
  parallel: number,
  length: number,
): Promise<Buffer> {
  if (running >= MAX_RUNNING) await new Promise<void>((resolve) => waiting.push(resolve));
  else running += 1;
  try {
    const options = { N: 2 ** costLog2, r: block, p: parallel, maxmem: 256 * 2 ** costLog2 * block };
    // The same password typed on two systems may arrive in different Unicode forms.
    const text = password.normalize("NFKC");
    return await new Promise((resolve, reject) =>
      scrypt(text, salt, length, options, (error, key) => (error ? reject(error) : resolve(key))),
    );
  } finally {
    const next = waiting.shift();
    // The place is handed over, not freed: nobody slips in between.
    if (next) next();
    else running -= 1;
  }
}
