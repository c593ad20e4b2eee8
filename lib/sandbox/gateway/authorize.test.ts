import { createHash } from "node:crypto";
import { describe, expect, test } from "vitest";
import { isAuthorized, predictSignature } from "./authorize";

const TOKEN = "YWJjZGVm==";
const body = Buffer.from("[{}]");
const plain = { method: "POST", path: "/api/predict/demo", headers: {}, body };

describe("token", () => {
  test.each([
    ["raw", TOKEN, true],
    ["Bearer", `Bearer ${TOKEN}`, true],
    ["another", "xyz", false],
    ["a part of it", TOKEN.slice(0, -1), false],
    ["nothing", "", false],
    ["Basic", `Basic ${TOKEN}`, false],
  ])("%s", (_, authorization, expected) => {
    expect(isAuthorized({ ...plain, headers: { authorization } }, TOKEN)).toBe(expected);
  });

  test("no header at all", () => {
    expect(isAuthorized(plain, TOKEN)).toBe(false);
  });
});

describe("the predict clients' signature", () => {
  const headers = {
    "content-md5": createHash("md5").update(body).digest("hex"),
    "content-type": "application/octet-stream",
    date: "Fri, 02 Jan 2026 03:04:05 GMT",
  };
  const signed = (change: { path?: string; token?: string } = {}) => ({
    ...plain,
    headers: {
      ...headers,
      authorization: `EAS ${predictSignature({ ...plain, ...change, headers }, change.token ?? TOKEN)}`,
    },
  });

  test("has the documented form", () => {
    // printf 'POST\n%s\napplication/octet-stream\nFri, 02 Jan 2026 03:04:05 GMT\n/api/predict/demo' <md5> | openssl dgst -sha1 -hmac TOKEN -binary | base64
    expect(predictSignature({ ...plain, headers }, TOKEN)).toBe("P/5/xvczDNOUj5gskJf+RAL7n4g=");
  });
  test("passes", () => expect(isAuthorized(signed(), TOKEN)).toBe(true));
  test("with another token", () => expect(isAuthorized(signed({ token: "x" }), TOKEN)).toBe(false));
  test("for another path", () => expect(isAuthorized(signed({ path: "/api/predict/demo/x" }), TOKEN)).toBe(false));
  test("with another body", () => expect(isAuthorized({ ...signed(), body: Buffer.from("x") }, TOKEN)).toBe(false));
});
