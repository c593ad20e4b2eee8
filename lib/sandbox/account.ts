import { randomBytes, randomInt } from "node:crypto";
import { join } from "node:path";
import { z } from "zod";
import { readJsonFile, writeJsonFile } from "@/lib/sandbox/core/json-file";
import type { SandboxAccount } from "@/lib/sandbox/core/types";

const AccountSchema = z.object({
  uid: z.string().regex(/^\d{16}$/),
  accessKeyId: z.string().min(1),
  accessKeySecret: z.string().min(1),
});

/** The account that the data folder holds, made at the first start; keys that are given take the place of its own. */
export async function openAccount(
  dataDir: string,
  given: Partial<Pick<SandboxAccount, "accessKeyId" | "accessKeySecret">> = {},
): Promise<SandboxAccount> {
  const path = join(dataDir, "account.json");
  let account = await readJsonFile(path, (value) => AccountSchema.parse(value));
  if (!account) {
    account = newAccount();
    await writeJsonFile(path, account);
  }
  return {
    uid: account.uid,
    accessKeyId: given.accessKeyId ?? account.accessKeyId,
    accessKeySecret: given.accessKeySecret ?? account.accessKeySecret,
  };
}

/** Shaped as the vendor's: sixteen digits, `LTAI` and 20 characters, 30 characters. */
function newAccount(): SandboxAccount {
  const letters = (length: number) =>
    randomBytes(length * 2)
      .toString("base64")
      .replace(/[^A-Za-z0-9]/g, "")
      .slice(0, length);
  return {
    uid: `1${Array.from({ length: 15 }, () => randomInt(10)).join("")}`,
    accessKeyId: `LTAI5t${letters(18)}`,
    accessKeySecret: letters(30),
  };
}
