import { describe, expect, test } from "vitest";
import { isBucketName, parseAddress } from "./address";

const address = (host: string, path: string) => parseAddress(host, path, "cn-hangzhou");

describe("where bucket and key stand", () => {
  test.each([
    ["localhost:9100", "/", {}],
    ["localhost:9100", "/demo", { bucket: "demo" }],
    ["localhost:9100", "/demo/", { bucket: "demo" }],
    ["localhost:9100", "/demo/a/b%20c", { bucket: "demo", key: "a/b c" }],
    ["127.0.0.1:9100", "/demo/k", { bucket: "demo", key: "k" }],
    ["[::1]:9100", "/demo/k", { bucket: "demo", key: "k" }],
    ["demo.localhost:9100", "/a/b", { bucket: "demo", key: "a/b" }],
    ["demo.localhost", "/", { bucket: "demo" }],
    ["demo.oss-cn-hangzhou.aliyuncs.com", "/k", { bucket: "demo", key: "k" }],
    ["demo.cn-hangzhou.aliyuncs.com", "/k", { bucket: "demo", key: "k" }],
    ["demo.oss-cn-hangzhou-internal.aliyuncs.com", "/k", { bucket: "demo", key: "k" }],
    ["demo.cn-hangzhou.oss.aliyuncs.com", "/k", { bucket: "demo", key: "k" }],
    ["demo.oss-accelerate.aliyuncs.com", "/k", { bucket: "demo", key: "k" }],
    ["oss-cn-hangzhou.aliyuncs.com", "/", {}],
    ["undefined.oss-cn-hangzhou.aliyuncs.com", "/", {}],
  ])("%s %s", (host, path, expected) => {
    expect(address(host, path)).toEqual(expected);
  });

  test.each([
    ["a%2Bb", "a+b"],
    ["a+b", "a+b"],
    ["%2525", "%25"],
    ["100%", "100%"],
    ["%E5%88%86", "分"],
    ["a//b", "a//b"],
    ["a/../b", "a/../b"],
  ])("key %s is decoded once", (raw, key) => {
    expect(address("localhost", `/demo/${raw}`).key).toBe(key);
  });

  test.each([
    ["/demo//k", "InvalidObjectName"],
    ["/demo/%5Ck", "InvalidObjectName"],
    ["/demo/%ff", "InvalidObjectName"],
    [`/demo/${"k".repeat(1024)}`, "InvalidObjectName"],
  ])("refuses %s", (path, code) => {
    expect(() => address("localhost", path)).toThrow(expect.objectContaining({ code }));
  });

  test("a key of 1023 bytes is the longest", () => {
    expect(address("localhost", `/demo/${"k".repeat(1023)}`).key).toHaveLength(1023);
  });

  test("the vendor's own names refuse path style and other regions", () => {
    expect(() => address("oss-cn-hangzhou.aliyuncs.com", "/demo/k")).toThrow(
      expect.objectContaining({ code: "SecondLevelDomainForbidden" }),
    );
    expect(() => address("demo.oss-cn-beijing.aliyuncs.com", "/k")).toThrow(
      expect.objectContaining({ code: "AccessDenied", details: { Endpoint: "oss-cn-hangzhou.aliyuncs.com" } }),
    );
  });
});

test.each([
  ["abc", true],
  ["a-1", true],
  ["a".repeat(63), true],
  ["ab", false],
  ["a".repeat(64), false],
  ["-ab", false],
  ["ab-", false],
  ["Abc", false],
  ["a_b", false],
  ["a.b", false],
])("bucket name %s: %s", (name, valid) => {
  expect(isBucketName(name)).toBe(valid);
});
