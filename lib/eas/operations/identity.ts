import type { CallerIdentity } from "@/lib/eas/types";
import * as wire from "@/lib/eas/wire";
import type { Api } from "./api";

/** Whose key it is (oss-rest.md §16). Needs no permission. */
export interface IdentityOperations {
  getCallerIdentity(): Promise<CallerIdentity>;
}

export function identityOperations({ call }: Api): IdentityOperations {
  return {
    async getCallerIdentity() {
      const reply = await call({
        product: "sts",
        action: "GetCallerIdentity",
        method: "GET",
        path: [],
        reply: wire.GetCallerIdentityReply,
      });
      return {
        kind: reply.IdentityType,
        accountId: reply.AccountId,
        name: reply.Arn.split(/[:/]/)
          .slice(reply.IdentityType === "AssumedRoleUser" ? -2 : -1)
          .join("/"),
      };
    },
  };
}
