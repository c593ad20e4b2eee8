import { describe, expect, test } from "vitest";
import { contentSecurityPolicy } from "./content-security-policy";

const policy = (buckets: Parameters<typeof contentSecurityPolicy>[0]["buckets"], development = false) =>
  new Map(
    contentSecurityPolicy({ nonce: "n0nce", buckets, development })
      .split("; ")
      .map((rule) => [rule.split(" ")[0], rule.split(" ").slice(1)]),
  );

describe("the content security policy", () => {
  test("lets no inline or evaluated script run but the answer's own", () => {
    const scripts = policy([]).get("script-src");
    expect(scripts).toContain("'nonce-n0nce'");
    expect(scripts).not.toContain("'unsafe-inline'");
    expect(scripts).not.toContain("'unsafe-eval'");
    expect(policy([]).get("style-src")).toEqual(["'self'"]);
    expect(policy([]).get("frame-ancestors")).toEqual(["'none'"]);
  });

  test("uploads go to Alibaba Cloud and to the endpoints of this process only", () => {
    const local = { protocol: "http" as const, host: "localhost:9100", pathStyle: true };
    const regional = { protocol: "https" as const, host: "oss-cn-hangzhou.aliyuncs.com", pathStyle: false };
    const other = { protocol: "https" as const, host: "oss.example.com", pathStyle: false };
    expect(policy([local, regional, other]).get("connect-src")).toEqual([
      "'self'",
      "https://*.aliyuncs.com",
      "http://localhost:9100",
      "https://*.oss.example.com",
    ]);
  });

  test("a bucket's custom domain is admitted as exactly that host", () => {
    const answer = contentSecurityPolicy({
      nonce: "n",
      buckets: [],
      domains: ["models.example.com"],
      development: false,
    });
    expect(answer).toContain("connect-src 'self' https://*.aliyuncs.com https://models.example.com;");
    expect(answer).not.toContain("*.example.com");
  });

  test("development needs more, production does not get it", () => {
    expect(policy([], true).get("script-src")).toContain("'unsafe-eval'");
    expect(policy([], true).get("connect-src")).toContain("ws:");
    expect(policy([]).get("connect-src")).not.toContain("ws:");
  });
});
