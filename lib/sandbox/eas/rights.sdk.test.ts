import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import * as openApi from "@alicloud/openapi-core";
import { RuntimeOptions } from "@darabonba/typescript";
import { afterEach, beforeEach, describe, expect, test } from "vitest";
import { createManualClock, type ManualClock, systemClock } from "@/lib/clock";
import { type CredentialIssuer, openCredentials, type TemporaryCredential } from "@/lib/sandbox/sts/credentials";
import { parsePolicy } from "@/lib/sandbox/sts/policy";
import { ACCOUNT, REGION, serviceConfig, startTestCloud, type TestCloud } from "./testing";

/* Temporary credentials at the EAS API, signed by the official runtime with ACS3 and with the older ROA signature. */

type OpenApiClient = import("@alicloud/openapi-core").default;
type Constructor = new (config: openApi.$OpenApiUtil.Config) => OpenApiClient;

/** CommonJS: the class is the default export, or its `default`, by who loads it. */
const exported: unknown = openApi.default;
const Client = (typeof exported === "function" ? exported : (exported as { default: unknown }).default) as Constructor;

let dataDir: string;
let clock: ManualClock;
let credentials: CredentialIssuer;
let cloud: TestCloud;
beforeEach(async () => {
  dataDir = await mkdtemp(join(tmpdir(), "easel-eas-rights-"));
  clock = createManualClock(systemClock.now());
  credentials = await openCredentials(dataDir, clock);
  cloud = await startTestCloud({ dataDir, clock, credentials });
});
afterEach(async () => {
  await cloud.close();
  await rm(dataDir, { recursive: true, force: true });
});

async function session(...statements: object[]): Promise<TemporaryCredential> {
  const rolePolicy = parsePolicy(JSON.stringify({ Version: "1", Statement: statements }));
  if (!rolePolicy) throw new Error("no policy");
  return credentials.issue({ roleName: "easel-operator", sessionName: "alice", rolePolicy }, clock.now() + 900_000);
}

const allow = (action: string | string[], resource = "*") => ({ Effect: "Allow", Action: action, Resource: resource });

type Keys = { accessKeyId: string; accessKeySecret: string; securityToken?: string };

async function call(keys: Keys, action: string, method: string, path: string, signatureAlgorithm?: string) {
  const { accessKeyId, accessKeySecret, securityToken } = keys;
  const client = new Client(
    new openApi.$OpenApiUtil.Config({
      accessKeyId,
      accessKeySecret,
      securityToken,
      signatureAlgorithm,
      regionId: REGION,
      endpoint: `localhost:${cloud.easPort}`,
      protocol: "HTTP",
    }),
  );
  const body = method === "POST" ? serviceConfig("mine") : undefined;
  const reply = await client.callApi(
    new openApi.$OpenApiUtil.Params({
      action,
      version: path.startsWith("/api/v1/") ? "2021-02-04" : "2021-07-01",
      protocol: "HTTP",
      pathname: path,
      method,
      authType: "AK",
      style: "ROA",
      reqBodyType: "json",
      bodyType: "json",
    }),
    new openApi.$OpenApiUtil.OpenApiRequest({ body }),
    new RuntimeOptions({ readTimeout: 30_000, connectTimeout: 30_000 }),
  );
  return (reply as { statusCode: number }).statusCode;
}

const SERVICES = "/api/v2/services";
const one = (name: string) => `${SERVICES}/${REGION}/${name}`;
const DENIED = { statusCode: 403, code: "Forbidden.RAM" };

describe.each([
  ["ACS3", undefined],
  ["ROA", "v2"],
] as const)("%s", (_, algorithm) => {
  test("a session does what its policy allows, and no more", async () => {
    const keys = await session(allow("eas:ListServices"), allow("eas:Describe*", `acs:eas:*:*:service/mine`));
    await call(ACCOUNT, "CreateService", "POST", SERVICES, algorithm);
    expect(await call(keys, "ListServices", "GET", SERVICES, algorithm)).toBe(200);
    expect(await call(keys, "DescribeService", "GET", one("mine"), algorithm)).toBe(200);
    await expect(call(keys, "DescribeService", "GET", one("theirs"), algorithm)).rejects.toMatchObject(DENIED);
    await expect(call(keys, "DeleteService", "DELETE", one("mine"), algorithm)).rejects.toMatchObject(DENIED);
    await expect(call(keys, "CreateService", "POST", SERVICES, algorithm)).rejects.toMatchObject(DENIED);
    await expect(call(keys, "ListWorkspaces", "GET", "/api/v1/workspaces", algorithm)).rejects.toMatchObject(DENIED);
  });

  test("a token that is missing, another's, nobody's or expired", async () => {
    const [keys, other] = await Promise.all([session(allow("eas:*")), session(allow("eas:*"))]);
    const list = (change: Partial<Keys>) => call({ ...keys, ...change }, "ListServices", "GET", SERVICES, algorithm);
    expect(await list({})).toBe(200);
    const refused = (code: string) => ({ statusCode: 400, code });
    await expect(list({ securityToken: undefined })).rejects.toMatchObject(refused("MissingSecurityToken"));
    await expect(list({ securityToken: "x" })).rejects.toMatchObject(refused("InvalidSecurityToken.Malformed"));
    await expect(list({ securityToken: other.securityToken })).rejects.toMatchObject(
      refused("InvalidSecurityToken.MismatchWithAccessKey"),
    );
    await expect(list({ accessKeySecret: "wrong" })).rejects.toMatchObject(refused("SignatureDoesNotMatch"));
    await clock.advance(keys.expiresAt - clock.now());
    await expect(list({})).rejects.toMatchObject(refused("InvalidSecurityToken.Expired"));
  });
});

test("workspaces and images have actions of their own", async () => {
  const keys = await session(allow(["paiworkspace:ListWorkspaces", "paiimage:ListImages"]));
  expect(await call(keys, "ListWorkspaces", "GET", "/api/v1/workspaces")).toBe(200);
  expect(await call(keys, "ListImages", "GET", "/api/v1/images")).toBe(200);
  await expect(call(keys, "ListServices", "GET", SERVICES)).rejects.toMatchObject(DENIED);
});
