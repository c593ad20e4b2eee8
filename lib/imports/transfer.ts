import { AppError } from "@/lib/errors";
import { keyBelow } from "@/lib/oss/names";
import type { OssClient, UploadedPart } from "@/lib/oss/types";
import { combineCrc64 } from "@/lib/oss/upload/crc";
import { partSizeFor, WHOLE_PUT_MAX_BYTES } from "@/lib/oss/upload/plan";
import { tarEntries, zipEntries } from "./archive";
import type { Hubs, PlannedImportFile } from "./plan-import";
import type { Remote } from "./remote";
import { probe, type RemoteFacts, type RemoteSource, readRange } from "./remote-file";
import { corrupted, createCrc, sendStream } from "./send-stream";

/** What an earlier attempt left behind, and where this one writes its own traces. */
export interface TransferState {
  uploadId?: string;
  validator?: string;
}

export interface Transfer {
  remote: Remote;
  oss: OssClient;
  hubs: Hubs;
  /** The model root. */
  bucket: string;
  prefix: string;
  signal: AbortSignal;
  /** Bytes of this file that OSS has confirmed; of an archive, that were read. */
  onProgress(doneBytes: number, sizeBytes?: number): void;
  /** Before the first byte goes: a later attempt can go on from here. */
  remember(state: TransferState): Promise<void>;
}

/** Two parts on the way keep the line busy while one is being computed; more is memory. */
const PARTS_AT_ONCE = 2;
const COPY_PART_BYTES = 256 * 1024 * 1024;

/** Brings one planned file to its place; what OSS holds of it already is not sent again. */
export async function transferFile(to: Transfer, file: PlannedImportFile, state: TransferState): Promise<void> {
  switch (file.source.kind) {
    case "url": {
      const hub = file.source.hub && to.hubs[file.source.hub];
      const headers = hub?.token ? { authorization: `Bearer ${hub.token}` } : undefined;
      return fromUrl(to, { url: file.source.url, headers }, file.path, state);
    }
    case "object":
      return fromObject(to, file.source, file.path, state);
    case "archive":
      return fromArchive(to, file.source, file.path);
    default:
      return file.source satisfies never;
  }
}

async function fromUrl(to: Transfer, source: RemoteSource, path: string, state: TransferState): Promise<void> {
  const { remote, oss, bucket, signal } = to;
  const key = keyBelow(to.prefix, path);
  const facts = await probe(remote, source, signal);
  const partSizeBytes = facts.sizeBytes === undefined ? undefined : partSizeFor(facts.sizeBytes);
  if (
    !facts.ranged ||
    facts.sizeBytes === undefined ||
    partSizeBytes === undefined ||
    facts.sizeBytes <= WHOLE_PUT_MAX_BYTES
  ) {
    const { body } = await remote.get(source.url, { headers: source.headers, signal });
    let done = 0;
    const sent = await sendStream(oss, { bucket, key }, body, signal, (bytes) => {
      done += bytes;
      to.onProgress(done, facts.sizeBytes);
    });
    if (facts.sizeBytes !== undefined && sent.sizeBytes !== facts.sizeBytes)
      throw new AppError("network", { retryable: true });
    return;
  }
  const { sizeBytes, validator } = facts;
  const { uploadId, known } = await resumeOrInitiate(to, { key, sizeBytes, partSizeBytes, validator }, state);
  const crc = await createCrc();
  await sendParts(to, { key, uploadId, sizeBytes, partSizeBytes, known }, async (number, range) => {
    const body = await readRange(remote, source, facts as RemoteFacts, range, signal);
    const crc64 = crc(body);
    const stored = await oss.uploadPart(bucket, key, { uploadId, number, body }, signal);
    if (stored.crc64 !== undefined && stored.crc64 !== crc64) throw corrupted(key);
    return { number, etag: stored.etag, sizeBytes: body.length, crc64 };
  });
}

async function fromObject(
  to: Transfer,
  source: { bucket: string; key: string },
  path: string,
  state: TransferState,
): Promise<void> {
  const { oss, bucket } = to;
  const key = keyBelow(to.prefix, path);
  const head = await oss.headObject(source.bucket, source.key);
  if (!head) throw new AppError("not_found", { params: { what: "source", name: source.key } });
  const { sizeBytes } = head;
  const partSizeBytes = Math.max(COPY_PART_BYTES, partSizeFor(sizeBytes) ?? COPY_PART_BYTES);
  if (sizeBytes === 0) {
    await oss.putObject(bucket, key, new Uint8Array());
    return;
  }
  const { uploadId, known } = await resumeOrInitiate(
    to,
    { key, sizeBytes, partSizeBytes, validator: head.etag },
    state,
  );
  await sendParts(to, { key, uploadId, sizeBytes, partSizeBytes, known }, async (number, range) => {
    const { etag } = await oss.copyPart(bucket, key, { uploadId, number }, { ...source, ...range });
    return { number, etag, sizeBytes: range.end - range.start };
  });
  const copy = await oss.headObject(bucket, key);
  if (copy?.sizeBytes !== sizeBytes || (head.crc64 !== undefined && copy.crc64 !== head.crc64)) throw corrupted(key);
}

