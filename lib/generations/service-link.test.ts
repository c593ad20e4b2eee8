import { expect, test } from "vitest";
import { toServiceLink } from "./service-link";

const query = (more = "") =>
  `${more}x-oss-signature-version=OSS4-HMAC-SHA256&x-oss-credential=LTAI5tABCDEFGHIJKLMNOPQR%2F20261201%2Fcn-hangzhou%2Foss%2Faliyun_v4_request&x-oss-date=20261201T000000Z&x-oss-expires=86400&x-oss-signature=${"a".repeat(64)}`;
const address = "https://b.oss-cn-hangzhou.aliyuncs.com/r%C3%A9sultats/easel-inputs/x.png";
const nameOf = (link: string) => link.split("/").at(-1) ?? "";

test.each([
  ["a key's", query()],
  [
    "a temporary credential's, whose token is long and has slashes",
    query(`x-oss-security-token=${"a%2Fb".repeat(300)}&`),
  ],
])("%s signature is a name that a file system takes, and means the same", (_, signed) => {
  const link = toServiceLink(`${address}?${signed}`);
  expect(nameOf(link)).toMatch(/^aliyun_v4_request&/);
  expect(nameOf(link).length).toBeLessThanOrEqual(255);
  const [before, after] = [new URL(`${address}?${signed}`), new URL(link)];
  expect(after.pathname).toBe(before.pathname);
  expect(Object.fromEntries(after.searchParams)).toEqual(Object.fromEntries(before.searchParams));
});

test("two signatures are two names", () => {
  const other = query().replace(/a{64}/, "b".repeat(64));
  expect(nameOf(toServiceLink(`${address}?${query()}`))).not.toBe(nameOf(toServiceLink(`${address}?${other}`)));
});

test("a bucket's own domain gives way to the one that the container knows", () => {
  const link = toServiceLink(`https://pictures.example.com/x.png?${query()}`, "b.oss-cn-hangzhou.aliyuncs.com");
  expect(link).toMatch(/^https:\/\/b\.oss-cn-hangzhou\.aliyuncs\.com\/x\.png\?/);
});

test.each([
  ["without a signature", address],
  ["of version 1", `${address}?OSSAccessKeyId=x&Expires=1&Signature=y`],
  ["with something long behind it", `${address}?${query()}&response-content-type=${"x".repeat(200)}`],
])("an address %s is refused", (_, url) => {
  expect(() => toServiceLink(url)).toThrow(RangeError);
});
