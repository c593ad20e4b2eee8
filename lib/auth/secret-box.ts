import { createCipheriv, createDecipheriv, randomBytes } from "node:crypto";
import { chmodSync, linkSync, mkdirSync, readFileSync, unlinkSync, writeFileSync } from "node:fs";
import { dirname } from "node:path";

/**
 * Seals small secrets for the store with AES-256-GCM under a key that lies outside the database: a dump alone opens
 * nothing. The `context` (which row, which field) is authenticated, so that a sealed value cannot be moved elsewhere.
 */
export interface SecretBox {
  seal(text: string, context: string): string;
  /** Throws SecretBoxError when the value was altered, moved, or sealed under another key. */
  open(sealed: string, context: string): string;
}

export class SecretBoxError extends Error {
  override readonly name = "SecretBoxError";
}

const VERSION = "v1";
const NONCE_BYTES = 12;
const TAG_BYTES = 16;

export function createSecretBox(key: Uint8Array): SecretBox {
  return {
    seal(text, context) {
      const nonce = randomBytes(NONCE_BYTES);
      const cipher = createCipheriv("aes-256-gcm", key, nonce).setAAD(Buffer.from(context));
      const body = Buffer.concat([cipher.update(text, "utf8"), cipher.final()]);
      return [VERSION, ...[nonce, cipher.getAuthTag(), body].map((part) => part.toString("base64url"))].join(".");
    },
    open(sealed, context) {
      const [version, ...parts] = sealed.split(".");
      const [nonce, tag, body] = parts.map((part) => Buffer.from(part, "base64url"));
      if (version !== VERSION || nonce?.length !== NONCE_BYTES || tag?.length !== TAG_BYTES || !body) {
        throw new SecretBoxError("not a sealed value");
      }
      try {
        const decipher = createDecipheriv("aes-256-gcm", key, nonce, { authTagLength: TAG_BYTES })
          .setAAD(Buffer.from(context))
          .setAuthTag(tag);
        return Buffer.concat([decipher.update(body), decipher.final()]).toString("utf8");
      } catch (cause) {
        throw new SecretBoxError("altered, or sealed under another key", { cause });
      }
    },
  };
}

/** The key of an operator's own file: 32 bytes, as they are or as base64 or hex text. */
export function readKey(path: string): Uint8Array {
  let raw: Buffer;
  try {
    raw = readFileSync(path);
  } catch (cause) {
    throw new SecretBoxError(`The key file ${path} cannot be read.`, { cause });
  }
  if (raw.length === 32) return raw;
  const text = raw.toString("utf8").trim();
  const key = /^[0-9a-f]{64}$/i.test(text) ? Buffer.from(text, "hex") : Buffer.from(text, "base64");
  if (key.length !== 32)
    throw new SecretBoxError(`The key file ${path} must hold 32 bytes, plain, in base64 or in hex.`);
  return key;
}

/** The console's own key, made at first use. Of several processes that make it at once one wins and all read its key. */
export function readOrMakeKey(path: string): Uint8Array {
  try {
    return readKey(path);
  } catch (error) {
    if (!isMissing(error)) throw error;
  }
  mkdirSync(dirname(path), { recursive: true });
  const mine = `${path}.${randomBytes(6).toString("hex")}`;
  writeFileSync(mine, `${randomBytes(32).toString("base64")}\n`, { mode: 0o600 });
  chmodSync(mine, 0o600);
  try {
    // Fails when the name is taken, unlike a rename.
    linkSync(mine, path);
  } catch (error) {
    if (!(error instanceof Error && "code" in error && error.code === "EEXIST")) throw error;
  } finally {
    unlinkSync(mine);
  }
  return readKey(path);
}

function isMissing(error: unknown): boolean {
  const cause = error instanceof SecretBoxError ? error.cause : undefined;
  return cause instanceof Error && "code" in cause && cause.code === "ENOENT";
}