async function fromArchive(
  to: Transfer,
  source: { url: string; format: "tar" | "zip" },
  folder: string,
): Promise<void> {
  const { remote, oss, bucket, prefix, signal } = to;
  const stored = new Map(
    (await oss.listAllObjects(bucket, prefix + folder, 20_000)).objects.map(({ key, sizeBytes }) => [key, sizeBytes]),
  );
  const entries =
    source.format === "tar"
      ? tarEntries(remote, source, signal, (bytes) => to.onProgress(bytes))
      : zipEntries(remote, source, signal);
  let wrapper: string | undefined;
  let unpacked = 0;
  for await (const entry of entries) {
    signal.throwIfAborted();
    // Archives made of one folder are meant by their content: what is in it takes the place of the folder.
    const [first = "", ...rest] = entry.path.split("/");
    wrapper ??= rest.length > 0 ? first : "";
    if (wrapper !== "" && (first !== wrapper || rest.length === 0))
      throw new AppError("invalid_input", {
        params: { field: "url", path: entry.path, rule: "imports.errors.mixedArchive" },
      });
    const path = folder + (wrapper === "" ? entry.path : rest.join("/"));
    const key = keyBelow(prefix, path);
    // An earlier attempt brought it; the archive itself has no way to begin in its middle.
    if (stored.get(key) !== entry.sizeBytes) await sendStream(oss, { bucket, key }, entry.body, signal);
    else for await (const _ of entry.body) signal.throwIfAborted();
    unpacked += entry.sizeBytes;
    if (source.format === "zip") to.onProgress(unpacked);
  }
}

/** What OSS itself says is there of an earlier attempt, if that was of the same version; half of another is thrown away. */
async function resumeOrInitiate(
  { oss, bucket, remember }: Transfer,
  {
    key,
    sizeBytes,
    partSizeBytes,
    validator,
  }: { key: string; sizeBytes: number; partSizeBytes: number; validator?: string },
  state: TransferState,
): Promise<{ uploadId: string; known: Map<number, UploadedPart> }> {
  if (state.uploadId !== undefined) {
    const parts = await oss.listParts(bucket, key, state.uploadId).catch(unlessGone);
    if (parts && validator !== undefined && validator === state.validator) {
      // Parts of another length are of another plan and are sent anew.
      const fitting = parts.filter(
        (part) => part.sizeBytes === Math.min(partSizeBytes, sizeBytes - (part.number - 1) * partSizeBytes),
      );
      return { uploadId: state.uploadId, known: new Map(fitting.map((part) => [part.number, part])) };
    }
    await oss.abortUpload(bucket, key, state.uploadId);
  }
  const { uploadId } = await oss.initiateUpload(bucket, key);
  await remember({ uploadId, validator });
  return { uploadId, known: new Map() };
}

/** Somebody removed it meanwhile, or it was completed and only the news of it got lost. */
function unlessGone(error: unknown): undefined {
  if (error instanceof AppError && error.code === "not_found") return undefined;
  throw error;
}

interface PartPlan {
  key: string;
  uploadId: string;
  sizeBytes: number;
  partSizeBytes: number;
  known: Map<number, UploadedPart>;
}

async function sendParts(
  to: Transfer,
  { key, uploadId, sizeBytes, partSizeBytes, known }: PartPlan,
  send: (number: number, range: { start: number; end: number }) => Promise<UploadedPart>,
): Promise<void> {
  const { oss, bucket, signal, onProgress } = to;
  const count = Math.ceil(sizeBytes / partSizeBytes);
  const missing = Array.from({ length: count }, (_, index) => index + 1).filter((number) => !known.has(number));
  let done = [...known.values()].reduce((sum, part) => sum + part.sizeBytes, 0);
  onProgress(done, sizeBytes);
  let failed = false;
  const work = async () => {
    for (let number = missing.shift(); number !== undefined && !failed; number = missing.shift()) {
      signal.throwIfAborted();
      const start = (number - 1) * partSizeBytes;
      const range = { start, end: Math.min(start + partSizeBytes, sizeBytes) };
      const part = await send(number, range).catch((error: unknown) => {
        failed = true;
        throw error;
      });
      known.set(number, part);
      done += part.sizeBytes;
      onProgress(done, sizeBytes);
    }
  };
  // Others on the way are waited for: they may succeed, and must not meet the next attempt.
  const outcomes = await Promise.allSettled(Array.from({ length: PARTS_AT_ONCE }, work));
  for (const outcome of outcomes) if (outcome.status === "rejected") throw outcome.reason;
  const parts = [...known.values()].sort((a, b) => a.number - b.number);
  const chunks = parts.flatMap(({ crc64, sizeBytes: size }) =>
    crc64 === undefined ? [] : [{ crc64, sizeBytes: size }],
  );
  // Copied parts carry no checksum of their own; the whole is compared with its source instead.
  const crc64 = chunks.length === parts.length ? combineCrc64(chunks) : "";
  const head = await oss.completeUpload(bucket, key, uploadId, parts, { sizeBytes, crc64 });
  if (head.sizeBytes !== sizeBytes || (crc64 !== "" && head.crc64 !== undefined && head.crc64 !== crc64))
    throw corrupted(key);
}
