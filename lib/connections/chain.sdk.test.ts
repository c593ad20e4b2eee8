import { createServer, type Server } from "node:http";
import type { AddressInfo } from "node:net";
import OSS from "ali-oss";
import { afterAll, afterEach, beforeAll, expect, test, vi } from "vitest";
import { accountOf } from "@/lib/connection";
import { createEasClient } from "@/lib/eas/client";
import { connectTo, openTestCloud, type TestCloud } from "@/lib/eas/testing";
import { parseEnv } from "@/lib/env";
import { createOssClient } from "@/lib/oss/client";
import { withCredentials } from "./chain";
import { configuredConnections } from "./configured";

/* The role of a pod or a machine, as the vendor's chain finds it: here by an address that hands temporary credentials out. */

let cloud: TestCloud;
let metadata: Server;
let given: object;
beforeAll(async () => {
  cloud = await openTestCloud();
  metadata = createServer((_, response) => response.end(JSON.stringify(given)));
  await new Promise<void>((resolve) => metadata.listen(0, "127.0.0.1", resolve));
});
afterAll(async () => {
  await new Promise((resolve) => metadata.close(resolve));
  await cloud.close();
});
afterEach(() => vi.unstubAllEnvs());

const chained = configuredConnections(parseEnv({ EASEL_CREDENTIALS: "chain", EASEL_REGION: "cn-hangzhou" }))[0];

/** What a role of the account is given, for so long. */
async function roleCredentials() {
  const { ports, account } = cloud.sandbox;
  const { accessKeyId, accessKeySecret } = account;
  const sts = new OSS.STS({ accessKeyId, accessKeySecret, endpoint: `http://localhost:${ports.sts}` } as never);
  const role = `acs:ram::${account.uid}:role/easel-operator`;
  return (await sts.assumeRole(role, "", 900, "pod")).credentials;
}

test("a console without keys works with the role that it is given, on both sides", async () => {
  if (!chained) throw new Error("no connection");
  expect(chained).toMatchObject({ id: "environment", chained: true, credentials: { accessKeyId: "" } });
  const { AccessKeyId, AccessKeySecret, SecurityToken } = await roleCredentials();
  // About to end, so that the next question is for others.
  const Expiration = new Date(Date.now() + 60_000).toISOString();
  given = { Code: "Success", AccessKeyId, AccessKeySecret, SecurityToken, Expiration };
  const { port } = metadata.address() as AddressInfo;
  vi.stubEnv("ALIBABA_CLOUD_ECS_METADATA_DISABLED", "true");
  vi.stubEnv("ALIBABA_CLOUD_CREDENTIALS_URI", `http://127.0.0.1:${port}/role`);
  const { credentials } = await withCredentials(chained);
  expect(credentials).toEqual({
    accessKeyId: AccessKeyId,
    accessKeySecret: AccessKeySecret,
    securityToken: SecurityToken,
  });
  const connection = connectTo(cloud.sandbox, { credentials });
  expect(await createEasClient(connection).listServices({ pageNumber: 1, pageSize: 1 })).toMatchObject({ items: [] });
  expect(await createOssClient(connection).listBuckets()).toEqual([]);

  const next = await roleCredentials();
  given = { Code: "Success", ...next };
  const renewed = await withCredentials(chained);
  expect(renewed.credentials).toMatchObject({ accessKeyId: next.AccessKeyId, securityToken: next.SecurityToken });
  expect(accountOf(renewed)).toBe(accountOf({ ...chained, credentials }));
  expect(await createOssClient(connectTo(cloud.sandbox, { credentials: renewed.credentials })).listBuckets()).toEqual(
    [],
  );
});

test("keys that were typed are left as they are", async () => {
  const typed = connectTo(cloud.sandbox);
  expect(await withCredentials(typed)).toBe(typed);
});
