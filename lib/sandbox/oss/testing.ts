import { mkdtemp, rm } from "node:fs/promises";
import { type IncomingHttpHeaders, request } from "node:http";
import { tmpdir } from "node:os";
import { join } from "node:path";
import OSS from "ali-oss";
import { createManualClock, type ManualClock, systemClock } from "@/lib/clock";
import { createFaults, type Faults } from "@/lib/sandbox/core/faults";
import type { SandboxAccount } from "@/lib/sandbox/core/types";
import { type OssServer, startOss } from "./start";

/** What the tests of this folder share: a server in a folder of its own, the official SDK, and plain HTTP. */

export const ACCOUNT: SandboxAccount = {
  uid: "1234567890123456",
  accessKeyId: "TestKeyId0001",
  accessKeySecret: "TestSecret0001",
};
export const REGION = "cn-hangzhou";

export interface TestServer extends OssServer {
  dataDir: string;
  clock: ManualClock;
  faults: Faults;
  /** Starts again on the same folder. */
  restart(): Promise<TestServer>;
  remove(): Promise<void>;
}

/** The clock starts at the real time, because the SDK signs with it. */
export async function startTestServer(dataDir?: string): Promise<TestServer> {
  const folder = dataDir ?? (await mkdtemp(join(tmpdir(), "easel-oss-")));
  const clock = createManualClock(systemClock.now());
  const faults = createFaults(clock);
  const server = await startOss({ dataDir: folder, region: REGION, account: ACCOUNT, clock, port: 0, faults });
  return {
    ...server,
    dataDir: folder,
    clock,
    faults,
    async restart() {
      await server.close();
      return startTestServer(folder);
    },
    async remove() {
      await server.close();
      await rm(folder, { recursive: true, force: true });
    },
  };
}

export interface ClientOptions {
  v4?: boolean;
  bucket?: string;
  accessKeySecret?: string;
  accessKeyId?: string;
  stsToken?: string;
}

interface BucketList {
  buckets: { name: string; region: string; StorageClass: string }[];
  isTruncated: boolean;
  nextMarker: string | null;
}

/** `@types/ali-oss` lacks or misstates some methods; the cast stands in `createClient` alone. */
export interface Client extends Omit<OSS, "listBuckets" | "abortMultipartUpload"> {
  listBuckets(query: Record<string, string | number>): Promise<BucketList>;
  getBucketStat(name: string): Promise<{ stat: Record<string, string> }>;
  getObjectMeta(name: string): Promise<{ res: { headers: Record<string, string> } }>;
  abortMultipartUpload(name: string, uploadId: string): Promise<{ res: { status: number } }>;
  signatureUrlV4(
    method: string,
    expires: number,
    request?: { headers?: Record<string, string>; queries?: Record<string, string | number | null> },
    name?: string,
    additionalHeaders?: string[],
  ): Promise<string>;
}

export function createClient(server: { port: number }, options: ClientOptions = {}): Client {
  const settings = {
    region: `oss-${REGION}`,
    endpoint: `http://localhost:${server.port}`,
    sldEnable: true,
    authorizationV4: options.v4 ?? true,
    accessKeyId: options.accessKeyId ?? ACCOUNT.accessKeyId,
    accessKeySecret: options.accessKeySecret ?? ACCOUNT.accessKeySecret,
    stsToken: options.stsToken,
    bucket: options.bucket,
    // Never asked within a test; without it the SDK writes a warning.
    ...(options.stsToken !== undefined && { refreshSTSToken: neverAsked, refreshSTSTokenInterval: 3_600_000 }),
  };
  return new OSS(settings) as unknown as Client;
}

const neverAsked = () => Promise.reject(new Error("credentials are not renewed in tests"));

export interface HttpAnswer {
  status: number;
  headers: IncomingHttpHeaders;
  body: string;
}

export interface HttpOptions {
  method?: string;
  headers?: Record<string, string>;
  body?: string | Buffer;
}

/** One request as it is, on a connection of its own. `target` is a path, or a whole URL whose path is used. */
export function http(server: { port: number }, target: string, options: HttpOptions = {}): Promise<HttpAnswer> {
  const path = target.replace(/^http:\/\/[^/]+/, "");
  const { method = "GET", headers, body } = options;
  return new Promise((resolve, reject) => {
    const outgoing = request(
      { host: "127.0.0.1", port: server.port, method, path, headers: { host: "localhost", ...headers }, agent: false },
      (response) => {
        const chunks: Buffer[] = [];
        response.on("data", (chunk: Buffer) => chunks.push(chunk));
        response.on("error", reject);
        response.on("end", () => {
          const text = Buffer.concat(chunks).toString("utf8");
          resolve({ status: response.statusCode ?? 0, headers: response.headers, body: text });
        });
      },
    );
    outgoing.on("error", reject);
    outgoing.end(body);
  });
}

/** Content of the first element of that name. */
export function tag(xml: string, name: string): string | undefined {
  return new RegExp(`<${name}>([\\s\\S]*?)</${name}>`).exec(xml)?.[1];
}
