/** What the console's upload routes do, without people and store: signs through our own OSS client. Bundled by serve.mjs. */
import { systemClock } from "@/lib/clock";
import { sampleModel } from "@/lib/models/sample";
import { createOssClient } from "@/lib/oss/client";
import { consoleCorsRule } from "@/lib/oss/cors";
import { FORM_MAX_BYTES } from "@/lib/oss/upload/plan";

export { sampleModel };

const EXPIRES_SECONDS = 15 * 60;

/** @returns handlers by the last segment of the path; `input` is the body or the query */
export async function createUploadsApi({ port, account, region, bucket, origin }) {
  const endpoint = { protocol: "http", host: `localhost:${port}` };
  const oss = createOssClient(
    {
      id: "bench",
      kind: "embedded",
      name: "bench",
      region,
      credentials: account,
      eas: endpoint,
      workspace: endpoint,
      oss: { ...endpoint, pathStyle: true },
      gatewayHosts: [],
    },
    systemClock,
  );
  await oss.createBucket(bucket);
  await oss.putCors(bucket, [consoleCorsRule(origin)]);
  const expiresSeconds = EXPIRES_SECONDS;

  async function sign({ path, sizeBytes, part }) {
    if (!part) return oss.presignPut(bucket, path, { sizeBytes, expiresSeconds });
    const parts = [{ number: part.number, sizeBytes }];
    return (await oss.presignParts(bucket, path, { uploadId: part.uploadId, parts, expiresSeconds }))[0];
  }

  return {
    async sign({ requests }) {
      return { urls: await Promise.all(requests.map(sign)), expiresSeconds };
    },
    form() {
      const limits = { prefix: "", maxBytes: FORM_MAX_BYTES, expiresSeconds };
      return { ...oss.signForm(bucket, limits), ...limits };
    },
    initiate: ({ path }) => oss.initiateUpload(bucket, path),
    async complete({ path, uploadId, parts, expected }) {
      const { sizeBytes, crc64 } = await oss.completeUpload(bucket, path, uploadId, parts, expected);
      return { sizeBytes, crc64 };
    },
    async abort({ path, uploadId }) {
      await oss.abortUpload(bucket, path, uploadId);
      return null;
    },
    parts: async ({ path, uploadId }) => ({ parts: await oss.listParts(bucket, path, uploadId) }),
    async open() {
      return { uploads: (await oss.listUploads(bucket, "", 1000)).map(({ key, uploadId }) => [key, uploadId]) };
    },
    async sizes() {
      const { objects } = await oss.listAllObjects(bucket, "", 20_000);
      return { sizes: objects.map(({ key, sizeBytes }) => [key, sizeBytes]) };
    },
    async stat({ path }) {
      const head = await oss.headObject(bucket, path);
      return { file: head ? { sizeBytes: head.sizeBytes, crc64: head.crc64 } : null };
    },
    /** Between two measurements. */
    async clear() {
      const { objects } = await oss.listAllObjects(bucket, "", 20_000);
      for (const { key } of objects) await oss.deleteObject(bucket, key);
      return null;
    },
  };
}
