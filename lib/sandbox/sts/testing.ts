import { createHmac, randomUUID } from "node:crypto";
import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { createManualClock, type ManualClock, systemClock } from "@/lib/clock";
import { createFaults, type Faults } from "@/lib/sandbox/core/faults";
import { listen } from "@/lib/sandbox/core/listen";
import type { SandboxAccount } from "@/lib/sandbox/core/types";
import { type OssServer, startOss } from "@/lib/sandbox/oss/start";
import { type CredentialIssuer, openCredentials } from "./credentials";
import { createStsHandler, refuseBroken } from "./server";

/* What the tests of this folder share: STS and OSS on one account, and an RPC signer of the tests' own. */

export const ACCOUNT: SandboxAccount = {
  uid: "1234567890123456",
  accessKeyId: "TestKeyId0001",
  accessKeySecret: "TestSecret0001",
};
export const REGION = "cn-hangzhou";
export const OBJECTS_ROLE = `acs:ram::${ACCOUNT.uid}:role/easel-objects`;
export const OPERATOR_ROLE = `acs:ram::${ACCOUNT.uid}:role/easel-operator`;

export interface TestSts {
  port: number;
  oss: OssServer;
  dataDir: string;
  clock: ManualClock;
  faults: Faults;
  credentials: CredentialIssuer;
  /** Starts both again on the same folder, at the same time. */
  restart(): Promise<TestSts>;
  remove(): Promise<void>;
}

/** The clock starts at the real time, because SDKs sign with it. */
export async function startTestSts(dataDir?: string, startTime = systemClock.now()): Promise<TestSts> {
  const folder = dataDir ?? (await mkdtemp(join(tmpdir(), "easel-sts-")));
  const clock = createManualClock(startTime);
  const faults = createFaults(clock);
  const credentials = await openCredentials(folder, clock);
  const context = { account: ACCOUNT, credentials, clock, faults };
  const sts = await listen(createStsHandler(context), 0, { refuse: refuseBroken });
  const oss = await startOss({ ...context, dataDir: folder, region: REGION, port: 0 });
  const stop = () => Promise.all([sts.close(), oss.close()]);
  return {
    port: sts.port,
    oss,
    dataDir: folder,
    clock,
    faults,
    credentials,
    async restart() {
      await stop();
      return startTestSts(folder, clock.now());
    },
    async remove() {
      await stop();
      await rm(folder, { recursive: true, force: true });
    },
  };
}

/** Percent-encoding by another way than the server's: the platform's, and what that leaves bare. */
export function encode(text: string): string {
  return encodeURIComponent(text).replace(/[!'()*]/g, (one) => `%${one.charCodeAt(0).toString(16).toUpperCase()}`);
}

/** Signs as the vendor's page on RPC signatures says. `undefined` leaves a parameter out. */
export function signRpc(
  method: string,
  parameters: Record<string, string | undefined>,
  secret = ACCOUNT.accessKeySecret,
): Record<string, string> {
  const all: Record<string, string | undefined> = {
    Version: "2015-04-01",
    AccessKeyId: ACCOUNT.accessKeyId,
    SignatureMethod: "HMAC-SHA1",
    SignatureVersion: "1.0",
    SignatureNonce: randomUUID(),
    Timestamp: new Date().toISOString(),
    ...parameters,
  };
  const given: Record<string, string> = {};
  for (const [name, value] of Object.entries(all)) if (value !== undefined) given[name] = value;
  const canonical = Object.keys(given)
    .sort()
    .map((name) => `${encode(name)}=${encode(given[name] ?? "")}`)
    .join("&");
  const text = `${method}&%2F&${encode(canonical)}`;
  return { ...given, Signature: createHmac("sha1", `${secret}&`).update(text).digest("base64") };
}

export interface StsAnswer {
  status: number;
  type: string;
  text: string;
  code?: string;
  message?: string;
}

/** Sends signed parameters: in the query of a GET, in the form of a POST. */
export async function callSts(
  server: { port: number },
  parameters: Record<string, string | undefined>,
  options: { method?: "GET" | "POST"; secret?: string; change?: Record<string, string | undefined> } = {},
): Promise<StsAnswer> {
  const { method = "POST", secret, change = {} } = options;
  const signed: Record<string, string | undefined> = { ...signRpc(method, parameters, secret), ...change };
  const pairs = Object.entries(signed).flatMap(([name, value]) =>
    value === undefined ? [] : [`${encode(name)}=${encode(value)}`],
  );
  const url = `http://localhost:${server.port}/`;
  const response =
    method === "GET"
      ? await fetch(`${url}?${pairs.join("&")}`)
      : await fetch(url, {
          method,
          body: pairs.join("&"),
          headers: { "content-type": "application/x-www-form-urlencoded" },
        });
  const text = await response.text();
  const field = (name: string) =>
    new RegExp(`<${name}>([\\s\\S]*?)</${name}>`).exec(text)?.[1] ?? new RegExp(`"${name}":"([^"]*)"`).exec(text)?.[1];
  const type = response.headers.get("content-type") ?? "";
  return { status: response.status, type, text, code: field("Code"), message: field("Message") };
}

/** A session that AssumeRole would grant, without the call. */
export function sessionPolicy(bucket: string, prefix: string): object {
  return {
    Version: "1",
    Statement: [
      {
        Effect: "Allow",
        Action: [
          "oss:PutObject",
          "oss:AbortMultipartUpload",
          "oss:ListParts",
          "oss:GetObject",
          "oss:DeleteObject",
          "oss:GetObjectAcl",
          "oss:PutObjectAcl",
        ],
        Resource: [`acs:oss:*:*:${bucket}/${prefix}*`],
      },
      {
        Effect: "Allow",
        Action: ["oss:ListObjects"],
        Resource: [`acs:oss:*:*:${bucket}`],
        Condition: { StringLike: { "oss:Prefix": [`${prefix}*`] } },
      },
    ],
  };
}
