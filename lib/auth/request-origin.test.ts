import { expect, test } from "vitest";
import { requestOrigin } from "./request-origin";

test.each([
  ["straight", { host: "easel.local:3000" }, "http://easel.local:3000"],
  ["a proxy that keeps Host", { host: "easel.example", "x-forwarded-proto": "https" }, "https://easel.example"],
  [
    "a proxy that names it beside its own",
    { host: "10.0.0.1:3000", "x-forwarded-host": "easel.example", "x-forwarded-proto": "https" },
    "https://easel.example",
  ],
  [
    "two proxies, the first of which met the browser",
    { host: "10.0.0.1", "x-forwarded-host": "easel.example, inner", "x-forwarded-proto": "https,http" },
    "https://easel.example",
  ],
  ["a protocol that is none", { host: "easel.example", "x-forwarded-proto": "javascript" }, "http://easel.example"],
])("%s", (_, headers: Record<string, string>, origin) => {
  expect(requestOrigin(new Headers(headers))).toBe(origin);
});
