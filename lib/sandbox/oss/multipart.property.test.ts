import { createHash } from "node:crypto";
import fc from "fast-check";
import { afterAll, beforeAll, expect, test } from "vitest";
import { type Client, createClient, http, startTestServer, type TestServer, tag } from "./testing";

/** Random schedules of multipart uploads against a model that keeps everything in memory. */

const MIN_PART = 100 * 1024;
let server: TestServer;
let client: Client;
/** One per schedule, so that a failing one leaves the next alone. */
let bucket = "";
let schedules = 0;

beforeAll(async () => {
  server = await startTestServer();
});
afterAll(() => server.remove());

const key = fc.constantFrom("x", "dir/y");
const upload = fc.nat({ max: 3 });
const number = fc.constantFrom(1, 2, 3, 9, 10_000);
const size = fc.constantFrom(0, 3, 4_000, MIN_PART, MIN_PART + 1);
const fill = fc.integer({ min: 1, max: 255 });
const part = fc.record({ upload, number, size, fill });

const step = fc.oneof(
  { weight: 3, arbitrary: fc.record({ do: fc.constant("initiate" as const), key }) },
  // Several at once: different numbers, uploads and keys in any mixture.
  { weight: 6, arbitrary: fc.record({ do: fc.constant("parts" as const), parts: fc.array(part, { maxLength: 3 }) }) },
  { weight: 2, arbitrary: fc.record({ do: fc.constant("copy" as const), upload, number, key, end: size }) },
  {
    weight: 4,
    arbitrary: fc.record({
      do: fc.constant("complete" as const),
      upload,
      choice: fc.constantFrom("all", "without the first", "backwards", "a wrong ETag", "one too many"),
    }),
  },
  { weight: 1, arbitrary: fc.record({ do: fc.constant("abort" as const), upload }) },
  { weight: 1, arbitrary: fc.record({ do: fc.constant("put" as const), key, size, fill }) },
);
type Step = typeof step extends fc.Arbitrary<infer S> ? S : never;

interface ModelUpload {
  id: string;
  key: string;
  parts: Map<number, Buffer>;
  isOpen: boolean;
}

class Model {
  readonly uploads: ModelUpload[] = [];
  readonly objects = new Map<string, Buffer>();
}

const etag = (bytes: Buffer) => `"${createHash("md5").update(bytes).digest("hex").toUpperCase()}"`;

/** The error's code, or undefined when it went well. */
async function outcome(call: Promise<unknown>): Promise<string | undefined> {
  try {
    await call;
    return undefined;
  } catch (error) {
    return (error as { code: string }).code;
  }
}

async function run(model: Model, step: Step): Promise<void> {
  if (step.do === "initiate") {
    const { uploadId } = await client.initMultipartUpload(step.key);
    model.uploads.push({ id: uploadId, key: step.key, parts: new Map(), isOpen: true });
    return;
  }
  if (step.do === "put") {
    const body = Buffer.alloc(step.size, step.fill);
    await client.put(step.key, body);
    model.objects.set(step.key, body);
    return;
  }
  if (step.do === "parts") {
    // One body per number of an upload: which of two at once would win is nobody's to say.
    const seen = new Set<string>();
    const parts = step.parts.filter(
      ({ upload, number }) => !seen.has(`${upload} ${number}`) && seen.add(`${upload} ${number}`),
    );
    await Promise.all(parts.map((one) => sendPart(model, one)));
    return;
  }
  const target = model.uploads[step.upload];
  if (!target) return;
  if (step.do === "copy") await copyPart(model, target, step);
  else if (step.do === "abort") {
    expect(await outcome(client.abortMultipartUpload(target.key, target.id))).toBe(
      target.isOpen ? undefined : "NoSuchUpload",
    );
    target.isOpen = false;
  } else await complete(model, target, step.choice);
}

async function sendPart(
  model: Model,
  { upload, number, size, fill }: { upload: number; number: number; size: number; fill: number },
) {
  const target = model.uploads[upload];
  if (!target) return;
  const body = Buffer.alloc(size, fill);
  const sent = client.uploadPart(target.key, target.id, number, body as never, 0, size);
  expect(await outcome(sent)).toBe(target.isOpen ? undefined : "NoSuchUpload");
  if (target.isOpen) target.parts.set(number, body);
}

