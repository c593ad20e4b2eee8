/**
 * OSS through ali-oss. Always signature version 4: version 1 is closed to new buckets (reference: oss-rest.md §0).
 * One SDK client per bucket, because presigning takes the bucket from the client's options only; they share one agent.
 */
import OSS from "ali-oss";
import { z } from "zod";
import type { Circuit } from "@/lib/circuit";
import { type Clock, systemClock } from "@/lib/clock";
import type { Connection } from "@/lib/connection";
import { AppError } from "@/lib/errors";
import {
  BucketsAnswer,
  ContentAnswer,
  HeaderAnswer,
  InitiateAnswer,
  LocationAnswer,
  ObjectsAnswer,
  PartsAnswer,
  parseCors,
  parseLifecycle,
  UploadsAnswer,
} from "./answers";
import { fromOssXml, toAppError } from "./errors";
import { signForm } from "./form-permission";
import { isBucketName } from "./names";
import { createPresigner } from "./presign";
import type { ObjectHead, ObjectPage, OpenUpload, OssClient, OssObject, UploadedPart } from "./types";

export type { OssClient };

const TIMEOUT_MS = 20_000;
/** Bodies may be some MiB over a slow line. */
const BODY_TIMEOUT_MS = 60_000;
/** Time to begin a part. */
const PART_EXPIRES_SECONDS = 600;
const PAGE_MAX = 1000;
/** Waits before another try of a call that failed on the way; every call here may be repeated. */
const RETRY_DELAYS_MS = [200, 800];

/** `sldEnable` is missing in the SDK's typings. */
interface ClientOptions extends OSS.Options {
  sldEnable: boolean;
}

interface OssClientOptions {
  clock?: Clock;
  circuit?: Circuit;
  /** Told the id of each request that was answered well; of others the error tells it. */
  onAnswer?(requestId: string): void;
}

const AnsweredSchema = z.object({ res: z.object({ headers: z.object({ "x-oss-request-id": z.string() }) }) });

