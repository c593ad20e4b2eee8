import type { Clock } from "@/lib/clock";
import type { Faults } from "@/lib/sandbox/core/faults";
import type { BrokenRequest, HttpHandler, Refusal } from "@/lib/sandbox/core/listen";
import { apiRequestId } from "@/lib/sandbox/core/request-id";
import type { SandboxAccount } from "@/lib/sandbox/core/types";
import { type Authenticate, createAuthenticator } from "./authenticate";
import type { CredentialIssuer } from "./credentials";
import { actionNotFound, missingParameter, StsFault } from "./fault";
import { refuseExpired, refuseOnDemand, skewMs } from "./faults";
import { isOperation, OPERATIONS, type Result } from "./operations";
import { readRequest, type StsRequest } from "./request";

/*
 * Security Token Service, version 2015-04-01, in RPC style: read → find the action → authenticate → run. The gateway in
 * front of the vendor's STS finds the action before it looks at the signature, and so does this.
 */

const API_VERSION = "2015-04-01";

export interface StsContext {
  account: SandboxAccount;
  credentials: CredentialIssuer;
  clock: Clock;
  faults?: Faults;
}

export function createStsHandler(context: StsContext): HttpHandler {
  const authenticate = createAuthenticator(context.account, context.credentials, context.clock);
  return async (incoming, response) => {
    const requestId = apiRequestId();
    const host = (incoming.headers.host ?? "").replace(/[^\w.:[\]-]/g, "");
    let request: StsRequest | undefined;
    let status = 200;
    let root: string;
    let content: Result;
    try {
      request = await readRequest(incoming);
      const { action, result } = await run(context, authenticate, request);
      root = `${action}Response`;
      content = { RequestId: requestId, ...result };
    } catch (error) {
      // A body that broke off is for the listener, which drops the connection.
      if (!(error instanceof StsFault) && incoming.destroyed && !incoming.complete) throw error;
      const fault = toFault(error);
      status = fault.status;
      root = "Error";
      content = errorContent(fault, requestId, host);
    }
    const isJson = request?.format === "JSON";
    const text = isJson ? JSON.stringify(content) : toXml(root, content);
    response.writeHead(status, {
      "content-type": isJson ? "application/json;charset=utf-8" : XML_TYPE,
      "content-length": Buffer.byteLength(text),
      "x-acs-request-id": requestId,
    });
    response.end(text);
  };
}

/** openapi-core compares the type of XML errors letter by letter. */
const XML_TYPE = "text/xml;charset=utf-8";

function errorContent(fault: StsFault, requestId: string, host: string): Result {
  return {
    RequestId: requestId,
    HostId: host,
    Code: fault.code,
    Message: fault.message,
    Recommend: `https://api.aliyun.com/troubleshoot?q=${encodeURIComponent(fault.code)}&product=Sts&requestId=${requestId}`,
  };
}

const BROKEN_STATUS = { malformed: 400, "cut-short": 400, "headers-too-large": 431, timeout: 408 } as const;

/** What never was a whole request is refused in the form of STS. The code is a choice of ours: no source names it. */
export function refuseBroken(problem: BrokenRequest): Refusal {
  const message = `The request is ${problem.replaceAll("-", " ")}.`;
  const fault = new StsFault(BROKEN_STATUS[problem], "InvalidRequest", message);
  const body = toXml("Error", errorContent(fault, apiRequestId(), ""));
  return { status: fault.status, contentType: XML_TYPE, body };
}

async function run(context: StsContext, authenticate: Authenticate, request: StsRequest) {
  const { signed, action, version, parameters } = request;
  if (signed.method !== "GET" && signed.method !== "POST")
    throw new StsFault(403, "UnsupportedHTTPMethod", "This http method not supported.");
  if (!/^(XML|JSON)$/i.test(parameters.get("Format") ?? "XML"))
    throw new StsFault(400, "InvalidParameter.Format", "Specified parameter format is not valid.");
  if (!action) throw missingParameter("Action");
  if (!version) throw missingParameter("Version");
  if (version !== API_VERSION) throw new StsFault(404, "InvalidVersion", "Specified parameter Version is not valid.");
  if (!/^\/(\?|$)/.test(signed.target) || !isOperation(action)) throw actionNotFound();
  const { account, credentials, clock, faults } = context;
  if (faults?.any) refuseExpired(faults, request);
  const now = clock.now() + (faults?.any ? skewMs(faults, request) : 0);
  const signer = authenticate(request, now);
  if (faults?.any) refuseOnDemand(faults, request);
  const facts = {
    "acs:SourceIp": request.sourceIp,
    "acs:SecureTransport": "false",
    "acs:CurrentTime": new Date(clock.now()).toISOString(),
  };
  return { action, result: await OPERATIONS[action]({ account, credentials, clock, signer, parameters, facts }) };
}

function toFault(error: unknown): StsFault {
  if (error instanceof StsFault) return error;
  console.error("sandbox: STS operation failed", error);
  return new StsFault(500, "InternalError", "STS Server Internal Error happened, please send the RequestId to us.");
}

const ENTITIES: Record<string, string> = { "&": "&amp;", "<": "&lt;", ">": "&gt;", '"': "&quot;", "'": "&apos;" };

function toXml(root: string, content: Result): string {
  const element = (name: string, value: Result[string]): string => {
    if (value === undefined) return "";
    const inner =
      typeof value === "string"
        ? value.replace(/[&<>"']/g, (character) => ENTITIES[character] ?? "")
        : Object.entries(value)
            .map(([child, part]) => element(child, part))
            .join("");
    return `<${name}>${inner}</${name}>`;
  };
  return `<?xml version='1.0' encoding='UTF-8'?>${element(root, content)}`;
}
