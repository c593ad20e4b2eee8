/** For tests of the engine against an OSS that keeps what it is given: what the console's routes do, without people and store. */
import { systemClock } from "@/lib/clock";
import { ACCOUNT, REGION } from "@/lib/sandbox/oss/testing";
import { createOssClient } from "../client";
import type { OssClient } from "../types";
import { FORM_MAX_BYTES } from "./plan";
import { postWithFetch } from "./post-form";
import { putWithFetch } from "./put-blob";
import type { UploadTransport } from "./types";

export function clientAt(port: number): OssClient {
  const endpoint = { protocol: "http", host: `localhost:${port}` } as const;
  return createOssClient({
    id: "test",
    kind: "saved",
    name: "test",
    region: REGION,
    credentials: ACCOUNT,
    eas: endpoint,
    workspace: endpoint,
    sts: endpoint,
    oss: { ...endpoint, pathStyle: true },
    gatewayHosts: [],
  });
}

interface Way {
  oss: OssClient;
  bucket: string;
  /** Ends in a slash. */
  prefix: string;
  /** Signs for another address than the one that `oss` speaks to. */
  through?: OssClient;
  expiresSeconds?: () => number;
}

export function transportTo({ oss, bucket, prefix, through = oss, expiresSeconds = () => 600 }: Way): UploadTransport {
  const key = (path: string) => prefix + path;
  return {
    async sign(requests) {
      const expires = expiresSeconds();
      const urls = requests.map(async ({ path, sizeBytes, part }) => {
        if (!part) return through.presignPut(bucket, key(path), { sizeBytes, expiresSeconds: expires });
        const parts = [{ number: part.number, sizeBytes }];
        const input = { uploadId: part.uploadId, parts, expiresSeconds: expires };
        return (await through.presignParts(bucket, key(path), input))[0] ?? "";
      });
      return { urls: await Promise.all(urls), expiresAt: systemClock.now() + 600_000 };
    },
    put: putWithFetch,
    async signForm() {
      const expires = expiresSeconds();
      const form = through.signForm(bucket, { prefix, maxBytes: FORM_MAX_BYTES, expiresSeconds: expires });
      return { ...form, prefix, maxBytes: FORM_MAX_BYTES, expiresAt: systemClock.now() + 600_000 };
    },
    post: postWithFetch,
    initiate: (path) => oss.initiateUpload(bucket, key(path)),
    complete: (path, uploadId, parts, expected) => oss.completeUpload(bucket, key(path), uploadId, parts, expected),
    abort: (path, uploadId) => oss.abortUpload(bucket, key(path), uploadId),
    listParts: (path, uploadId) => oss.listParts(bucket, key(path), uploadId),
    async listSizes() {
      const { objects } = await oss.listAllObjects(bucket, prefix, 1000);
      return new Map(objects.map((object) => [object.key.slice(prefix.length), object.sizeBytes]));
    },
    stat: (path) => oss.headObject(bucket, key(path)),
  };
}