export function createOssClient(
  connection: Connection,
  { clock = systemClock, circuit, onAnswer }: OssClientOptions = {},
): OssClient {
  const { credentials, oss: endpoint, region } = connection;
  const clients = new Map<string, OSS>();
  const { bucketDomain } = connection;

  function create(bucket?: string, domain?: string): OSS {
    const options: ClientOptions = {
      accessKeyId: credentials.accessKeyId,
      accessKeySecret: credentials.accessKeySecret,
      stsToken: credentials.securityToken,
      // The SDK warns on a token that nobody renews unless this is set; whoever builds the connection renews it.
      refreshSTSTokenInterval: credentials.securityToken ? 300_000 : undefined,
      region: `oss-${region}`,
      endpoint: domain ? `https://${domain}` : `${endpoint.protocol}://${endpoint.host}`,
      cname: domain !== undefined,
      sldEnable: domain === undefined && endpoint.pathStyle,
      authorizationV4: true,
      timeout: TIMEOUT_MS,
      bucket,
    };
    return new OSS(options);
  }

  function known(bucket: string, domain?: string): OSS {
    if (!isBucketName(bucket)) throw new AppError("invalid_input", { params: { field: "bucket" } });
    const name = domain ? `${bucket}@${domain}` : bucket;
    const client = clients.get(name) ?? create(bucket, domain);
    clients.set(name, client);
    return client;
  }

  /** For objects: by the bucket's own domain where it has one. */
  const of = (bucket: string) => known(bucket, bucketDomain?.bucket === bucket ? bucketDomain.host : undefined);
  /** For what is said of the bucket itself, which the default domain always takes. */
  const settingsOf = (bucket: string) => known(bucket);

  /** Runs one call of the SDK: its errors become ours, and what failed on the way is tried again. */
  function call<T>(run: () => Promise<T>): Promise<T> {
    return circuit ? circuit.run(() => repeated(run)) : repeated(run);
  }

  async function repeated<T>(run: () => Promise<T>): Promise<T> {
    for (let attempt = 0; ; attempt++) {
      try {
        const answer = await run();
        const requestId = onAnswer && AnsweredSchema.safeParse(answer).data?.res.headers["x-oss-request-id"];
        if (requestId) onAnswer(requestId);
        return answer;
      } catch (error) {
        const mapped = toAppError(error);
        const delay = RETRY_DELAYS_MS[attempt];
        if (!mapped.retryable || mapped.code === "timeout" || delay === undefined) throw mapped;
        await clock.sleep(delay);
      }
    }
  }

  const presigner = createPresigner(of);

  async function listObjects(bucket: string, input: Parameters<OssClient["listObjects"]>[1] = {}): Promise<ObjectPage> {
    // Empty and undefined query values break V4 signatures in ali-oss (reference: oss-rest.md §0): leave them out.
    const query: OSS.ListV2ObjectsQuery = { "max-keys": input.limit ?? PAGE_MAX };
    if (input.prefix) query.prefix = input.prefix;
    if (input.delimiter) query.delimiter = input.delimiter;
    if (input.token) query["continuation-token"] = input.token;
    // The SDK takes the token out of the object it is given, so every try gets its own.
    const answer = ObjectsAnswer.parse(await call(() => of(bucket).listV2({ ...query })));
    return {
      objects: answer.objects.map(({ name, size, etag, lastModified }) => ({
        key: name,
        sizeBytes: size,
        etag,
        lastModified,
      })),
      prefixes: answer.prefixes,
      nextToken: answer.isTruncated ? (answer.nextContinuationToken ?? undefined) : undefined,
    };
  }

  async function headObject(bucket: string, key: string): Promise<ObjectHead | undefined> {
    try {
      const answer = await call(() => of(bucket).head(key));
      const { headers } = HeaderAnswer.parse(answer).res;
      return {
        sizeBytes: headers["content-length"] ?? 0,
        etag: headers.etag,
        crc64: headers["x-oss-hash-crc64ecma"],
        contentType: headers["content-type"],
        lastModified: new Date(headers["last-modified"] ?? 0).toISOString(),
      };
    } catch (error) {
      if (error instanceof AppError && error.code === "not_found") return undefined;
      throw error;
    }
  }

  async function listParts(bucket: string, key: string, uploadId: string): Promise<UploadedPart[]> {
    const parts: UploadedPart[] = [];
    for (;;) {
      const marker = parts.at(-1)?.number;
      const query = { "max-parts": PAGE_MAX, ...(marker ? { "part-number-marker": marker } : {}) };
      const answer = PartsAnswer.parse(
        await call(() => of(bucket).listParts(key, uploadId, query as OSS.ListPartsQuery)),
      );
      for (const part of answer.parts) {
        parts.push({ number: part.PartNumber, etag: part.ETag, sizeBytes: part.Size, crc64: part.HashCrc64ecma });
      }
      if (String(answer.isTruncated) !== "true" || answer.parts.length === 0) return parts;
    }
  }

  return {
    async listBuckets() {
      const found = [];
      let marker: string | undefined;
      do {
        const query = { "max-keys": PAGE_MAX, ...(marker ? { marker } : {}) };
        const answer = BucketsAnswer.parse(await call(() => create().listBuckets(query)));
        found.push(...answer.buckets);
        marker = answer.isTruncated ? (answer.nextMarker ?? undefined) : undefined;
      } while (marker);
      return found.map(({ name, region: location, creationDate }) => ({
        name,
        region: location.replace(/^oss-/, ""),
        createdAt: creationDate,
      }));
    },
    async createBucket(bucket) {
      await call(() => settingsOf(bucket).putBucket(bucket));
    },
    async getBucketLocation(bucket) {
      const answer = LocationAnswer.parse(await call(() => settingsOf(bucket).getBucketLocation(bucket)));
      return answer.location.replace(/^oss-/, "");
    },
    async getCors(bucket) {
      try {
        return parseCors(await call(() => settingsOf(bucket).getBucketCORS(bucket)));
      } catch (error) {
        if (error instanceof AppError && error.vendor?.code === "NoSuchCORSConfiguration") return [];
        throw error;
      }
    },
    async putCors(bucket, rules) {
      const wire = rules.map((rule) => ({
        allowedOrigin: rule.allowedOrigins,
        allowedMethod: rule.allowedMethods,
        allowedHeader: rule.allowedHeaders,
        exposeHeader: rule.exposeHeaders,
        maxAgeSeconds: rule.maxAgeSeconds === undefined ? undefined : String(rule.maxAgeSeconds),
      }));
      await call(() => settingsOf(bucket).putBucketCORS(bucket, wire));
    },

    listObjects,
    async listAllObjects(bucket, prefix, limit) {
      const objects: OssObject[] = [];
      let token: string | undefined;
      do {
        const page = await listObjects(bucket, { prefix, token, limit: Math.min(PAGE_MAX, limit - objects.length) });
        objects.push(...page.objects);
        token = page.nextToken;
      } while (token && objects.length < limit);
      return { objects, truncated: token !== undefined };
    },
    headObject,
    async getObjectRange(bucket, key, start, end) {
      if (end <= start) return new Uint8Array();
      // Without "standard" OSS answers a range beyond the end with the whole object (reference: oss-rest.md §9).
      const headers = { Range: `bytes=${start}-${end - 1}`, "x-oss-range-behavior": "standard" };
      const answer = ContentAnswer.parse(await call(() => of(bucket).get(key, { headers, timeout: BODY_TIMEOUT_MS })));
      return answer.res.status === 206 ? answer.content : answer.content.subarray(start, end);
    },
    async putObject(bucket, key, body, contentType) {
      await call(() => of(bucket).put(key, Buffer.from(body), { mime: contentType, timeout: BODY_TIMEOUT_MS }));
    },
    async deleteObject(bucket, key) {
      await call(() => of(bucket).delete(key));
    },
    async deleteObjects(bucket, keys) {
      for (let from = 0; from < keys.length; from += PAGE_MAX) {
        const batch = keys.slice(from, from + PAGE_MAX);
        await call(() => of(bucket).deleteMulti(batch, { quiet: true }));
      }
    },

    async initiateUpload(bucket, key) {
      return InitiateAnswer.parse(await call(() => of(bucket).initMultipartUpload(key)));
    },
    async uploadPart(bucket, key, { uploadId, number, body }, signal) {
      // A presigned URL and plain fetch: the SDK sends parts from streams only, which it cannot repeat.
      return call(async () => {
        const input = { uploadId, parts: [{ number, sizeBytes: body.length }], expiresSeconds: PART_EXPIRES_SECONDS };
        const [url = ""] = await presigner.presignParts(bucket, key, input);
        const response = await fetch(url, { method: "PUT", body: new Blob([new Uint8Array(body)]), signal });
        const answer = await response.text();
        if (!response.ok) throw fromOssXml(response.status, answer);
        return {
          etag: response.headers.get("etag") ?? "",
          crc64: response.headers.get("x-oss-hash-crc64ecma") ?? undefined,
        };
      });
    },
    async copyPart(bucket, key, { uploadId, number }, source) {
      const range = `${source.start}-${source.end - 1}`;
      const from = { sourceBucketName: source.bucket, sourceKey: source.key };
      const answer = await call(() =>
        of(bucket).uploadPartCopy(key, uploadId, number, range, from, { timeout: BODY_TIMEOUT_MS }),
      );
      return { etag: HeaderAnswer.parse(answer).res.headers.etag };
    },
    async completeUpload(bucket, key, uploadId, parts, expected) {
      let failure: AppError | undefined;
      try {
        await call(() => of(bucket).completeMultipartUpload(key, uploadId, [...parts], { timeout: BODY_TIMEOUT_MS }));
      } catch (error) {
        failure = toAppError(error);
        // A first attempt may have worked and only its answer been lost.
        if (failure.vendor?.code !== "NoSuchUpload") throw failure;
      }
      const head = await headObject(bucket, key);
      if (failure && (head?.sizeBytes !== expected.sizeBytes || head.crc64 !== expected.crc64)) throw failure;
      if (!head) throw new AppError("upstream", { params: { key } });
      return head;
    },
    async abortUpload(bucket, key, uploadId) {
      try {
        await call(() => of(bucket).abortMultipartUpload(key, uploadId));
      } catch (error) {
        if (!(error instanceof AppError) || error.vendor?.code !== "NoSuchUpload") throw error;
      }
    },
    listParts,
    async listUploads(bucket, prefix, limit) {
      const found: OpenUpload[] = [];
      let marker: Record<string, string> = {};
      for (;;) {
        const query = {
          "max-uploads": Math.min(PAGE_MAX, limit - found.length),
          ...(prefix ? { prefix } : {}),
          ...marker,
        };
        const answer = UploadsAnswer.parse(await call(() => of(bucket).listUploads(query as OSS.ListUploadsQuery)));
        found.push(
          ...answer.uploads.map(({ name, uploadId, initiated }) => ({ key: name, uploadId, initiatedAt: initiated })),
        );
        if (!answer.isTruncated || !answer.nextKeyMarker || found.length >= limit) return found;
        marker = { "key-marker": answer.nextKeyMarker, "upload-id-marker": answer.nextUploadIdMarker ?? "" };
      }
    },
    async getAbortRules(bucket) {
      try {
        return parseLifecycle(await call(() => settingsOf(bucket).getBucketLifecycle(bucket)));
      } catch (error) {
        if (error instanceof AppError && error.vendor?.code === "NoSuchLifecycle") return { rules: [], allRules: 0 };
        throw error;
      }
    },
    async putAbortRule(bucket, { prefix, days }) {
      // The SDK writes its own spelling into the rule it is given, so every try gets its own.
      const rule = () => ({
        id: "abort-abandoned-uploads",
        prefix,
        status: "Enabled" as const,
        abortMultipartUpload: { days },
      });
      await call(() => settingsOf(bucket).putBucketLifecycle(bucket, [rule() as unknown as OSS.LifecycleRule]));
    },
    ...presigner,
    signForm: (bucket, options) => signForm(of(bucket), connection, clock, bucket, options),
  };
}
