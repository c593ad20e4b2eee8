import type { IncomingMessage, ServerResponse } from "node:http";
import { Readable } from "node:stream";
import { finished, pipeline } from "node:stream/promises";
import type { Clock } from "@/lib/clock";
import type { Faults } from "@/lib/sandbox/core/faults";
import type { HttpHandler } from "@/lib/sandbox/core/listen";
import { ossRequestId } from "@/lib/sandbox/core/request-id";
import type { SandboxAccount } from "@/lib/sandbox/core/types";
import type { TemporaryCredentials } from "@/lib/sandbox/sts/credentials";
import { authorize } from "./access";
import { type AuthenticationContext, authenticate, type Caller } from "./authenticate";
import type { Call, Reply } from "./call";
import { NotModified } from "./conditions";
import { corsHeaders, findCorsRule, parseRequestHeaders } from "./cors";
import { errorXml, OssError, ossError } from "./errors";
import { hideEtag, refuseExpired, refuseOnDemand, skewMs } from "./faults";
import { metaHeaders } from "./object-headers";
import { detectOperation, type Operation } from "./operation";
import { OPERATIONS } from "./operations";
import { checkReferer } from "./referer";
import { type OssRequest, parseRequest } from "./request";
import type { Store } from "./store/store";
import { errorPage, folderIndexKey, indexKey } from "./website";

export interface OssServerContext {
  account: SandboxAccount;
  credentials: TemporaryCredentials;
  region: string;
  clock: Clock;
  store: Store;
  faults?: Faults;
  /** A body of which nothing comes for so long is given up. */
  bodyIdleMs?: number;
}

const BODY_IDLE_MS = 60_000;

export function createOssHandler(context: OssServerContext): HttpHandler {
  return async (incoming, response) => {
    const requestId = ossRequestId();
    const started = performance.now();
    let request: OssRequest | undefined;
    let reply: Reply;
    incoming.setTimeout(context.bodyIdleMs ?? BODY_IDLE_MS, () => giveUp(incoming, response, requestId));
    try {
      request = parseRequest(incoming, context.region);
      reply = request.method === "OPTIONS" ? preflight(request, context) : await answer(request, context);
    } catch (error) {
      // The client went away in the middle of its body; nobody reads an answer.
      if (incoming.destroyed && !incoming.complete) return;
      reply = errorReply(toOssError(error), incoming, requestId);
    }
    const headers: Record<string, string> = {
      Server: "AliyunOSS",
      Date: new Date(context.clock.now()).toUTCString(),
      "x-oss-request-id": requestId,
      "x-oss-server-time": String(Math.round(performance.now() - started)),
      ...(request && actualCorsHeaders(request, context)),
      ...reply.headers,
    };
    if (request && context.faults?.any) hideEtag(context.faults, request, headers);
    await send(incoming, response, reply, headers);
  };
}

/** The body stopped coming: the vendor's answer, then the end of the connection, which ends the wait for the body. */
function giveUp(incoming: IncomingMessage, response: ServerResponse, requestId: string): void {
  if (incoming.complete || response.headersSent) return;
  const { status, headers, body } = errorReply(ossError("RequestTimeout"), incoming, requestId);
  response.writeHead(status, { Server: "AliyunOSS", "x-oss-request-id": requestId, Connection: "close", ...headers });
  response.end(body, () => incoming.destroy());
}

async function answer(asSent: OssRequest, context: OssServerContext): Promise<Reply> {
  const { account, credentials, region, store, faults } = context;
  const now = context.clock.now() + (faults?.any ? skewMs(faults, asSent) : 0);
  if (faults?.any) refuseExpired(faults, asSent, now);
  const { request, caller } = identify(asSent, { account, credentials, region, now });
  const operation = detectOperation(request);
  if (faults?.any) refuseOnDemand(faults, request);
  const call: Call = { request, store, account, credentials, caller, region, now };
  return serve(operation, call);
}

/** Who asks, and for which key: a plus sign in the path means what its sender signed. */
function identify(asSent: OssRequest, context: AuthenticationContext): { request: OssRequest; caller: Caller } {
  try {
    return { request: asSent, caller: authenticate(asSent, context) };
  } catch (error) {
    const path = asSent.incoming.url?.split("?")[0] ?? "";
    if (!(error instanceof OssError && error.code === "SignatureDoesNotMatch" && path.includes("+"))) throw error;
    const request = parseRequest(asSent.incoming, context.region, "space");
    try {
      return { request, caller: authenticate(request, context) };
    } catch {
      throw error;
    }
  }
}

