/**
 * CORS as OSS evaluates it: rules in order, the first match decides, and a match answers with that rule's own exposed
 * headers even if a later rule exposes more (reference: oss-rest.md §8).
 */
import type { CorsRule } from "./types";

/** What our uploader reads of an answer. */
const EXPOSE = ["ETag", "x-oss-request-id", "x-oss-hash-crc64ecma", "x-oss-version-id", "x-oss-ec"];
const METHODS = ["PUT", "POST", "GET", "HEAD", "DELETE"];
const MAX_AGE_SECONDS = 3600;

/** The rule that lets the console at `origin` (scheme, host, port; no trailing slash) use a bucket. */
export function consoleCorsRule(origin: string): CorsRule {
  return {
    allowedOrigins: [origin],
    allowedMethods: METHODS,
    allowedHeaders: ["*"],
    exposeHeaders: EXPOSE,
    maxAgeSeconds: MAX_AGE_SECONDS,
  };
}

/** One `*` stands for any text. */
function matches(pattern: string, value: string): boolean {
  const star = pattern.indexOf("*");
  if (star < 0) return pattern === value;
  const head = pattern.slice(0, star);
  const tail = pattern.slice(star + 1);
  return value.length >= head.length + tail.length && value.startsWith(head) && value.endsWith(tail);
}

/** The rule that answers a browser's PUT or GET from `origin` with no header beyond Content-Type. */
function firstMatch(rules: readonly CorsRule[], origin: string, method: string): CorsRule | undefined {
  return rules.find(
    (rule) => rule.allowedOrigins.some((pattern) => matches(pattern, origin)) && rule.allowedMethods.includes(method),
  );
}

export type CorsVerdict =
  | { ok: true }
  /** No rule admits the method. */
  | { ok: false; reason: "refused"; method: string }
  /** A rule matches but hides a header; `shadows` when a later rule would have shown it. */
  | { ok: false; reason: "hidden"; header: string; shadows: boolean };

/** Whether a page at `origin` can upload (parts, forms) and read back, and sees ETag and CRC-64. */
export function corsAllows(rules: readonly CorsRule[], origin: string): CorsVerdict {
  for (const method of ["PUT", "POST", "GET", "HEAD"]) {
    if (!firstMatch(rules, origin, method)) return { ok: false, reason: "refused", method };
  }
  const rule = firstMatch(rules, origin, "PUT");
  for (const header of ["ETag", "x-oss-hash-crc64ecma"]) {
    if (rule && exposes(rule, header)) continue;
    const later = rules.filter((other) => other !== rule && firstMatch([other], origin, "PUT"));
    return { ok: false, reason: "hidden", header, shadows: later.some((other) => exposes(other, header)) };
  }
  return { ok: true };
}

function exposes(rule: CorsRule, header: string): boolean {
  return rule.exposeHeaders.some((name) => name.toLowerCase() === header.toLowerCase());
}

/** OSS's limit of rules in one bucket (2021 figure; reference: oss-rest.md §8). */
const RULES_MAX = 10;

/**
 * The rules after adding ours. It goes first, so that no other rule can shadow it; an earlier copy of ours is replaced;
 * foreign rules stay as they are. Undefined when there is no room.
 */
export function withConsoleRule(rules: readonly CorsRule[], origin: string): CorsRule[] | undefined {
  const others = rules.filter((rule) => rule.allowedOrigins.length !== 1 || rule.allowedOrigins[0] !== origin);
  return others.length < RULES_MAX ? [consoleCorsRule(origin), ...others] : undefined;
}
