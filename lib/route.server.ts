import "server-only";
import { randomUUID } from "node:crypto";
import { unstable_rethrow } from "next/navigation";
import type { NextRequest } from "next/server";
import type { z } from "zod";
import { findToken } from "@/lib/auth/api-tokens";
import type { Right } from "@/lib/auth/rights";
import { isSameOrigin } from "@/lib/auth/same-origin";
import { currentSession, currentToken } from "@/lib/auth/session.server";
import { userOfSession } from "@/lib/auth/sessions";
import { systemClock } from "@/lib/clock";
import { admit, type Caller, type Context, isStillAdmitted } from "@/lib/context.server";
import { database } from "@/lib/database.server";
import { AppError, type ErrorCode } from "@/lib/errors";
import { parseInput, toFailure } from "@/lib/failure.server";
import { metrics, routeOf } from "@/lib/metrics";
import { readBounded } from "@/lib/read-bounded";
import { RELEASE, RELEASE_HEADER, RELEASE_PARAMETER } from "@/lib/release";
import { takeTurn } from "@/lib/turns.server";

/** The request, parsed on demand: each method throws `invalid_input` when the schema does not match. */
export interface Call {
  readonly request: NextRequest;
  readonly signal: AbortSignal;
  /** Whether the caller still has the right, their session or token included. For streams, which outlive the question. */
  mayGoOn(): Promise<boolean>;
  /** The dynamic segments of the path. */
  params<S extends z.ZodType>(schema: S): Promise<z.output<S>>;
  /** The query string; a name given several times becomes an array. */
  query<S extends z.ZodType>(schema: S): z.output<S>;
  /** The JSON body. */
  body<S extends z.ZodType>(schema: S): Promise<z.output<S>>;
  /** The fields of a form that the browser sent by itself. */
  form<S extends z.ZodType>(schema: S): Promise<z.output<S>>;
}

type RouteHandler = (request: NextRequest, context: { params: Promise<unknown> }) => Promise<Response>;

/**
 * A route handler: origin (on writes), session, right, then `handler`, whose value becomes JSON unless it is a Response.
 * `right` null = any signed-in person. Failures answer with an ErrorView and its status. Programs come with a token in
 * `Authorization` in place of a session: no browser sends that by itself, so their origin does not matter.
 */
export function route(right: Right | null, handler: (context: Context, call: Call) => Promise<unknown>): RouteHandler {
  return async (request, { params }) => {
    const requestId = requestIdOf(request.headers);
    const timed = metrics().requests.startTimer({ method: request.method });
    const response = await answer(right, handler, request, params, requestId);
    response.headers.set("x-request-id", requestId);
    timed({ route: routeOf(request.nextUrl.pathname, Object(await params)), status: response.status });
    return response;
  };
}

async function answer(
  right: Right | null,
  handler: (context: Context, call: Call) => Promise<unknown>,
  request: NextRequest,
  params: Promise<unknown>,
  requestId: string,
): Promise<Response> {
  try {
    const release = request.nextUrl.searchParams.get(RELEASE_PARAMETER);
    if (release !== null && release !== RELEASE) throw new AppError("conflict", { params: { reason: "release" } });
    const { again, ...caller } = request.headers.has("authorization") ? await program(right) : await person(request);
    const connectionId = request.nextUrl.searchParams.get("connection") ?? undefined;
    const ctx = await admit(caller, right, request.signal, connectionId);
    const mayGoOn = async () => right !== null && isStillAdmitted(await again(), right, ctx.connection.id);
    const value = await handler(ctx, { ...toCall(request, params), mayGoOn });
    if (value instanceof Response) return value;
    return Response.json(value ?? null, { headers: { "cache-control": "no-store", [RELEASE_HEADER]: RELEASE } });
  } catch (error) {
    unstable_rethrow(error);
    const where = `${request.method} ${request.nextUrl.pathname} ${requestId}`;
    const view = toFailure(error, where, request.signal);
    const headers = new Headers({ "cache-control": "no-store" });
    if (view.code === "rate_limited") headers.set("retry-after", String(view.params.seconds ?? 1));
    return Response.json(view, { status: STATUS[view.code], headers });
  }
}

/** A proxy's own id is kept, so that its log and ours tell of the same request. */
function requestIdOf(headers: Headers): string {
  const given = headers.get("x-request-id");
  return given && /^[\w.-]{8,80}$/.test(given) ? given : randomUUID();
}

interface Admission extends Caller {
  /** The same caller as they are now; undefined when their session or token is over. */
  again(): Promise<Caller | undefined>;
}

async function person(request: NextRequest): Promise<Admission> {
  const isRead = request.method === "GET" || request.method === "HEAD";
  if (!isRead && !isSameOrigin(request.headers)) throw new AppError("forbidden", { params: { reason: "origin" } });
  const session = await currentSession();
  if (!session) throw new AppError("not_signed_in");
  takeTurn.person(session.user.id);
  const again = async () => {
    const user = await userOfSession(database(), systemClock, session.id);
    return user && { user };
  };
  return { user: session.user, again };
}

async function program(right: Right | null): Promise<Admission> {
  const token = await currentToken();
  if (!token) throw new AppError("not_signed_in");
  if (!right) throw new AppError("forbidden", { params: { right: "session" } });
  takeTurn.program(token.id);
  return { ...token, again: () => findToken(database(), systemClock, token.secret) };
}

function toCall(request: NextRequest, params: Promise<unknown>): Omit<Call, "mayGoOn"> {
  return {
    request,
    signal: request.signal,
    params: async (schema) => parseInput(schema, await params),
    query: (schema) => {
      const search = request.nextUrl.searchParams;
      const values = [...new Set(search.keys())].map((key) => {
        const all = search.getAll(key);
        return [key, all.length > 1 ? all : all[0]];
      });
      return parseInput(schema, Object.fromEntries(values));
    },
    body: async (schema) => {
      const text = await boundedText(request);
      let body: unknown;
      try {
        body = JSON.parse(text);
      } catch (cause) {
        throw new AppError("invalid_input", { params: { field: "", rule: "json" }, cause });
      }
      return parseInput(schema, body);
    },
    form: async (schema) => {
      const text = await boundedText(request);
      if (!request.headers.get("content-type")?.startsWith("application/x-www-form-urlencoded"))
        throw new AppError("invalid_input", { params: { field: "", rule: "form" } });
      return parseInput(schema, Object.fromEntries(new URLSearchParams(text)));
    },
  };
}

/** The largest say what thousands of uploaded files are; pictures and parts of files have bounds of their own. */
const BODY_BYTES_MAX = 16 * 1024 * 1024;

async function boundedText(request: NextRequest): Promise<string> {
  const bytes = await readBounded(request.body, BODY_BYTES_MAX);
  if (!bytes) throw new AppError("invalid_input", { params: { field: "", rule: "size", maxBytes: BODY_BYTES_MAX } });
  return new TextDecoder().decode(bytes);
}

const STATUS: Record<ErrorCode, number> = {
  not_signed_in: 401,
  forbidden: 403,
  not_found: 404,
  conflict: 409,
  invalid_input: 400,
  // The cloud refused our account: the person's own session is fine, so not 401.
  invalid_credentials: 502,
  permission_denied: 403,
  quota_exceeded: 409,
  out_of_stock: 409,
  arrears: 402,
  throttled: 429,
  timeout: 504,
  network: 502,
  cancelled: 499,
  not_ready: 503,
  rate_limited: 429,
  upstream: 502,
  clock_skew: 502,
  internal: 500,
};
