import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { type AccessRequest, evaluatePolicy, parsePolicy } from "./policy";
import { conditionHolds, matchesWildcards } from "./policy-conditions";

const put: AccessRequest = { action: "oss:PutObject", resource: "acs:oss:cn-hangzhou:1:models/u42/a", facts: {} };

function verdict(statements: unknown, request: Partial<AccessRequest> = {}) {
  const policy = parsePolicy(JSON.stringify({ Version: "1", Statement: statements }));
  if (!policy) throw new Error("no policy");
  return evaluatePolicy(policy, { ...put, ...request });
}

const allow = { Effect: "Allow", Action: "oss:PutObject", Resource: "acs:oss:*:*:models/u42/*" };

describe("a request is allowed when", () => {
  test.each<[string, unknown]>([
    ["one statement allows it", allow],
    ["one of several does", [{ ...allow, Action: "oss:GetObject" }, allow]],
    ["the action is in a list", { ...allow, Action: ["oss:GetObject", "oss:PutObject"] }],
    ["the action has a wildcard", { ...allow, Action: "oss:Put*" }],
    ["the action is any", { ...allow, Action: "*" }],
    ["the action is written in another case", { ...allow, Action: "OSS:putobject" }],
    ["the action is not the one left out", { ...allow, Action: undefined, NotAction: "oss:DeleteObject" }],
    ["the resource is any", { ...allow, Resource: "*" }],
    ["the region is spelled as an endpoint", { ...allow, Resource: "acs:oss:oss-cn-hangzhou:1:models/*" }],
    ["the resource is not the one left out", { ...allow, Resource: undefined, NotResource: "acs:oss:*:*:other/*" }],
    ["a question mark stands for a letter", { ...allow, Resource: "acs:oss:*:*:model?/u42/?" }],
  ])("%s", (_, statement) => {
    expect(verdict(statement)).toBe("allow");
  });
});

describe("a request is refused when", () => {
  test.each<[string, unknown, string]>([
    ["nothing allows it", { ...allow, Action: "oss:GetObject" }, "implicit-deny"],
    ["the key lies outside the prefix", { ...allow, Resource: "acs:oss:*:*:models/u43/*" }, "implicit-deny"],
    ["only the bucket is allowed", { ...allow, Resource: "acs:oss:*:*:models" }, "implicit-deny"],
    ["the region is another", { ...allow, Resource: "acs:oss:cn-beijing:*:*" }, "implicit-deny"],
    ["the account is another", { ...allow, Resource: "acs:oss:*:2:*" }, "implicit-deny"],
    ["the action is the one left out", { ...allow, Action: undefined, NotAction: "oss:Put*" }, "implicit-deny"],
    ["the resource is the one left out", { ...allow, Resource: undefined, NotResource: "*" }, "implicit-deny"],
    ["a deny fits as well, before or after", [{ ...allow, Effect: "Deny" }, allow], "explicit-deny"],
    ["a deny fits as well, at the end", [allow, { ...allow, Effect: "Deny", Resource: "*" }], "explicit-deny"],
    ["a star of the region would have to reach the bucket", { ...allow, Resource: "acs:oss:*" }, "implicit-deny"],
  ])("%s", (_, statement, expected) => {
    expect(verdict(statement)).toBe(expected);
  });

  test("its bucket only begins like the allowed one", () => {
    const one = { ...allow, Resource: ["acs:oss:*:*:models", "acs:oss:*:*:models/*"] };
    expect(verdict(one, { resource: "acs:oss:cn-hangzhou:1:models-2/a" })).toBe("implicit-deny");
  });
});

