import * as openApi from "@alicloud/openapi-core";
import * as stsSdk from "@alicloud/sts20150401";
import OSS from "ali-oss";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { ACCOUNT, OBJECTS_ROLE, sessionPolicy, startTestSts, type TestSts } from "./testing";

/* STS as the official SDKs call it: ali-oss's own client, and the generated one with ACS3 and with the older signature. */

let sts: TestSts;
beforeAll(async () => {
  sts = await startTestSts();
});
afterAll(() => sts.remove());

type StsClient = import("@alicloud/sts20150401").default;
type Constructor = new (config: openApi.$OpenApiUtil.Config) => StsClient;

/** CommonJS: the class is the default export, or its `default`, by who loads it. */
const exported: unknown = stsSdk.default;
const Client = (typeof exported === "function" ? exported : (exported as { default: unknown }).default) as Constructor;

interface Keys {
  accessKeyId: string;
  accessKeySecret: string;
  securityToken?: string;
}

function createClient(keys: Partial<Keys> = {}, signatureAlgorithm?: string): StsClient {
  return new Client(
    new openApi.$OpenApiUtil.Config({
      accessKeyId: ACCOUNT.accessKeyId,
      accessKeySecret: ACCOUNT.accessKeySecret,
      endpoint: `localhost:${sts.port}`,
      protocol: "HTTP",
      signatureAlgorithm,
      ...keys,
    }),
  );
}

/** A policy full of what signers stumble over. */
const POLICY = JSON.stringify(sessionPolicy("models", "u 42/分片+(1)!'~*=&%/"));

describe.each([
  ["ACS3", undefined],
  ["RPC", "v2"],
] as const)("@alicloud/sts20150401, %s", (_, algorithm) => {
  const request = (change: Partial<stsSdk.AssumeRoleRequest> = {}) =>
    new stsSdk.AssumeRoleRequest({ roleArn: OBJECTS_ROLE, roleSessionName: "alice", ...change });

  test("assumes a role with a policy", async () => {
    const answer = await createClient({}, algorithm).assumeRole(request({ durationSeconds: 1800, policy: POLICY }));
    expect(answer.statusCode).toBe(200);
    const { credentials, assumedRoleUser, requestId } = answer.body ?? {};
    expect(requestId).toMatch(/^[0-9A-F-]{36}$/);
    expect(assumedRoleUser?.arn).toBe(`${OBJECTS_ROLE}/alice`);
    expect(credentials?.accessKeyId).toMatch(/^STS\./);
    expect(Date.parse(credentials?.expiration ?? "") - sts.clock.now()).toBeGreaterThan(1790_000);
    expect(sts.credentials.find(credentials?.accessKeyId ?? "")?.sessionPolicy).toEqual(JSON.parse(POLICY));
  });

  test("says who the session is", async () => {
    const { body } = await createClient({}, algorithm).assumeRole(request());
    const { accessKeyId = "", accessKeySecret = "", securityToken = "" } = body?.credentials ?? {};
    const session = createClient({ accessKeyId, accessKeySecret, securityToken }, algorithm);
    expect((await session.getCallerIdentity()).body).toMatchObject({
      identityType: "AssumedRoleUser",
      arn: `acs:ram::${ACCOUNT.uid}:assumed-role/easel-objects/alice`,
    });
  });

  test.each<[string, Partial<Keys>, Partial<stsSdk.AssumeRoleRequest>, object]>([
    ["a wrong secret", { accessKeySecret: "wrong" }, {}, { statusCode: 400, code: "SignatureDoesNotMatch" }],
    ["an unknown key", { accessKeyId: "nobody" }, {}, { statusCode: 404, code: "InvalidAccessKeyId.NotFound" }],
    ["a token nobody issued", { securityToken: "x" }, {}, { statusCode: 400, code: "InvalidSecurityToken.Malformed" }],
    ["a role that is not there", {}, { roleArn: `${OBJECTS_ROLE}x` }, { statusCode: 404, code: "EntityNotExist.Role" }],
    ["a policy that is none", {}, { policy: "{" }, { statusCode: 400, code: "InvalidParameter.PolicyGrammar" }],
  ])("hears of %s", async (__, keys, change, expected) => {
    await expect(createClient(keys, algorithm).assumeRole(request(change))).rejects.toMatchObject(expected);
  });
});

describe("OSS.STS", () => {
  const client = (secret = ACCOUNT.accessKeySecret) =>
    // `@types/ali-oss` lacks the endpoint.
    new OSS.STS({
      accessKeyId: ACCOUNT.accessKeyId,
      accessKeySecret: secret,
      endpoint: `http://localhost:${sts.port}`,
    } as ConstructorParameters<typeof OSS.STS>[0]);

  test("assumes a role with a policy, and without a name for the session", async () => {
    const { credentials } = await client().assumeRole(OBJECTS_ROLE, JSON.parse(POLICY) as object, 900, "bob@x");
    expect(credentials).toEqual({
      AccessKeyId: expect.stringMatching(/^STS\./),
      AccessKeySecret: expect.any(String),
      SecurityToken: expect.any(String),
      Expiration: expect.stringMatching(/Z$/),
    });
    expect(sts.credentials.find(credentials.AccessKeyId)?.sessionName).toBe("bob@x");
    const { credentials: nameless } = await client().assumeRole(OBJECTS_ROLE, "", 900, "");
    expect(sts.credentials.find(nameless.AccessKeyId)?.sessionName).toBe("app");
  });

  test("hears why it was refused", async () => {
    await expect(client("wrong").assumeRole(OBJECTS_ROLE, "", 900, "bob")).rejects.toMatchObject({
      status: 400,
      code: "SignatureDoesNotMatch",
      requestId: expect.stringMatching(/^[0-9A-F-]{36}$/),
    });
    await expect(client().assumeRole(OBJECTS_ROLE, "", 1, "bob")).rejects.toMatchObject({
      code: "InvalidParameter.DurationSeconds",
    });
  });
});
