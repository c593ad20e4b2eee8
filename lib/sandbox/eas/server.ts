import type { IncomingMessage } from "node:http";
import type { Faults } from "@/lib/sandbox/core/faults";
import type { BrokenRequest, HttpHandler, Refusal } from "@/lib/sandbox/core/listen";
import { readBody } from "@/lib/sandbox/core/read-body";
import { apiRequestId } from "@/lib/sandbox/core/request-id";
import { type Authenticate, createAuthenticator } from "./authenticate";
import type { Cloud } from "./cloud";
import { ApiFault, actionNotFound } from "./fault";
import { refuseExpired, refuseOnDemand, skewMs } from "./faults";
import { HANDLERS } from "./handlers";
import { API_VERSIONS, apiOf, findOperation } from "./operations";
import { requireRight } from "./rights";
import { type SignedRequest, splitTarget } from "./signature";

/*
 * The EAS OpenAPI, version 2021-07-01, and the part of AIWorkSpace 2021-02-04 that goes with it. Each request: read →
 * authenticate → find the operation → run. Truth is the wire reference (eas-openapi.md), not our own client.
 */

/** A configuration is a few kilobytes. */
const MAX_BODY_BYTES = 4 * 1024 * 1024;

export function createEasHandler(cloud: Cloud, faults: Faults): HttpHandler {
  const authenticate = createAuthenticator(cloud.account, cloud.credentials, cloud.clock);
  return async (incoming, response) => {
    const requestId = apiRequestId();
    const reply = await run(cloud, faults, authenticate, incoming, requestId).catch((error: unknown) => {
      // A body that broke off is for the listener, which drops the connection.
      if (!(error instanceof ApiFault) && incoming.destroyed && !incoming.complete) throw error;
      return toErrorReply(error, requestId, incoming.headers.host ?? "");
    });
    const text = JSON.stringify(reply.body);
    response.writeHead(reply.status, {
      "content-type": "application/json;charset=utf-8",
      "content-length": Buffer.byteLength(text),
      "x-acs-request-id": requestId,
      ...reply.headers,
    });
    response.end(text);
  };
}

interface Reply {
  status: number;
  headers?: Readonly<Record<string, string>>;
  body: object;
}

async function run(
  cloud: Cloud,
  faults: Faults,
  authenticate: Authenticate,
  incoming: IncomingMessage,
  requestId: string,
): Promise<Reply> {
  const body = await readBody(incoming, MAX_BODY_BYTES);
  if (!body) throw new ApiFault(413, "RequestEntityTooLarge", "The request body is too large.");
  const request = toSignedRequest(incoming);
  if (faults.any) refuseExpired(faults, request);
  const signer = authenticate(request, body, faults.any ? skewMs(faults, request) : 0);
  const { path, query } = splitTarget(request.target);
  if (request.headers["x-acs-version"] !== API_VERSIONS[apiOf(path)])
    throw new ApiFault(404, "InvalidVersion", "Specified parameter Version is not valid.");
  const match = findOperation(request.method, path);
  const action = request.headers["x-acs-action"];
  if (!match || (action !== undefined && action !== match.operation)) throw actionNotFound();
  if (faults.any) refuseOnDemand(faults, request);
  requireRight(cloud, signer, apiOf(path), match, incoming);
  const result = await HANDLERS[match.operation]({
    cloud,
    params: match.params,
    query: new URLSearchParams(query),
    body,
  });
  return { status: 200, body: { RequestId: requestId, ...result } };
}

function toErrorReply(error: unknown, requestId: string, host: string): Reply {
  const fault = error instanceof ApiFault ? error : internalFault(error);
  return {
    status: fault.status,
    headers: fault.headers,
    body: {
      RequestId: requestId,
      HostId: host,
      Code: fault.code,
      Message: fault.message,
      Recommend: `https://api.aliyun.com/troubleshoot?q=${encodeURIComponent(fault.code)}&product=eas&requestId=${requestId}`,
    },
  };
}

function internalFault(error: unknown): ApiFault {
  console.error("sandbox: EAS operation failed", error);
  return new ApiFault(500, "InternalError", "The request processing has failed due to some unknown error.");
}

function toSignedRequest(incoming: IncomingMessage): SignedRequest {
  const headers = Object.entries(incoming.headers).flatMap(([name, value]) =>
    value === undefined ? [] : [[name, Array.isArray(value) ? value.join(",") : value] as const],
  );
  return { method: incoming.method ?? "GET", target: incoming.url ?? "/", headers: Object.fromEntries(headers) };
}

const BROKEN_STATUS = { malformed: 400, "cut-short": 400, "headers-too-large": 431, timeout: 408 } as const;

/** What never was a whole request is refused in the API's form. The code is a choice of ours: no source names it. */
export function refuseBroken(problem: BrokenRequest): Refusal {
  const fault = new ApiFault(
    BROKEN_STATUS[problem],
    "InvalidRequest",
    `The request is ${problem.replaceAll("-", " ")}.`,
  );
  const { status, body } = toErrorReply(fault, apiRequestId(), "");
  return { status, contentType: "application/json;charset=utf-8", body: JSON.stringify(body) };
}
