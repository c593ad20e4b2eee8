/** Throughput of the sandbox's OSS against a bare Node file server: same client, same bodies, turns in one run. */
import { randomBytes } from "node:crypto";
import { mkdirSync, mkdtempSync, rmSync } from "node:fs";
import { Agent, request } from "node:http";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import OSS from "ali-oss";
import { bundleSandboxIfNeeded, SANDBOX_BUNDLE } from "../build.mjs";
import { startChild } from "../child.mjs";

const MIB = 1024 * 1024;
const FILE_SERVER = fileURLToPath(new URL("./file-server.mjs", import.meta.url));
const BUCKET = "bench";
/** As many as a browser opens to one host. */
const CONNECTIONS = 6;
const SMALL = { count: 1000, bytes: 20 * 1024 };
const LARGE_BYTES = 16 * MIB;

export async function measureSandbox(root, { sizeMib, rounds, say }) {
  const folder = mkdtempSync(join(tmpdir(), "easel-bench-"));
  const opened = [];
  try {
    await bundleSandboxIfNeeded(root);
    const sandbox = await startServer("the sandbox", join(root, SANDBOX_BUNDLE), [], sandboxEnv(folder), opened);
    mkdirSync(join(folder, "bare"));
    const bare = await startServer("the file server", FILE_SERVER, [join(folder, "bare")], process.env, opened);
    const client = ossClient(sandbox);
    await client.putBucket(BUCKET);
    const sizes = {
      large: { count: Math.max(1, Math.ceil((sizeMib * MIB) / LARGE_BYTES)), bytes: LARGE_BYTES },
      small: SMALL,
    };
    const figures = {};
    for (const [name, { count, bytes }] of Object.entries(sizes)) {
      const body = randomBytes(bytes);
      const keys = Array.from({ length: count }, (_, index) => `${name}-${index}`);
      const targets = {
        oss: { port: sandbox.ports.oss, urls: await presign(client, keys) },
        bare: { port: bare.port, urls: { PUT: keys.map((key) => `/${key}`), GET: keys.map((key) => `/${key}`) } },
      };
      // Once for the files' first making and the compiler; then what is measured overwrites.
      for (const target of Object.values(targets)) await exchange(target, "PUT", body);
      for (const method of ["PUT", "GET"]) {
        const ratios = [];
        const speeds = [];
        for (let round = 1; round <= rounds; round++) {
          const order = round % 2 ? ["oss", "bare"] : ["bare", "oss"];
          const ms = {};
          for (const way of order) ms[way] = await exchange(targets[way], method, body);
          ratios.push(ms.bare / ms.oss);
          speeds.push((count * 1000) / ms.oss);
          say(
            `${method} ${name}, round ${round} of ${rounds}: OSS ${ms.oss.toFixed(0)} ms, bare ${ms.bare.toFixed(0)} ms`,
          );
        }
        figures[`${method} ${name}`] = { ratio: median(ratios), perSecond: median(speeds), bytes };
      }
    }
    return figures;
  } finally {
    for (const close of opened.reverse()) await close().catch((error) => console.error(error));
    rmSync(folder, { recursive: true, force: true });
  }
}

function sandboxEnv(folder) {
  const ports = ["OSS", "EAS", "GATEWAY", "STS", "CONTROL"].map((name) => [`EASEL_SANDBOX_${name}_PORT`, "0"]);
  return { ...process.env, ...Object.fromEntries(ports), EASEL_DATA: join(folder, "data") };
}

async function startServer(name, script, args, env, opened) {
  const child = startChild(name, script, args, { env });
  opened.push(() => child.stop(5000));
  return child.whenReady();
}

function ossClient({ ports, account, region }) {
  const { accessKeyId, accessKeySecret } = account;
  return new OSS({
    accessKeyId,
    accessKeySecret,
    bucket: BUCKET,
    region: `oss-${region}`,
    endpoint: `http://localhost:${ports.oss}`,
    sldEnable: true,
    authorizationV4: true,
  });
}

async function presign(client, keys) {
  const urls = {};
  for (const method of ["PUT", "GET"]) {
    const signed = await Promise.all(keys.map((key) => client.signatureUrlV4(method, 86_400, {}, key)));
    urls[method] = signed.map((url) => url.replace(/^http:\/\/[^/]+/, ""));
  }
  return urls;
}

/** Milliseconds for one request to every URL, CONNECTIONS at a time. */
async function exchange({ port, urls }, method, body) {
  const agent = new Agent({ keepAlive: true, maxSockets: CONNECTIONS });
  const waiting = [...urls[method]];
  const started = performance.now();
  const worker = async () => {
    for (let path = waiting.pop(); path !== undefined; path = waiting.pop()) {
      await once({ port, path, method, agent }, method === "PUT" ? body : undefined, body.length);
    }
  };
  await Promise.all(Array.from({ length: CONNECTIONS }, worker));
  const elapsed = performance.now() - started;
  agent.destroy();
  return elapsed;
}

function once({ port, path, method, agent }, body, expected) {
  return new Promise((resolve, reject) => {
    const headers = { host: `localhost:${port}`, ...(body && { "content-length": body.length }) };
    const outgoing = request({ host: "127.0.0.1", port, path, method, agent, headers }, (response) => {
      let received = 0;
      response.on("data", (chunk) => {
        received += chunk.length;
      });
      response.on("error", reject);
      response.on("end", () => {
        const isWhole = response.statusCode === 200 && (method === "PUT" || received === expected);
        if (isWhole) resolve();
        else reject(new Error(`${method} ${path}: status ${response.statusCode}, ${received} bytes`));
      });
    });
    outgoing.on("error", reject);
    outgoing.end(body);
  });
}

function median(values) {
  const sorted = [...values].sort((a, b) => a - b);
  const middle = sorted.length >> 1;
  return sorted.length % 2 ? sorted[middle] : (sorted[middle - 1] + sorted[middle]) / 2;
}
