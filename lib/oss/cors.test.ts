import { describe, expect, test } from "vitest";
import { consoleCorsRule, corsAllows, withConsoleRule } from "./cors";
import type { CorsRule } from "./types";

const ORIGIN = "https://easel.example.com:8443";

function rule(over: Partial<CorsRule>): CorsRule {
  return { ...consoleCorsRule(ORIGIN), ...over };
}

describe("corsAllows", () => {
  test.each<[string, CorsRule[], ReturnType<typeof corsAllows>]>([
    ["our own rule", [consoleCorsRule(ORIGIN)], { ok: true }],
    ["any origin", [rule({ allowedOrigins: ["*"] })], { ok: true }],
    ["a wildcard inside", [rule({ allowedOrigins: ["https://*.example.com:8443"] })], { ok: true }],
    ["no rule", [], { ok: false, reason: "refused", method: "PUT" }],
    [
      "another port",
      [rule({ allowedOrigins: ["https://easel.example.com"] })],
      { ok: false, reason: "refused", method: "PUT" },
    ],
    [
      "a slash at the end of the origin",
      [rule({ allowedOrigins: [`${ORIGIN}/`] })],
      { ok: false, reason: "refused", method: "PUT" },
    ],
    ["PUT without GET", [rule({ allowedMethods: ["PUT", "POST"] })], { ok: false, reason: "refused", method: "GET" }],
    ["no forms", [rule({ allowedMethods: ["PUT", "GET", "HEAD"] })], { ok: false, reason: "refused", method: "POST" }],
    [
      "ETag not exposed",
      [rule({ exposeHeaders: [] })],
      { ok: false, reason: "hidden", header: "ETag", shadows: false },
    ],
    [
      "CRC-64 not exposed",
      [rule({ exposeHeaders: ["etag"] })],
      { ok: false, reason: "hidden", header: "x-oss-hash-crc64ecma", shadows: false },
    ],
    [
      "our rule behind one that hides ETag",
      [rule({ allowedOrigins: ["*"], exposeHeaders: [] }), consoleCorsRule(ORIGIN)],
      { ok: false, reason: "hidden", header: "ETag", shadows: true },
    ],
    [
      "a rule in front that does not match",
      [rule({ allowedOrigins: ["https://other.example.com"], exposeHeaders: [] }), consoleCorsRule(ORIGIN)],
      { ok: true },
    ],
    [
      "methods spread over two rules",
      [rule({ allowedMethods: ["PUT", "POST"] }), rule({ allowedMethods: ["GET", "HEAD"], exposeHeaders: [] })],
      { ok: true },
    ],
  ])("%s", (_, rules, verdict) => {
    expect(corsAllows(rules, ORIGIN)).toEqual(verdict);
  });
});

describe("withConsoleRule", () => {
  const foreign = rule({ allowedOrigins: ["*"], exposeHeaders: [] });

  test("puts ours first and keeps the others", () => {
    const rules = withConsoleRule([foreign], ORIGIN) ?? [];
    expect(rules).toEqual([consoleCorsRule(ORIGIN), foreign]);
    expect(corsAllows(rules, ORIGIN)).toEqual({ ok: true });
  });
  test("replaces an older rule for our origin alone", () => {
    expect(withConsoleRule([rule({ allowedMethods: ["GET"] }), foreign], ORIGIN)).toEqual([
      consoleCorsRule(ORIGIN),
      foreign,
    ]);
  });
  test("says so when ten foreign rules leave no room", () => {
    expect(
      withConsoleRule(
        Array.from({ length: 10 }, () => foreign),
        ORIGIN,
      ),
    ).toBeUndefined();
  });
});
