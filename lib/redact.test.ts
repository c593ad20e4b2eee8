import { expect, test } from "vitest";
import { AppError, toErrorView } from "./errors";
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
  ["a line of a canonical request", `server string to sign is: GET\nx-acs-security-token:${CANARY}\nhost:x`],
  ["a variable", `HF_TOKEN=${CANARY} python app.py`],
  ["a switch and its value", `python app.py --hf-token ${CANARY} --port 8000`],
  ["a quoted value", `python app.py --api_key='${CANARY} more'`],
  ["a token of our own", `curl -H x: easel_${CANARY}-and-thirty-more-letters`],
  ["a link that lets somebody in", `GET /invite/${CANARY}-and-thirty-more-letters 500`],
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

test("what a vendor says of a refused request goes to the browser without its security token", () => {
  const message = `server string to sign is: x-acs-security-token:${CANARY}`;
  const view = toErrorView(new AppError("invalid_credentials", { vendor: { code: "SignatureDoesNotMatch", message } }));
  expect(JSON.stringify(view)).not.toContain(CANARY);
  expect(view.vendor?.code).toBe("SignatureDoesNotMatch");
});

test.each([
  "max_tokens=77",
  "--tokenizer /oss/translate",
  "token expired",
  "python app.py --func_name base --use_blade",
])("%s is no secret", (text) => {
  expect(redact(text)).toBe(text);
});

test("a line of megabytes is read once", () => {
  const started = performance.now();
  for (const piece of ["a.", '"token', "://a:", "--token "]) redact(piece.repeat(200_000));
  // Quadratic patterns take minutes here.
  expect(performance.now() - started).toBeLessThan(5000);
});

test("endless objects end", () => {
  const loop: Record<string, unknown> = {};
  loop.self = loop;
  expect(JSON.stringify(redact(loop))).toContain("[deep]");
});
