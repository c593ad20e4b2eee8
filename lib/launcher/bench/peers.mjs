/** In the browser: the other uploaders, used as their makers mean them. */

import AwsS3 from "@uppy/aws-s3";
import Uppy from "@uppy/core";
import { createHttpTransport } from "@/lib/oss/upload/http-transport";

/** ali-oss's own build for browsers. */
const ALI_OSS_SCRIPT = "/aliyun-oss-sdk.js";
const LANES = 6;

/** Of each file so many bytes: a large file by `multipartUpload`, small ones by `put`, six at a time. */
export async function aliOss(files, timed, { client, limitBytes, ...multipart }) {
  if (!globalThis.OSS) await loadScript(ALI_OSS_SCRIPT);
  const oss = new globalThis.OSS(client);
  const bodies = files.map((file) => [file.name, file.slice(0, limitBytes)]);
  let next = 0;
  const lane = async () => {
    while (next < bodies.length) {
      const [name, body] = bodies[next++];
      if (bodies.length === 1) await oss.multipartUpload(`ali-oss/${name}`, body, multipart);
      else await oss.put(`ali-oss/${name}`, body);
    }
  };
  return timed(() => Promise.all(Array.from({ length: LANES }, lane)));
}

/**
 * Uppy 5's aws-s3 with its defaults: six connections, parts of 5 MiB, each signed by a request of its own. Version 6 sends the
 * parts of a file one after the other, which is slower.
 */
export async function uppy(files, timed, { limitBytes }) {
  const transport = createHttpTransport("bench", "bench");
  const { signal } = new AbortController();
  const up = new Uppy({ autoProceed: false });
  up.use(AwsS3, {
    shouldUseMultipart: true,
    async createMultipartUpload({ name }) {
      const { uploadId } = await transport.initiate(`uppy/${name}`, signal);
      return { uploadId, key: `uppy/${name}` };
    },
    async signPart(_, { key, uploadId, partNumber, body }) {
      const request = { path: key, sizeBytes: body.size, part: { uploadId, number: partNumber } };
      const { urls } = await transport.sign([request], signal);
      return { url: urls[0] };
    },
    listParts: () => [],
    abortMultipartUpload: (_, { key, uploadId }) => transport.abort(key, uploadId),
    async completeMultipartUpload(_, { key, uploadId, parts }) {
      const list = parts.map(({ PartNumber, ETag }) => ({ number: PartNumber, etag: ETag }));
      await transport.complete(key, uploadId, list, { sizeBytes: 0, crc64: "0" }, signal);
      return {};
    },
  });
  const bodies = files.map((file) => ({ name: file.name, data: file.slice(0, limitBytes) }));
  const ms = await timed(async () => {
    up.addFiles(bodies);
    const { failed, successful } = await up.upload();
    if (failed.length > 0 || successful.length !== bodies.length) throw new Error("Uppy did not bring every file");
  });
  up.destroy();
  return ms;
}

function loadScript(src) {
  return new Promise((resolve, reject) => {
    const script = document.createElement("script");
    script.onload = resolve;
    script.onerror = () => reject(new Error(`cannot load ${src}`));
    script.src = src;
    document.head.append(script);
  });
}
