import { AppError } from "@/lib/errors";
import { contentKind } from "@/lib/models/content";
import { keyBelow } from "@/lib/oss/names";
import type { UploadedPart } from "@/lib/oss/types";
import { combineCrc64 } from "@/lib/oss/upload/crc";
import { partSizeFor, WHOLE_PUT_MAX_BYTES } from "@/lib/oss/upload/plan";
import type { PlannedImportFile } from "./plan-import";
import { probe, type RemoteFacts, type RemoteSource, readRange, readWhole } from "./remote-file";
import { corrupted, createCrc, sendStream } from "./send-stream";
import { expectedSum, type NamedSum, PartSum, sumDiffers, withSum } from "./sum";
import { fromArchive } from "./transfer-archive";
import type { Transfer, TransferState } from "./transfer-types";

/** Two parts on the way keep the line busy while one is being computed; more is memory. */
const PARTS_AT_ONCE = 2;
const COPY_PART_BYTES = 256 * 1024 * 1024;

/** Brings one planned file to its place; what OSS holds of it already is not sent again. */
export async function transferFile(to: Transfer, file: PlannedImportFile, state: TransferState): Promise<void> {
  switch (file.source.kind) {
    case "url": {
      const hub = file.source.hub && to.hubs[file.source.hub];
      const headers = hub?.token ? { authorization: `Bearer ${hub.token}` } : undefined;
      const { url, sha256, gitBlob } = file.source;
      return fromUrl(to, { url, headers, sha256, gitBlob }, file, state);
    }
    case "text":
      return fromText(to, file.source.text, file.path);
    case "object":
      return fromObject(to, file.source, file.path, state);
    case "archive":
      return fromArchive(to, file.source, file.path);
    default:
      return file.source satisfies never;
  }
}

async function fromText({ oss, bucket, prefix, onProgress }: Transfer, text: string, path: string): Promise<void> {
  const bytes = new TextEncoder().encode(text);
  await oss.putObject(bucket, keyBelow(prefix, path), bytes);
  onProgress(bytes.length, bytes.length);
}

/** A length that is not told must end somewhere: the largest checkpoints have a tenth of it. */
const STREAM_BYTES_MAX = 64 * 1024 ** 3;

interface SummedSource extends RemoteSource, NamedSum {}

async function fromUrl(
  to: Transfer,
  source: SummedSource,
  { path, sizeBytes: planned }: PlannedImportFile,
  state: TransferState,
): Promise<void> {
  const { remote, oss, bucket, signal } = to;
  const key = keyBelow(to.prefix, path);
  if (planned === 0) {
    await oss.putObject(bucket, key, new Uint8Array());
    return;
  }
  const facts = await probe(remote, source, signal);
  // The list named another size: what lies there now is another file, or a page that stands in for it.
  if (planned !== undefined && facts.sizeBytes !== undefined && facts.sizeBytes !== planned)
    throw new AppError("conflict", { params: { what: "source", name: path, rule: "imports.errors.changed" } });
  const partSizeBytes = facts.sizeBytes === undefined ? undefined : partSizeFor(facts.sizeBytes);
  if (
    !facts.ranged ||
    facts.sizeBytes === undefined ||
    partSizeBytes === undefined ||
    facts.sizeBytes <= WHOLE_PUT_MAX_BYTES
  )
    return asStream(to, source, facts, { key, path, sizeBytes: facts.sizeBytes ?? planned }, state);
  const { sizeBytes, validator } = facts;
  const { uploadId, known } = await resumeOrInitiate(to, { key, sizeBytes, partSizeBytes, validator }, state);
  const crc = await createCrc();
  const expected = expectedSum(source, sizeBytes);
  const sum = expected && (await PartSum.open(expected, state, (part) => known.has(part)));
  // What the sum does not know yet is read again.
  if (sum) for (const number of known.keys()) if (number > sum.parts) known.delete(number);
  const send = async (number: number, range: { start: number; end: number }) => {
    const reading = readRange(remote, source, facts, range, signal);
    const summed = sum?.add(number, reading);
    const body = await reading;
    if (number === 1) refusePage(path, body);
    const crc64 = crc(body);
    const stored = await oss.uploadPart(bucket, key, { uploadId, number, body }, signal);
    if (stored.crc64 !== undefined && stored.crc64 !== crc64) throw corrupted(key);
    await summed;
    const reached = sum?.store(number);
    if (reached) await to.remember(reached);
    return { number, etag: stored.etag, sizeBytes: body.length, crc64 };
  };
  await sendParts(to, { key, uploadId, sizeBytes, partSizeBytes, known }, send, async () => {
    if (sum === undefined || sum.isAsNamed()) return;
    await oss.abortUpload(bucket, key, uploadId);
    throw sumDiffers(path);
  });
}

/** Once through, without a way to go on after a break. */
async function asStream(
  to: Transfer,
  source: SummedSource,
  facts: RemoteFacts,
  { key, path, sizeBytes }: { key: string; path: string; sizeBytes?: number },
  state: TransferState,
): Promise<void> {
  const { remote, oss, bucket, signal } = to;
  if (state.uploadId !== undefined) await oss.abortUpload(bucket, key, state.uploadId);
  const { body } = await readWhole(remote, source, facts, signal);
  let done = 0;
  await sendStream(
    oss,
    { bucket, key, limitBytes: sizeBytes ?? STREAM_BYTES_MAX },
    withSum(notAPage(path, wholeBody(body, sizeBytes)), path, expectedSum(source, sizeBytes)),
    signal,
    {
      onBegin: (uploadId) => to.remember({ uploadId }),
      onPart: (bytes) => {
        done += bytes;
        to.onProgress(done, sizeBytes);
      },
    },
  );
}

/** Ends with an error when fewer bytes came than were told, before they are taken for the file. */
async function* wholeBody(body: AsyncIterable<Uint8Array>, sizeBytes: number | undefined) {
  let done = 0;
  for await (const chunk of toNetworkErrors(body)) {
    done += chunk.length;
    yield chunk;
  }
  if (sizeBytes !== undefined && done < sizeBytes) throw new AppError("network", { retryable: true });
}

async function* toNetworkErrors(body: AsyncIterable<Uint8Array>) {
  try {
    yield* body;
  } catch (cause) {
    throw cause instanceof AppError ? cause : new AppError("network", { retryable: true, cause });
  }
}

async function* notAPage(path: string, body: AsyncIterable<Uint8Array>) {
  let isFirst = true;
  for await (const chunk of body) {
    if (isFirst) refusePage(path, chunk);
    isFirst = false;
    yield chunk;
  }
}

/** A sign-in page or an error, answered as if it were the file. */
function refusePage(path: string, head: Uint8Array): void {
  if (!/\.html?$/i.test(path) && contentKind(head.subarray(0, 512)) === "page")
    throw new AppError("upstream", { params: { name: path, rule: "imports.errors.page" } });
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
  /** The last word before the parts become an object. */
  approve: () => Promise<void> = () => Promise.resolve(),
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
  await approve();
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
