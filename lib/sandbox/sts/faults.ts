import type { IncomingMessage } from "node:http";
import type { FaultOccasion, Faults } from "@/lib/sandbox/core/faults";
import { StsFault } from "./fault";
import type { StsRequest } from "./request";

/** Faults on demand that STS itself makes; those of the line are core's. */

function occasionOf({ action, signed }: StsRequest): FaultOccasion {
  return { server: "sts", operation: action, method: signed.method, path: signed.target.split("?")[0] };
}

/** How far the server's clock is off for this request. */
export function skewMs(faults: Faults, request: StsRequest): number {
  return (faults.take("clock-skew", occasionOf(request))?.seconds ?? 0) * 1000;
}

/** Answers as for credentials that were good until now. */
export function refuseExpired(faults: Faults, request: StsRequest): void {
  const token = request.signed.headers["x-acs-security-token"] ?? request.parameters.get("SecurityToken");
  const held = token === undefined ? "key" : "token";
  const fits = ({ what }: { what: string }) => what === "any" || what === held;
  if (!faults.takeIf("expired-credentials", occasionOf(request), fits)) return;
  if (held === "key") throw new StsFault(404, "InvalidAccessKeyId.NotFound", "Specified access key is not found.");
  throw new StsFault(400, "InvalidSecurityToken.Expired", "Specified SecurityToken is expired.");
}

export function refuseOnDemand(faults: Faults, request: StsRequest): void {
  const fault = faults.take("vendor-error", occasionOf(request));
  if (fault) throw new StsFault(fault.status, fault.code, fault.message);
}

/** For the line, which sees a request before the server does; an action in a form's body is not known yet. */
export function describe(incoming: IncomingMessage): FaultOccasion {
  const [path, query] = (incoming.url ?? "/").split("?");
  const action = new URLSearchParams(query).get("Action") ?? incoming.headers["x-acs-action"];
  return { server: "sts", operation: typeof action === "string" ? action : undefined, method: incoming.method, path };
}
