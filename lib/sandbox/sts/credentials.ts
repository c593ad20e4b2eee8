import { randomBytes } from "node:crypto";
import { join } from "node:path";
import { z } from "zod";
import type { Clock } from "@/lib/clock";
import { readJsonFile, writeJsonFile } from "@/lib/sandbox/core/json-file";
import type { SandboxAccount } from "@/lib/sandbox/core/types";
import { type Policy, PolicySchema } from "./policy";

/** The temporary credentials that AssumeRole has given out, for every server that has to verify them. */

const CredentialSchema = z.object({
  accessKeyId: z.string(),
  accessKeySecret: z.string(),
  securityToken: z.string(),
  /** Milliseconds since the epoch. */
  expiresAt: z.number(),
  roleName: z.string(),
  sessionName: z.string(),
  rolePolicy: PolicySchema,
  sessionPolicy: PolicySchema.optional(),
});

export interface TemporaryCredential {
  accessKeyId: string;
  accessKeySecret: string;
  securityToken: string;
  /** Milliseconds since the epoch. */
  expiresAt: number;
  roleName: string;
  sessionName: string;
  /** The session may do what both policies allow. */
  rolePolicy: Policy;
  sessionPolicy?: Policy;
}

export interface TemporaryCredentials {
  /** Those that have expired too, for a day. */
  find(accessKeyId: string): TemporaryCredential | undefined;
  /** Whether some session, of whatever key, has this token. */
  isIssuedToken(securityToken: string): boolean;
}

/** For a server that stands alone: no temporary credential exists. */
export const NO_TEMPORARY_CREDENTIALS: TemporaryCredentials = { find: () => undefined, isIssuedToken: () => false };

export interface CredentialIssuer extends TemporaryCredentials {
  /** Resolves once the credential would survive a restart. */
  issue(
    session: Pick<TemporaryCredential, "roleName" | "sessionName" | "rolePolicy" | "sessionPolicy">,
    expiresAt: number,
  ): Promise<TemporaryCredential>;
}

/** So long a late client hears that its token has expired; afterwards its key is unknown. */
const REMEMBER_EXPIRED_MS = 24 * 60 * 60 * 1000;

/** `dataDir` is the sandbox's; the credentials lie below `sts` in it, readable by their owner alone. */
export async function openCredentials(dataDir: string, clock: Clock): Promise<CredentialIssuer> {
  const path = join(dataDir, "sts", "credentials.json");
  const stored = await readJsonFile(path, (value) => z.array(CredentialSchema).parse(value));
  const byKeyId = new Map<string, TemporaryCredential>(stored?.map((one) => [one.accessKeyId, one]));
  const tokens = new Set(stored?.map((one) => one.securityToken));
  let lastWrite: Promise<void> = Promise.resolve();

  const save = () => {
    for (const old of byKeyId.values()) {
      if (old.expiresAt + REMEMBER_EXPIRED_MS >= clock.now()) continue;
      byKeyId.delete(old.accessKeyId);
      tokens.delete(old.securityToken);
    }
    // One after another, each with what is known when its turn comes.
    const write = lastWrite.catch(() => undefined).then(() => writeJsonFile(path, [...byKeyId.values()]));
    lastWrite = write;
    return write;
  };

  return {
    find: (accessKeyId) => byKeyId.get(accessKeyId),
    isIssuedToken: (securityToken) => tokens.has(securityToken),
    async issue(session, expiresAt) {
      const credential: TemporaryCredential = {
        accessKeyId: `STS.N${letters(24)}`,
        accessKeySecret: letters(44),
        // Base64 with its signs, as the vendor's tokens have them: a client must encode it in a query.
        securityToken: `CAIS${randomBytes(270).toString("base64")}`,
        expiresAt,
        ...session,
      };
      byKeyId.set(credential.accessKeyId, credential);
      tokens.add(credential.securityToken);
      await save();
      return credential;
    },
  };
}

function letters(length: number): string {
  return randomBytes(length * 2)
    .toString("base64")
    .replace(/[^A-Za-z0-9]/g, "")
    .slice(0, length);
}

/** Whose key a request was signed with; `session` is undefined for the account's own key, which may do everything. */
export interface Signer {
  secret: string;
  session?: TemporaryCredential;
}

/** Why a pair of key id and token is nobody's. Each server has its own words for it. */
export type KeyProblem =
  | "unknown-key"
  /** A temporary key without its token. */
  | "token-missing"
  /** A token that was never issued. */
  | "token-invalid"
  /** A token that was issued with another key. */
  | "token-of-another-key"
  | "token-expired";

/** The common check of all servers; an empty token counts as none. */
export function identifySigner(
  account: SandboxAccount,
  credentials: TemporaryCredentials,
  claim: { accessKeyId: string; securityToken?: string },
  now: number,
): Signer | KeyProblem {
  const { accessKeyId, securityToken } = claim;
  if (accessKeyId === account.accessKeyId) {
    if (!securityToken) return { secret: account.accessKeySecret };
    return credentials.isIssuedToken(securityToken) ? "token-of-another-key" : "token-invalid";
  }
  const session = credentials.find(accessKeyId);
  if (!session) return "unknown-key";
  if (!securityToken) return "token-missing";
  if (securityToken !== session.securityToken)
    return credentials.isIssuedToken(securityToken) ? "token-of-another-key" : "token-invalid";
  if (now >= session.expiresAt) return "token-expired";
  return { secret: session.accessKeySecret, session };
}
