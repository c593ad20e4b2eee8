import type { TemporaryCredential } from "./credentials";
import { type AccessRequest, evaluatePolicy, type Verdict } from "./policy";

/** What a session may do: what its role's policy and, if there is one, its session policy both allow. */

export interface Refusal {
  verdict: Exclude<Verdict, "allow">;
  /** Which of the two said no; a session policy that denies is named first. */
  policy: "session" | "role";
}

/** Undefined when the request is allowed. */
export function refusalOf(session: TemporaryCredential, request: AccessRequest): Refusal | undefined {
  const ofSession = session.sessionPolicy ? evaluatePolicy(session.sessionPolicy, request) : "allow";
  if (ofSession !== "allow") return { verdict: ofSession, policy: "session" };
  const ofRole = evaluatePolicy(session.rolePolicy, request);
  return ofRole === "allow" ? undefined : { verdict: ofRole, policy: "role" };
}
