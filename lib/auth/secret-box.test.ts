import { mkdtempSync, rmSync, statSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, describe, expect, test } from "vitest";
import { createSecretBox, readKey, readOrMakeKey, SecretBoxError } from "./secret-box";

const box = createSecretBox(new Uint8Array(32).fill(7));

describe("a sealed value", () => {
  test("opens to what was sealed, and never looks the same twice", () => {
    const one = box.seal("秘密", "connection:1");
    expect(box.open(one, "connection:1")).toBe("秘密");
    expect(box.seal("秘密", "connection:1")).not.toBe(one);
    expect(one).not.toContain("秘密");
  });

  test("is refused when any part was altered", () => {
    const sealed = box.seal("secret", "connection:1");
    const parts = sealed.split(".");
    for (let i = 1; i < parts.length; i++) {
      const altered = [...parts];
      const bytes = Buffer.from(parts[i] ?? "", "base64url");
      bytes[0] = (bytes[0] ?? 0) ^ 1;
      altered[i] = bytes.toString("base64url");
      expect(() => box.open(altered.join("."), "connection:1")).toThrow(SecretBoxError);
    }
    expect(() => box.open(sealed.replace("v1", "v2"), "connection:1")).toThrow(SecretBoxError);
    expect(() => box.open("", "connection:1")).toThrow(SecretBoxError);
  });

  test("is refused in another row, under another key, and with a shortened tag", () => {
    const sealed = box.seal("secret", "connection:1");
    expect(() => box.open(sealed, "connection:2")).toThrow(SecretBoxError);
    expect(() => createSecretBox(new Uint8Array(32).fill(8)).open(sealed, "connection:1")).toThrow(SecretBoxError);
    const [version, nonce, tag, body] = sealed.split(".");
    const short = Buffer.from(tag ?? "", "base64url")
      .subarray(0, 4)
      .toString("base64url");
    expect(() => box.open([version, nonce, short, body].join("."), "connection:1")).toThrow(SecretBoxError);
  });
});

describe("the key file", () => {
  let folder: string;
  beforeEach(() => {
    folder = mkdtempSync(join(tmpdir(), "easel-key-"));
  });
  afterEach(() => rmSync(folder, { recursive: true, force: true }));

  test("is made once, for its owner alone", () => {
    const path = join(folder, "deep", "secret.key");
    const key = readOrMakeKey(path);
    expect(key).toHaveLength(32);
    expect(readOrMakeKey(path)).toEqual(key);
    expect(statSync(path).mode & 0o777).toBe(0o600);
  });

  test.each([
    ["plain", (key: Buffer) => key],
    ["base64", (key: Buffer) => `${key.toString("base64")}\n`],
    ["hex", (key: Buffer) => key.toString("hex")],
  ])("of an operator may be %s", (_, write) => {
    const key = Buffer.alloc(32, 9);
    writeFileSync(join(folder, "key"), write(key));
    expect(Buffer.from(readKey(join(folder, "key")))).toEqual(key);
  });

  test("of an operator is never made up", () => {
    expect(() => readKey(join(folder, "absent"))).toThrow(/cannot be read/);
    writeFileSync(join(folder, "short"), "abc");
    expect(() => readKey(join(folder, "short"))).toThrow(/32 bytes/);
    expect(() => readOrMakeKey(join(folder, "short"))).toThrow(/32 bytes/);
  });
});
