import { createHash } from "node:crypto";
import type { SandboxAccount } from "@/lib/sandbox/core/types";
import type { Policy } from "./policy";

/** What Resource Access Management holds in the sandbox: one user, whose key the account's is, and the roles. */

export interface Role {
  name: string;
  /** Seconds; the longest session that AssumeRole grants. */
  maxSessionDuration: number;
  policy: Policy;
}

const allow = (...actions: string[]): Policy => ({
  Version: "1",
  Statement: [{ Effect: "Allow", Action: actions, Resource: ["*"] }],
});

/** Fixed: the sandbox has no RAM interface to make others with. */
export const ROLES: readonly Role[] = [
  {
    /** Objects of every bucket, and nothing that makes, removes or configures a bucket. */
    name: "easel-objects",
    maxSessionDuration: 3600,
    policy: allow(
      "oss:GetObject",
      "oss:PutObject",
      "oss:DeleteObject",
      "oss:GetObjectAcl",
      "oss:PutObjectAcl",
      "oss:GetObjectTagging",
      "oss:PutObjectTagging",
      "oss:DeleteObjectTagging",
      "oss:RestoreObject",
      "oss:ListObjects",
      "oss:ListParts",
      "oss:AbortMultipartUpload",
      "oss:ListMultipartUploads",
      "oss:GetBucketInfo",
      "oss:GetBucketLocation",
    ),
  },
  {
    /** All of OSS and EAS with its workspaces and images, for as long as the vendor lets a role go. */
    name: "easel-operator",
    maxSessionDuration: 43_200,
    policy: allow("oss:*", "eas:*", "paiworkspace:*", "paiimage:*"),
  },
];

export function roleArn(account: SandboxAccount, role: Pick<Role, "name">): string {
  return `acs:ram::${account.uid}:role/${role.name}`;
}

/** The account's key belongs to a RAM user: the vendor lets no root key assume a role. */
export const USER_NAME = "easel";

export function userArn(account: SandboxAccount): string {
  return `acs:ram::${account.uid}:user/${USER_NAME}`;
}

/** Eighteen digits, as RAM numbers users (2…) and roles (3…); the same at every start. */
export function principalId(account: SandboxAccount, kind: "user" | "role", name: string): string {
  const digest = createHash("sha256").update(`${account.uid}/${kind}/${name}`).digest("hex");
  const digits = BigInt(`0x${digest}`).toString().slice(0, 17);
  return `${kind === "user" ? 2 : 3}${digits}`;
}
