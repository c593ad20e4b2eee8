import { expect, test } from "vitest";
import { redact } from "./redact";

const CANARY = "canary-3f9a";

test.each([
  ["a secret's field", { accessKeySecret: CANARY }],
  ["whatever its spelling", { "access-key-secret": CANARY, AccessKeySecret: CANARY, password_hash: CANARY }],
  ["deep inside", { connection: { credentials: [{ securityToken: CANARY }] } }],
  ["headers", { headers: { Authorization: CANARY, cookie: CANARY } }],
  ["a signed address", { url: `https://b.oss.example/k?x-oss-expires=60&x-oss-signature=${CANARY}&x=1` }],
  ["an older signature", `GET /k?OSSAccessKeyId=a&Signature=${CANARY}`],
  ["a database address", `connect postgres://easel:${CANARY}@127.0.0.1:5432/easel failed`],
  ["a dumped header", `authorization: ACS3-HMAC-SHA256 Credential=x,Signature=${CANARY}`],
  ["JSON text", `{"Token": "${CANARY}", "name": "x"}`],
  [
    "an error with its causes",
    new Error("outer", { cause: Object.assign(new Error(`token=x ?token=${CANARY}`), { secret: CANARY }) }),
  ],
])("%s is hidden", (_, value) => {
  expect(JSON.stringify(redact(value))).not.toContain(CANARY);
});

test("what is no secret stays", () => {
  expect(redact({ name: "svc", count: 3, at: new Date(0), big: 12n })).toEqual({
    name: "svc",
    count: 3,
    at: "1970-01-01T00:00:00.000Z",
    big: "12",
  });
  expect(JSON.stringify(redact(new Error("broken")))).toContain("broken");
});

test("endless objects end", () => {
  const loop: Record<string, unknown> = {};
  loop.self = loop;
  expect(JSON.stringify(redact(loop))).toContain("[deep]");
});
