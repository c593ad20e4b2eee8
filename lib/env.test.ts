import { isAbsolute } from "node:path";
import { expect, test } from "vitest";
import { configuredConnections } from "./connections/configured";
import { EnvError, parseEnv } from "./env";

test("an empty environment has the documented defaults", () => {
  const env = parseEnv({});
  expect(env).toMatchObject({
    port: 3000,
    host: "127.0.0.1",
    sandbox: {
      on: true,
      region: "cn-hangzhou",
      speed: 1,
      ports: { oss: 9100, eas: 9101, gateway: 9102, sts: 9103, control: 9104 },
    },
  });
  expect(isAbsolute(env.dataDir) && env.dataDir.endsWith(".easel")).toBe(true);
  expect(env.cloud).toBeUndefined();
});

test("a real account switches the embedded cloud off, unless it is asked for", () => {
  const keys = { ALIBABA_CLOUD_ACCESS_KEY_ID: "id", ALIBABA_CLOUD_ACCESS_KEY_SECRET: "secret" };
  expect(parseEnv(keys)).toMatchObject({ cloud: { region: "cn-hangzhou" }, sandbox: { on: false } });
  expect(parseEnv({ ...keys, EASEL_SANDBOX: "on" }).sandbox.on).toBe(true);
});

test("a bucket's own domain goes with the real account", () => {
  const keys = { ALIBABA_CLOUD_ACCESS_KEY_ID: "id", ALIBABA_CLOUD_ACCESS_KEY_SECRET: "secret" };
  expect(configuredConnections(parseEnv(keys))[0]?.bucketDomain).toBeUndefined();
  const env = parseEnv({ ...keys, EASEL_BUCKET_DOMAIN: "models=models.example.com" });
  expect(configuredConnections(env)[0]).toMatchObject({
    kind: "environment",
    bucketDomain: { bucket: "models", host: "models.example.com" },
  });
});

test("an empty variable is one that is not set", () => {
  expect(parseEnv({ PORT: "", EASEL_SANDBOX: " " })).toMatchObject({ port: 3000, sandbox: { on: true } });
});

test.each([
  ["PORT", "70000"],
  ["PORT", "http"],
  ["EASEL_SANDBOX", "yes"],
  ["EASEL_REGION", "Hangzhou"],
  ["EASEL_BUCKET_DOMAIN", "models.example.com"],
  ["DATABASE_URL", "mysql://root@localhost/db"],
  ["EASEL_SANDBOX_SPEED", "-1"],
  ["EASEL_PUBLIC_URL", "https://example.com/easel"],
  ["EASEL_OIDC_ISSUER", "http://login.example.com"],
  ["EASEL_OIDC_SCOPES", "profile"],
  ["EASEL_OIDC_ROLES", "admins=king"],
  ["EASEL_OIDC_DEFAULT_ROLE", "king"],
])("%s=%s is refused by its name", (name, value) => {
  expect(() => parseEnv({ [name]: value })).toThrow(new RegExp(`^${name}: `));
});

test("half a key pair is refused, without repeating it", () => {
  const given = { ALIBABA_CLOUD_ACCESS_KEY_ID: "LTAI-canary", DATABASE_URL: "canary" };
  expect(() => parseEnv(given)).toThrow(EnvError);
  try {
    parseEnv(given);
  } catch (error) {
    expect(String(error)).not.toMatch(/canary/);
    expect(String(error)).toContain("DATABASE_URL");
  }
  expect(() => parseEnv({ ALIBABA_CLOUD_ACCESS_KEY_ID: "LTAI" })).toThrow(
    /ALIBABA_CLOUD_ACCESS_KEY_SECRET: is missing/,
  );
});

test("a provider to sign in through needs issuer and client, the rest has defaults", () => {
  expect(parseEnv({}).oidc).toBeUndefined();
  const given = { EASEL_OIDC_ISSUER: "https://login.example.com/realms/studio", EASEL_OIDC_CLIENT_ID: "easel" };
  expect(parseEnv(given).oidc).toEqual({
    issuer: new URL(given.EASEL_OIDC_ISSUER),
    clientId: "easel",
    clientSecret: undefined,
    scopes: "openid profile email",
    name: "OpenID",
    groupsClaim: "groups",
    roles: [],
    defaultRole: undefined,
  });
  expect(() => parseEnv({ EASEL_OIDC_ISSUER: given.EASEL_OIDC_ISSUER })).toThrow(/EASEL_OIDC_CLIENT_ID: is missing/);
  expect(parseEnv({ ...given, EASEL_OIDC_ISSUER: "http://127.0.0.1:9000" }).oidc?.issuer.host).toBe("127.0.0.1:9000");
  expect(parseEnv({ EASEL_PUBLIC_URL: "https://easel.example.com/" }).publicUrl).toBe("https://easel.example.com");
});
