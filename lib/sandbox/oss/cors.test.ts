import { describe, expect, test } from "vitest";
import { corsHeaders, findCorsRule, parseCorsConfiguration } from "./cors";
import type { CorsRule } from "./store/records";
import { parseXml } from "./xml";

function rule(values: Partial<CorsRule>): CorsRule {
  return { allowedOrigins: ["*"], allowedMethods: ["GET"], allowedHeaders: [], exposeHeaders: [], ...values };
}

describe("which rule allows it", () => {
  const origin = "http://localhost:3000";
  test.each<[string, Partial<CorsRule>, { origin?: string; method?: string; headers?: string[] }, boolean]>([
    ["exact origin", { allowedOrigins: [origin] }, {}, true],
    ["other port", { allowedOrigins: ["http://localhost:3001"] }, {}, false],
    ["trailing slash is another origin", { allowedOrigins: [`${origin}/`] }, {}, false],
    ["any origin", {}, {}, true],
    ["wildcard inside", { allowedOrigins: ["http://*:3000"] }, {}, true],
    ["wildcard, wrong end", { allowedOrigins: ["http://*:3001"] }, {}, false],
    ["wildcard may not overlap itself", { allowedOrigins: ["http://localhost*localhost:3000"] }, {}, false],
    ["method not listed", {}, { method: "PUT" }, false],
    ["method listed", { allowedMethods: ["GET", "PUT"] }, { method: "PUT" }, true],
    ["header not listed", {}, { headers: ["x-oss-date"] }, false],
    ["any header", { allowedHeaders: ["*"] }, { headers: ["x-oss-date", "content-md5"] }, true],
    ["header in another case", { allowedHeaders: ["X-Oss-Date"] }, { headers: ["x-oss-date"] }, true],
    ["header by wildcard", { allowedHeaders: ["x-oss-*"] }, { headers: ["x-oss-date"] }, true],
    ["one of two headers", { allowedHeaders: ["x-oss-*"] }, { headers: ["x-oss-date", "content-md5"] }, false],
  ])("%s", (_, values, question, allowed) => {
    const found = findCorsRule({ rules: [rule(values)] }, { origin, method: "GET", headers: [], ...question });
    expect(found !== undefined).toBe(allowed);
  });

  test("the first match wins", () => {
    const first = rule({ maxAgeSeconds: 1 });
    const found = findCorsRule(
      { rules: [rule({ allowedMethods: ["PUT"] }), first, rule({ maxAgeSeconds: 2 })] },
      { origin, method: "GET", headers: [] },
    );
    expect(found).toBe(first);
  });
});

test("the answer repeats the origin and the asked headers; a rule for all says so", () => {
  const question = { origin: "http://a", method: "PUT", headers: ["content-md5"] };
  const exact = rule({ allowedOrigins: ["http://a"], exposeHeaders: ["ETag", "x-oss-ec"], maxAgeSeconds: 60 });
  expect(corsHeaders({ rules: [exact], responseVary: true }, exact, question)).toEqual({
    "Access-Control-Allow-Origin": "http://a",
    "Access-Control-Allow-Methods": "GET",
    "Access-Control-Allow-Headers": "content-md5",
    "Access-Control-Expose-Headers": "ETag, x-oss-ec",
    "Access-Control-Max-Age": "60",
    Vary: "Origin",
  });
  expect(corsHeaders({ rules: [rule({})] }, rule({}), question)["Access-Control-Allow-Origin"]).toBe("*");
});

describe("configurations that are refused", () => {
  const xml = (inner: string) => parseXml(`<CORSConfiguration>${inner}</CORSConfiguration>`);
  const one = "<CORSRule><AllowedOrigin>*</AllowedOrigin><AllowedMethod>GET</AllowedMethod></CORSRule>";
  test.each([
    ["", "MalformedXML"],
    [one.repeat(11), "CORSRuleBeyondLimit"],
    ["<CORSRule><AllowedMethod>GET</AllowedMethod></CORSRule>", "MalformedXML"],
    [one.replace("GET", "PATCH"), "MalformedXML"],
    [one.replace("*", "http://*.*"), "MalformedXML"],
    [one.replace("</CORSRule>", "<ExposeHeader>x-*</ExposeHeader></CORSRule>"), "MalformedXML"],
    [one.replace("</CORSRule>", "<ExposeHeader>x-a&#10;x-b</ExposeHeader></CORSRule>"), "MalformedXML"],
    [one.replace("</CORSRule>", "<MaxAgeSeconds>-1</MaxAgeSeconds></CORSRule>"), "MalformedXML"],
  ])("%s", (inner, code) => {
    expect(() => parseCorsConfiguration(xml(inner))).toThrow(expect.objectContaining({ code }));
  });
  test("ten rules are accepted", () => {
    expect(parseCorsConfiguration(xml(one.repeat(10))).rules).toHaveLength(10);
  });
});
