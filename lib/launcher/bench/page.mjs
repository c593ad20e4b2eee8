/** In the browser: sends the chosen files in one of several ways and says how long it took. Bundled by serve.mjs. */
import { systemClock } from "@/lib/clock";
import { createUpload } from "@/lib/oss/upload/engine";
import { createHttpTransport } from "@/lib/oss/upload/http-transport";
import { createIndexedCheckpoints } from "@/lib/oss/upload/indexed-checkpoints";
import { partRange, planUpload } from "@/lib/oss/upload/plan";
import { createWorkerChecksum } from "@/lib/oss/upload/worker-checksum";
import { discarding } from "./discarding.mjs";
import { lastDrop } from "./dropped.mjs";
import { aliOss, uppy } from "./peers.mjs";

const LANES = 6;

const chosen = (id, count) => [...document.querySelector(id).files].slice(0, count);

const sourcesOf = (files) => files.map((file) => ({ path: file.name, file, lastModified: file.lastModified }));

async function timed(work) {
  const start = performance.now();
  await work();
  return performance.now() - start;
}

/** The console's own way, checks and all. */
async function engine(files, transport = createHttpTransport("bench", "bench")) {
  const { plan } = planUpload(sourcesOf(files));
  const { checksum, close } = createWorkerChecksum();
  const checkpoints = createIndexedCheckpoints(`bench ${Math.random()}`);
  const upload = createUpload(plan, { transport, checksum, clock: systemClock, checkpoints }, { skipExisting: true });
  const retries = [];
  upload.subscribe((event) => event.type === "retry" && retries.push(event.error));
  const ms = await timed(() => {
    upload.start();
    return upload.settled();
  });
  close();
  const { doneFiles, files: count } = upload.progress();
  if (doneFiles !== count || retries.length > 0) {
    const failed = upload.files().find(({ state }) => state === "failed");
    throw new Error(`${doneFiles} of ${count} files done: ${JSON.stringify([failed, ...retries])}`);
  }
  return ms;
}

/** Without forms small files go to URLs of their own, as larger ones do. */
const withoutForms = () => ({ ...createHttpTransport("bench", "bench"), signForm: undefined });

/** The same slices to URLs signed beforehand, and nothing else. */
async function bare(files) {
  const { plan } = planUpload(sourcesOf(files));
  const transport = createHttpTransport("bench", "bench");
  const { signal } = new AbortController();
  const requests = [];
  const bodies = [];
  const open = [];
  for (const item of plan.items) {
    const upload = item.mode === "multipart" ? await transport.initiate(item.path, signal) : undefined;
    if (upload) open.push([item.path, upload.uploadId]);
    for (let index = 0; index < item.partCount; index++) {
      const { start, end } = partRange(item, index);
      const part = upload && { uploadId: upload.uploadId, number: index + 1 };
      requests.push({ path: item.path, sizeBytes: end - start, part });
      bodies.push(() => item.file.slice(start, end));
    }
  }
  const urls = [];
  for (let at = 0; at < requests.length; at += 500) {
    urls.push(...(await transport.sign(requests.slice(at, at + 500), signal)).urls);
  }
  const ms = await inLanes(urls.length, (index) => sendBare("PUT", urls[index], bodies[index]()));
  for (const [path, uploadId] of open) await transport.abort(path, uploadId);
  return ms;
}

/** Forms as a page makes them, and nothing else: as little as a request without a preflight costs. */
async function bareForm(files) {
  const { signal } = new AbortController();
  const { url, fields } = await createHttpTransport("bench", "bench").signForm(signal);
  return inLanes(files.length, (index) => {
    const form = new FormData();
    for (const [name, value] of Object.entries(fields)) form.append(name, value);
    form.append("key", files[index].name);
    form.append("file", files[index]);
    return sendBare("POST", url, form);
  });
}

function inLanes(count, send) {
  let next = 0;
  const lane = async () => {
    while (next < count) await send(next++);
  };
  return timed(() => Promise.all(Array.from({ length: LANES }, lane)));
}

function sendBare(method, url, body) {
  return new Promise((resolve, reject) => {
    const xhr = new XMLHttpRequest();
    xhr.onload = () => (xhr.status < 300 ? resolve() : reject(new Error(`${xhr.status} ${xhr.responseText}`)));
    xhr.onerror = () => reject(new Error("network"));
    xhr.open(method, url);
    xhr.send(body);
  });
}

globalThis.bench = {
  engine: (id, count) => engine(chosen(id, count)),
  enginePut: (id, count) => engine(chosen(id, count), withoutForms()),
  engineDiscarding: (id, origin) => engine(chosen(id, 1), discarding(origin)),
  bare: (id, count) => bare(chosen(id, count)),
  bareForm: (id, count) => bareForm(chosen(id, count)),
  aliOss: (id, count, options) => aliOss(chosen(id, count), timed, options),
  uppy: (id, count, options) => uppy(chosen(id, count), timed, options),
  lastDrop,
};