describe("conditions", () => {
  const TIME = { "acs:CurrentTime": "2026-01-02T03:04:05Z" };
  test.each<[string, Record<string, Record<string, unknown>>, AccessRequest["facts"], boolean]>([
    ["StringLike", { StringLike: { "oss:Prefix": ["x/*", "u42/*"] } }, { "oss:Prefix": "u42/a" }, true],
    ["StringLike, outside", { StringLike: { "oss:Prefix": ["u42/*"] } }, { "oss:Prefix": "u4" }, false],
    ["StringLike, empty", { StringLike: { "oss:Prefix": ["u42/*"] } }, { "oss:Prefix": "" }, false],
    ["StringLike, absent", { StringLike: { "oss:Prefix": "*" } }, {}, false],
    ["StringEquals", { StringEquals: { "oss:Delimiter": "/" } }, { "oss:Delimiter": "/" }, true],
    ["StringEquals takes a star as a star", { StringEquals: { k: "*" } }, { k: "x" }, false],
    ["StringEquals, case", { StringEquals: { k: "A" } }, { k: "a" }, false],
    ["StringEqualsIgnoreCase", { StringEqualsIgnoreCase: { k: "A" } }, { k: "a" }, true],
    ["StringNotEquals", { StringNotEquals: { k: ["a", "b"] } }, { k: "b" }, false],
    ["StringNotEquals, none", { StringNotEquals: { k: ["a", "b"] } }, { k: "c" }, true],
    ["StringNotEquals, absent", { StringNotEquals: { k: "a" } }, {}, true],
    ["StringNotEqualsIgnoreCase", { StringNotEqualsIgnoreCase: { k: "A" } }, { k: "a" }, false],
    ["StringNotLike", { StringNotLike: { k: "a*" } }, { k: "ab" }, false],
    ["keys in any case", { StringEquals: { "OSS:prefix": "a" } }, { "oss:Prefix": "a" }, true],
    ["IpAddress", { IpAddress: { "acs:SourceIp": ["10.0.0.0/8", "::1"] } }, { "acs:SourceIp": "10.9.8.7" }, true],
    ["IpAddress, IPv6", { IpAddress: { "acs:SourceIp": "::1" } }, { "acs:SourceIp": "::1" }, true],
    ["IpAddress, outside", { IpAddress: { "acs:SourceIp": "10.0.0.0/8" } }, { "acs:SourceIp": "11.0.0.1" }, false],
    ["NotIpAddress", { NotIpAddress: { "acs:SourceIp": "10.0.0.0/8" } }, { "acs:SourceIp": "10.0.0.1" }, false],
    ["Bool", { Bool: { "acs:SecureTransport": false } }, { "acs:SecureTransport": "false" }, true],
    ["Bool, other", { Bool: { "acs:SecureTransport": "true" } }, { "acs:SecureTransport": "false" }, false],
    ["DateLessThan", { DateLessThan: { "acs:CurrentTime": "2026-01-02T11:04:06+08:00" } }, TIME, true],
    ["DateLessThan, later", { DateLessThan: { "acs:CurrentTime": "2026-01-02T11:04:05+08:00" } }, TIME, false],
    ["DateGreaterThanEquals", { DateGreaterThanEquals: { "acs:CurrentTime": TIME["acs:CurrentTime"] } }, TIME, true],
    ["DateEquals", { DateEquals: { "acs:CurrentTime": "2026-01-02" } }, TIME, false],
    ["NumericLessThan", { NumericLessThan: { n: 10 } }, { n: "9" }, true],
    ["NumericGreaterThan", { NumericGreaterThan: { n: "10" } }, { n: "9" }, false],
    ["NumericNotEquals", { NumericNotEquals: { n: 9 } }, { n: "9.0" }, false],
    ["NumericEquals of no number", { NumericEquals: { n: 9 } }, { n: "nine" }, false],
    ["all operators", { StringEquals: { k: "a" }, Bool: { b: "true" } }, { k: "a", b: "false" }, false],
    ["all keys of one", { StringEquals: { k: "a", l: "b" } }, { k: "a", l: "b" }, true],
  ])("%s", (_, condition, facts, expected) => {
    expect(verdict({ ...allow, Condition: condition }, { facts }) === "allow").toBe(expected);
  });

  test("a deny whose condition fails does not deny", () => {
    const deny = { ...allow, Effect: "Deny", Condition: { StringEquals: { k: "a" } } };
    expect(verdict([allow, deny], { facts: { k: "b" } })).toBe("allow");
  });
});

describe("what is no policy", () => {
  test.each<[string, string]>([
    ["no JSON", "{"],
    ["another version", JSON.stringify({ Version: "2", Statement: [allow] })],
    ["no version", JSON.stringify({ Statement: [allow] })],
    ["no statement", JSON.stringify({ Version: "1", Statement: [] })],
    ["an unknown element", JSON.stringify({ Version: "1", Statement: [allow], Id: "x" })],
    ["a principal", JSON.stringify({ Version: "1", Statement: [{ ...allow, Principal: ["*"] }] })],
    ["another effect", JSON.stringify({ Version: "1", Statement: [{ ...allow, Effect: "allow" }] })],
    ["no action", JSON.stringify({ Version: "1", Statement: [{ ...allow, Action: undefined }] })],
    ["both action and its opposite", JSON.stringify({ Version: "1", Statement: [{ ...allow, NotAction: "oss:*" }] })],
    ["an action without a service", JSON.stringify({ Version: "1", Statement: [{ ...allow, Action: "PutObject" }] })],
    ["no resource", JSON.stringify({ Version: "1", Statement: [{ ...allow, Resource: undefined }] })],
    ["an unknown operator", JSON.stringify({ Version: "1", Statement: [{ ...allow, Condition: { Is: { k: "v" } } }] })],
    [
      "no network",
      JSON.stringify({ Version: "1", Statement: [{ ...allow, Condition: { IpAddress: { k: "1.2.3.4/33" } } }] }),
    ],
    ["no time", JSON.stringify({ Version: "1", Statement: [{ ...allow, Condition: { DateEquals: { k: "now" } } }] })],
  ])("%s", (_, text) => {
    expect(parsePolicy(text)).toBeUndefined();
  });
});

describe("wildcards", () => {
  const piece = fc.constantFrom("a", "b", "*", "?", "/", "分", "😀");
  test("match what a regular expression would", () => {
    fc.assert(
      fc.property(fc.array(piece, { maxLength: 8 }), fc.array(piece, { maxLength: 8 }), (pattern, text) => {
        const source = pattern
          .map((one) => (one === "*" ? "[\\s\\S]*" : one === "?" ? "[\\s\\S]" : `[${one}]`))
          .join("");
        const expected = new RegExp(`^${source}$`, "u").test(text.join(""));
        expect(matchesWildcards(pattern.join(""), text.join(""))).toBe(expected);
      }),
      { numRuns: 500 },
    );
  });

  test("many stars do not take for ever", () => {
    expect(matchesWildcards(`${"a*".repeat(200)}b`, "a".repeat(5000))).toBe(false);
  });

  test("an operator nobody knows holds for nothing", () => {
    expect(conditionHolds("Anything", "a", ["a"])).toBe(false);
  });
});
