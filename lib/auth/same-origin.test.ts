import { expect, test } from "vitest";
import { isSameOrigin } from "./same-origin";

test.each([
  ["own page", { origin: "http://easel.local:3000", host: "easel.local:3000" }, true],
  [
    "behind a proxy",
    { origin: "https://easel.example", host: "10.0.0.1:3000", "x-forwarded-host": "easel.example" },
    true,
  ],
  ["another site", { origin: "https://evil.example", host: "easel.local:3000" }, false],
  ["another port", { origin: "http://easel.local:4000", host: "easel.local:3000" }, false],
  ["an opaque origin", { origin: "null", host: "easel.local:3000" }, false],
  ["no origin", { host: "easel.local:3000" }, false],
])("%s", (_, headers: Record<string, string>, expected) => {
  expect(isSameOrigin(new Headers(headers))).toBe(expected);
});
