import type { IncomingMessage } from "node:http";
import type { FaultOccasion, Faults } from "@/lib/sandbox/core/faults";
import type { BrokenRequest, Refusal } from "@/lib/sandbox/core/listen";
import { ossRequestId } from "@/lib/sandbox/core/request-id";
import { errorXml, OssError, ossError } from "./errors";
import { detectOperation } from "./operation";
import { type OssRequest, parseRequest } from "./request";

/** Faults on demand that the server itself makes; those of the line are core's. */

/** For the line, which sees a request before the server does. */
export function describe(incoming: IncomingMessage, region: string): FaultOccasion {
  try {
    return occasionOf(parseRequest(incoming, region));
  } catch {
    return { server: "oss", method: incoming.method, path: (incoming.url ?? "/").split("?")[0] };
  }
}

/** What never was a whole request is refused as XML. */
export function refuseBroken(problem: BrokenRequest): Refusal {
  const error = ossError(problem === "timeout" || problem === "cut-short" ? "RequestTimeout" : "BadRequest");
  const requestId = ossRequestId();
  return {
    status: error.status,
    contentType: "application/xml",
    headers: { Server: "AliyunOSS", "x-oss-request-id": requestId },
    body: errorXml(error, requestId, "oss.aliyuncs.com"),
  };
}

/** What is asked for, as far as the request says. */
function occasionOf(request: OssRequest): FaultOccasion {
  const { method, bucket, key, incoming } = request;
  const path = (incoming.url ?? "/").split("?")[0];
  return { server: "oss", operation: operationOf(request), method, path, bucket, key };
}

function operationOf(request: OssRequest): string | undefined {
  try {
    return detectOperation(request);
  } catch {
    return undefined;
  }
}

/** How far the server's clock is off for this request. */
export function skewMs(faults: Faults, request: OssRequest): number {
  return (faults.take("clock-skew", occasionOf(request))?.seconds ?? 0) * 1000;
}

/** Answers as for credentials that were good until now (reference: oss-rest.md §7, §13). */
export function refuseExpired(faults: Faults, request: OssRequest, now: number): void {
  const credentials = credentialsOf(request);
  if (!credentials) return;
  const struck = faults.takeIf(
    "expired-credentials",
    occasionOf(request),
    ({ what }) => what === "any" || credentials.has(what),
  );
  if (!struck) return;
  const what = struck.what === "any" ? [...credentials][0] : struck.what;
  if (what === "url") {
    const time = new Date(now).toISOString();
    throw ossError("AccessDenied", { message: "Request has expired.", details: { Expires: time, ServerTime: time } });
  }
  if (what === "key") throw ossError("InvalidAccessKeyId");
  throw new OssError("SecurityTokenExpired", { status: 403, message: "The security token you provided has expired." });
}

/** What a request identifies itself with; undefined for an anonymous one. */
function credentialsOf(request: OssRequest): Set<"url" | "token" | "key"> | undefined {
  const isUrl = ["x-oss-signature", "Signature"].some((name) => request.parameter(name) !== undefined);
  if (!isUrl && !request.headers.has("authorization")) return undefined;
  const hasToken =
    request.headers.has("x-oss-security-token") ||
    ["x-oss-security-token", "security-token"].some((name) => request.parameter(name) !== undefined);
  return new Set([...(isUrl ? (["url"] as const) : []), hasToken ? "token" : "key"]);
}

export function refuseOnDemand(faults: Faults, request: OssRequest): void {
  const fault = faults.take("vendor-error", occasionOf(request));
  if (fault) throw new OssError(fault.code, { status: fault.status, message: fault.message });
}

const EXPOSED = "Access-Control-Expose-Headers";

/** As under a rule that does not name ETag among the exposed headers. Only an answer that a page may read can lose it. */
export function hideEtag(faults: Faults, request: OssRequest, headers: Record<string, string>): void {
  const names = (headers[EXPOSED] ?? "").split(", ");
  const rest = names.filter((name) => !/^etag$/i.test(name));
  if (rest.length === names.length || request.method === "OPTIONS") return;
  if (!faults.take("lost-etag", occasionOf(request))) return;
  if (rest.length === 0) delete headers[EXPOSED];
  else headers[EXPOSED] = rest.join(", ");
}