async function serve(operation: Operation, call: Call): Promise<Reply> {
  const index = indexKey(call);
  if (index !== undefined) return serve("GetObject", { ...call, request: { ...call.request, key: index } });
  authorize(operation, call);
  checkReferer(call);
  try {
    return await OPERATIONS[operation](call);
  } catch (error) {
    const folderIndex = operation === "GetObject" ? folderIndexKey(call, error) : undefined;
    if (folderIndex !== undefined) return serve(operation, { ...call, request: { ...call.request, key: folderIndex } });
    const page = errorPage(call, error);
    if (page) return page;
    throw error;
  }
}

function preflight(request: OssRequest, { store }: OssServerContext): Reply {
  const origin = request.headers.get("origin");
  const method = request.headers.get("access-control-request-method");
  if (!origin) {
    throw ossError("BadRequest", { message: "Insufficient information. Origin request header needed." });
  }
  if (!method) {
    const message = "Insufficient information. Request Access-Control-Request-Method header needed.";
    throw ossError("BadRequest", { message });
  }
  const headers = parseRequestHeaders(request.headers.get("access-control-request-headers"));
  const cors = store.bucket(request.bucket ?? "")?.record.cors;
  const question = { origin, method, headers };
  const rule = cors && findCorsRule(cors, question);
  if (!rule) throw ossError("AccessForbidden", { details: { Method: method, ResourceType: "OBJECT", Origin: origin } });
  return { status: 200, headers: corsHeaders(cors, rule, question) };
}

/** On errors too, or a page could not read them. */
function actualCorsHeaders(request: OssRequest, { store }: OssServerContext): Record<string, string> | undefined {
  const origin = request.headers.get("origin");
  const cors = store.bucket(request.bucket ?? "")?.record.cors;
  if (!cors) return undefined;
  const isPreflight = request.method === "OPTIONS";
  const question = origin === undefined || isPreflight ? undefined : { origin, method: request.method, headers: [] };
  const rule = question && findCorsRule(cors, question);
  if (question && rule) return corsHeaders(cors, rule, question);
  // ResponseVary holds for every answer of the bucket, whether or not a page asked.
  return cors.responseVary ? { Vary: "Origin" } : undefined;
}

function toOssError(error: unknown): OssError {
  if (error instanceof OssError) return error;
  console.error("sandbox oss:", error);
  return ossError("InternalError");
}

function errorReply(error: OssError, incoming: IncomingMessage, requestId: string): Reply {
  if (error instanceof NotModified) return { status: 304, headers: metaHeaders(error.object) };
  const host = (incoming.headers.host ?? "localhost").replace(/:\d*$/, "");
  const xml = errorXml(error, requestId, host);
  const headers: Record<string, string> = { "Content-Type": "application/xml", ...error.headers };
  if (error.ec) headers["x-oss-ec"] = error.ec;
  if (incoming.method === "HEAD") headers["x-oss-err"] = Buffer.from(xml).toString("base64");
  return { status: error.status, headers, body: xml };
}

async function send(
  incoming: IncomingMessage,
  response: ServerResponse,
  reply: Reply,
  headers: Record<string, string>,
): Promise<void> {
  const { status, body } = reply;
  if (body instanceof Readable) {
    response.writeHead(status, headers);
    // Fails when the client hangs up, which is its right.
    await pipeline(body, response).catch(() => response.destroy());
    return;
  }
  const hasBody = incoming.method !== "HEAD" && status !== 304 && status !== 204;
  const bytes = Buffer.from(body ?? "");
  if (hasBody) headers["Content-Length"] = String(bytes.length);
  response.writeHead(status, headers);
  if (response.shouldKeepAlive || incoming.complete) {
    response.end(hasBody ? bytes : undefined);
    return;
  }
  // Closing while the client still sends would reset the connection and lose the answer; the vendor's front reads on.
  response.write(hasBody ? bytes : "");
  response.flushHeaders();
  await readOn(incoming);
  response.end();
}

const READ_ON_MS = 30_000;

/** Drops what still comes, until the end, the client's leaving or a time that no honest client needs. */
async function readOn(incoming: IncomingMessage): Promise<void> {
  incoming.resume();
  await finished(incoming, { signal: AbortSignal.timeout(READ_ON_MS), cleanup: true }).catch(() => undefined);
}
