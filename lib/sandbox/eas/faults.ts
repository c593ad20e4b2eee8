import type { IncomingMessage } from "node:http";
import type { FaultOccasion, Faults } from "@/lib/sandbox/core/faults";
import { ApiFault } from "./fault";
import { findOperation } from "./operations";
import { type SignedRequest, splitTarget } from "./signature";

/** Faults on demand that the API itself makes; those of the line are core's. */

/** For the line, which sees a request before the server does. */
export function describe(incoming: IncomingMessage): FaultOccasion {
  return occasionOf({ method: incoming.method ?? "GET", target: incoming.url ?? "/" });
}

function occasionOf({ method, target }: Pick<SignedRequest, "method" | "target">): FaultOccasion {
  const { path } = splitTarget(target);
  const match = findOperation(method, path);
  return { server: "eas", operation: match?.operation, method, path, service: match?.params.service };
}

/** How far the server's clock is off for this request. */
export function skewMs(faults: Faults, request: SignedRequest): number {
  return (faults.take("clock-skew", occasionOf(request))?.seconds ?? 0) * 1000;
}

/** Answers as for credentials that were good until now (reference: eas-openapi.md §5). */
export function refuseExpired(faults: Faults, request: SignedRequest): void {
  if (request.headers.authorization === undefined) return;
  const held = request.headers["x-acs-security-token"] === undefined ? "key" : "token";
  const fits = ({ what }: { what: string }) => what === "any" || what === held;
  if (!faults.takeIf("expired-credentials", occasionOf(request), fits)) return;
  if (held === "key") throw new ApiFault(404, "InvalidAccessKeyId.NotFound", "Specified access key is not found.");
  throw new ApiFault(400, "InvalidSecurityToken.Expired", "Specified SecurityToken is expired.");
}

/** What would be billed. */
const BILLED = new Set(["CreateService", "CloneService", "StartService"]);

export function refuseOnDemand(faults: Faults, request: SignedRequest): void {
  const occasion = occasionOf(request);
  if (BILLED.has(occasion.operation ?? "") && faults.take("arrears", occasion))
    throw new ApiFault(400, "Account.Arrearage", "The account has an overdue payment.");
  const fault = faults.take("vendor-error", occasion);
  if (!fault) return;
  const headers: Record<string, string> = {};
  if (fault.retryAfterMs !== undefined) headers["x-acs-retry-after"] = String(fault.retryAfterMs);
  throw new ApiFault(fault.status, fault.code, fault.message, headers);
}
