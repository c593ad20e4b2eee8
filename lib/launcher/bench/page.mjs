/** In the browser: sends the chosen files in one of several ways and says how long it took. Bundled by serve.mjs. */
import { systemClock } from "@/lib/clock";
import { createUpload } from "@/lib/oss/upload/engine";
import { createHttpTransport } from "@/lib/oss/upload/http-transport";
import { createIndexedCheckpoints } from "@/lib/oss/upload/indexed-checkpoints";
import { partRange, planUpload } from "@/lib/oss/upload/plan";
import { createWorkerChecksum } from "@/lib/oss/upload/worker-checksum";

const LANES = 6;

/** What ali-oss's client is given for one file of more than its own threshold; all else is its defaults. */
const ALI_OSS_SCRIPT = "/aliyun-oss-sdk.js";

const chosen = (id, count) =>
  [...document.querySelector(id).files]
    .slice(0, count)
    .map((file) => ({ path: file.name, file, lastModified: file.lastModified }));

async function timed(work) {
  const start = performance.now();
  await work();
  return performance.now() - start;
}

/** The console's own way, checks and all. Without `forms` small files go to URLs of their own, as larger ones do. */
async function engine(sources, forms) {
  const { plan } = planUpload(sources);
  const { checksum, close } = createWorkerChecksum();
  const transport = createHttpTransport("bench");
  const parts = {
    transport: forms ? transport : { ...transport, signForm: undefined },
    checksum,
    clock: systemClock,
    checkpoints: createIndexedCheckpoints(`bench ${Math.random()}`),
  };
  const upload = createUpload(plan, parts, { skipExisting: true });
  const retries = [];
  upload.subscribe((event) => event.type === "retry" && retries.push(event.error));
  const ms = await timed(() => {
    upload.start();
    return upload.settled();
  });
  close();
  const { doneFiles, files } = upload.progress();
  if (doneFiles !== files || retries.length > 0) {
    throw new Error(`${doneFiles} of ${files} files done, retried: ${JSON.stringify(retries)}`);
  }
  return ms;
}

/** The same slices to URLs signed beforehand, and nothing else. */
async function bare(sources) {
  const { plan } = planUpload(sources);
  const transport = createHttpTransport("bench");
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
  let next = 0;
  const lane = async () => {
    while (next < urls.length) {
      const index = next++;
      await putBare(urls[index], bodies[index]());
    }
  };
  const ms = await timed(() => Promise.all(Array.from({ length: LANES }, lane)));
  for (const [path, uploadId] of open) await transport.abort(path, uploadId);
  return ms;
}

function putBare(url, body) {
  return new Promise((resolve, reject) => {
    const xhr = new XMLHttpRequest();
    xhr.onload = () => (xhr.status === 200 ? resolve() : reject(new Error(`${xhr.status} ${xhr.responseText}`)));
    xhr.onerror = () => reject(new Error("network"));
    xhr.open("PUT", url);
    xhr.send(body);
  });
}

/** ali-oss's own build for browsers: a large file by `multipartUpload`, small ones by `put`, six at a time. */
async function aliOss(sources, options, limitBytes) {
  if (!globalThis.OSS) await loadScript(ALI_OSS_SCRIPT);
  const client = new globalThis.OSS(options);
  const bodies = sources.map(({ path, file }) => [path, file.slice(0, limitBytes)]);
  let next = 0;
  const lane = async () => {
    while (next < bodies.length) {
      const [path, body] = bodies[next++];
      if (sources.length === 1) await client.multipartUpload(`ali-oss/${path}`, body);
      else await client.put(`ali-oss/${path}`, body);
    }
  };
  return timed(() => Promise.all(Array.from({ length: LANES }, lane)));
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

globalThis.bench = {
  engine: (id, count) => engine(chosen(id, count), true),
  enginePut: (id, count) => engine(chosen(id, count), false),
  bare: (id, count) => bare(chosen(id, count)),
  aliOss: (id, count, options, limitBytes) => aliOss(chosen(id, count), options, limitBytes),
};