async function copyPart(
  model: Model,
  target: ModelUpload,
  { number, key, end }: { number: number; key: string; end: number },
) {
  const source = model.objects.get(key);
  const last = Math.min(end, source?.length ?? 0) - 1;
  if (!source || last < 0) return;
  const copied = client.uploadPartCopy(
    target.key,
    target.id,
    number,
    `0-${last}`,
    {
      sourceKey: key,
      sourceBucketName: bucket,
    },
    {},
  );
  expect(await outcome(copied)).toBe(target.isOpen ? undefined : "NoSuchUpload");
  if (target.isOpen) target.parts.set(number, source.subarray(0, last + 1));
}

async function complete(model: Model, target: ModelUpload, choice: string): Promise<void> {
  let parts = [...target.parts]
    .sort(([a], [b]) => a - b)
    .map(([number, bytes]) => ({ number, bytes, etag: etag(bytes) }));
  if (choice === "without the first") parts = parts.slice(1);
  if (parts.length === 0) return;
  let expected: string | undefined;
  if (parts.slice(0, -1).some(({ bytes }) => bytes.length < MIN_PART)) expected = "EntityTooSmall";
  if (choice === "a wrong ETag") {
    parts = parts.map((one) => ({ ...one, etag: etag(Buffer.from("other")) }));
    expected = "InvalidPart";
  }
  if (choice === "one too many") {
    const [first] = parts;
    if (!first || target.parts.has(5)) return;
    parts = [...parts, { ...first, number: 5 }].sort((a, b) => a.number - b.number);
    expected = "InvalidPart";
  }
  if (choice === "backwards") {
    parts.reverse();
    if (parts.length > 1) expected = "InvalidPartOrder";
  }
  if (!target.isOpen) expected = "NoSuchUpload";
  // ali-oss sorts its list, so the XML is written here.
  const list = parts.map(({ number, etag }) => `<Part><PartNumber>${number}</PartNumber><ETag>${etag}</ETag></Part>`);
  const url = await client.signatureUrlV4("POST", 60, { queries: { uploadId: target.id } }, target.key);
  const body = `<CompleteMultipartUpload>${list.join("")}</CompleteMultipartUpload>`;
  const { body: text } = await http(server, url, { method: "POST", body });
  expect(tag(text, "Code")).toBe(expected);
  if (expected !== undefined) return;
  target.isOpen = false;
  model.objects.set(target.key, Buffer.concat(parts.map(({ bytes }) => bytes)));
}

async function compare(model: Model): Promise<void> {
  for (const [name, bytes] of model.objects) {
    const { content } = await client.get(name);
    expect(bytes.equals(content), `content of ${name}`).toBe(true);
  }
  const open = model.uploads.filter(({ isOpen }) => isOpen);
  const { uploads } = await client.listUploads({ "max-uploads": 1000 });
  expect((uploads ?? []).map(({ uploadId }: { uploadId: string }) => uploadId).sort()).toEqual(
    open.map(({ id }) => id).sort(),
  );
  for (const { key, id, parts } of open) {
    const answer = await client.listParts(key, id, {} as never, {});
    const listed = [answer.parts ?? []].flat() as unknown as { PartNumber: string; ETag: string; Size: string }[];
    expect(listed.map(({ PartNumber, ETag, Size }) => [Number(PartNumber), ETag, Number(Size)])).toEqual(
      [...parts].sort(([a], [b]) => a - b).map(([number, bytes]) => [number, etag(bytes), bytes.length]),
    );
  }
}

test("any schedule leaves what the model has, also after a restart", async () => {
  await fc.assert(
    fc.asyncProperty(fc.array(step, { minLength: 4, maxLength: 22 }), async (steps) => {
      const model = new Model();
      bucket = `schedules-${schedules++}`;
      client = createClient(server, { bucket });
      await client.putBucket(bucket);
      for (const one of [{ do: "initiate", key: "x" } as const, ...steps]) await run(model, one);
      await compare(model);
      server = await server.restart();
      client = createClient(server, { bucket });
      await compare(model);
    }),
    { numRuns: 12 },
  );
}, 30_000);
