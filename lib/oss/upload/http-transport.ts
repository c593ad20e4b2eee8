/** Control calls go to the console's own routes, bytes straight to OSS. */
import type { z } from "zod";
import { type Clock, systemClock } from "@/lib/clock";
import { fetchJson, inConnection, postJson } from "@/lib/fetch-json";
import { postWithXhr } from "./post-form";
import { type PutBlob, putWithXhr } from "./put-blob";
import type { SignRequest, UploadTransport } from "./types";
import type {
  FormReply,
  InitiateReply,
  OpenReply,
  PartsReply,
  SignReply,
  SizesReply,
  StatReply,
  StoredFileReply,
} from "./wire";

/** The console's own address for one body, for browsers that cannot reach the bucket. */
export function relayAddress(connectionId: string, id: string, { path, sizeBytes, part }: SignRequest): string {
  const query = new URLSearchParams({ path, sizeBytes: String(sizeBytes) });
  if (part) {
    query.set("uploadId", part.uploadId);
    query.set("number", String(part.number));
  }
  return inConnection(connectionId, `/api/oss/uploads/${id}/relay?${query}`);
}

/** `id`: of beginUpload. */
export function createHttpTransport(
  connectionId: string,
  id: string,
  put: PutBlob = putWithXhr,
  clock: Clock = systemClock,
): UploadTransport {
  const at = (path: string) => inConnection(connectionId, `/api/oss/uploads/${id}/${path}`);
  return {
    async sign(requests, signal) {
      const askedAt = clock.now();
      const reply = await postJson<z.input<typeof SignReply>>(at("sign"), { requests }, signal);
      return { urls: reply.urls, expiresAt: askedAt + reply.expiresSeconds * 1000 };
    },
    put,
    async signForm(signal) {
      const askedAt = clock.now();
      const { expiresSeconds, ...form } = await postJson<z.input<typeof FormReply>>(at("form"), {}, signal);
      return { ...form, expiresAt: askedAt + expiresSeconds * 1000 };
    },
    post: postWithXhr,
    initiate: (path, signal) => postJson<z.input<typeof InitiateReply>>(at("initiate"), { path }, signal),
    complete: (path, uploadId, parts, expected, signal) =>
      postJson<z.input<typeof StoredFileReply>>(at("complete"), { path, uploadId, parts, expected }, signal),
    async abort(path, uploadId) {
      await postJson<null>(at("abort"), { path, uploadId });
    },
    async listParts(path, uploadId, signal) {
      const query = new URLSearchParams({ path, uploadId });
      return (await fetchJson<z.input<typeof PartsReply>>(at(`parts?${query}`), { signal })).parts;
    },
    async listOpen(signal) {
      return new Map((await fetchJson<z.input<typeof OpenReply>>(at("open"), { signal })).uploads);
    },
    async listSizes(signal) {
      return new Map((await fetchJson<z.input<typeof SizesReply>>(at("sizes"), { signal })).sizes);
    },
    async stat(path, signal) {
      const query = new URLSearchParams({ path });
      return (await fetchJson<z.input<typeof StatReply>>(at(`stat?${query}`), { signal })).file ?? undefined;
    },
  };
}
