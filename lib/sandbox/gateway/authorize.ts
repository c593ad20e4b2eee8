import { createHash, createHmac, timingSafeEqual } from "node:crypto";

export interface GatewayRequest {
  method: string;
  /** As on the request line, without the query. */
  path: string;
  /** Lower-case names. */
  headers: Readonly<Record<string, string>>;
  body: Uint8Array;
}

/**
 * The three forms of the Authorization header (reference: eas-gateway-and-queue.md §2): the raw token, `Bearer <token>`,
 * and the predict clients' `EAS <signature>`, keyed with the token.
 */
export function isAuthorized(request: GatewayRequest, token: string): boolean {
  const header = request.headers.authorization ?? "";
  if (header.startsWith("EAS "))
    return same(header.slice(4).trim(), predictSignature(request, token)) && bodyFits(request);
  return same(header.startsWith("Bearer ") ? header.slice(7).trim() : header.trim(), token);
}

/** The date is not compared with the clock: some clients write their local time and call it GMT. */
export function predictSignature({ method, path, headers }: Omit<GatewayRequest, "body">, token: string): string {
  const text = [method, headers["content-md5"] ?? "", headers["content-type"] ?? "", headers.date ?? "", path].join(
    "\n",
  );
  return createHmac("sha1", token).update(text).digest("base64");
}

function bodyFits({ headers, body }: GatewayRequest): boolean {
  return createHash("md5").update(body).digest("hex") === headers["content-md5"];
}

function same(a: string, b: string): boolean {
  const digest = (text: string) => createHash("sha256").update(text).digest();
  return timingSafeEqual(digest(a), digest(b));
}
