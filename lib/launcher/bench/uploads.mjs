/** Upload speed in a real browser against the sandbox's OSS process, as ratios of ways that take turns in one run. */
import { randomBytes, randomFillSync } from "node:crypto";
import { closeSync, mkdirSync, mkdtempSync, openSync, rmSync, writeFileSync, writeSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { bundleSandboxIfNeeded, SANDBOX_BUNDLE } from "../build.mjs";
import { startChild } from "../child.mjs";
import { openPage } from "./devtools.mjs";
import { servePage } from "./serve.mjs";

const MIB = 1024 * 1024;
const SMALL = { count: 2000, bytes: 20 * 1024 };
/** ali-oss is many times slower; its speed shows on less. */
const ALI_OSS = { bytes: 256 * MIB, count: 300 };
const BUCKET = "bench";

export async function measureUploads(root, { sizeMib, rounds, say }) {
  const folder = mkdtempSync(join(tmpdir(), "easel-bench-"));
  const opened = [];
  try {
    const files = writeFiles(folder, sizeMib);
    await bundleSandboxIfNeeded(root);
    const sandbox = await startSandbox(root, join(folder, "data"), opened);
    const server = await servePage(root);
    opened.push(() => server.close());
    await server.connect({ port: sandbox.ports.oss, account: sandbox.account, region: sandbox.region, bucket: BUCKET });
    const page = await openPage(server.origin);
    opened.push(() => page.close());
    while (!(await page.evaluate("globalThis.bench !== undefined"))) await new Promise((go) => setTimeout(go, 50));
    await page.choose("#large", [files.large]);
    await page.choose("#small", files.small);

    const run = async (way, ...parameters) => {
      const list = parameters.map((value) => JSON.stringify(value)).join(",");
      // What the one before left behind is not this one's.
      await page.collectGarbage();
      const peak = watchMemory(page);
      const ms = await page.evaluate(`bench.${way}(${list})`);
      const mib = await peak.stop();
      await server.clear();
      return { ms, mib };
    };
    const { accessKeyId, accessKeySecret } = sandbox.account;
    const client = {
      accessKeyId,
      accessKeySecret,
      bucket: BUCKET,
      region: `oss-${sandbox.region}`,
      endpoint: `http://localhost:${sandbox.ports.oss}`,
      sldEnable: true,
      authorizationV4: true,
    };
    const peerBytes = Math.min(ALI_OSS.bytes, sizeMib * MIB);
    const large = await alternate(rounds, say, `one file of ${sizeMib} MiB`, {
      bare: () => run("bare", "#large", 1),
      engine: () => run("engine", "#large", 1),
      aliOss: () => run("aliOss", "#large", 1, client, peerBytes),
    });
    const small = await alternate(rounds, say, `${SMALL.count} files of ${SMALL.bytes / 1024} KiB`, {
      bare: () => run("bare", "#small", SMALL.count),
      engine: () => run("engine", "#small", SMALL.count),
      enginePut: () => run("enginePut", "#small", SMALL.count),
      aliOss: () => run("aliOss", "#small", ALI_OSS.count, client, SMALL.bytes),
    });
    const mibPerSecond = (bytes) => (ms) => (bytes / MIB) * (1000 / ms);
    const filesPerSecond = (count) => (ms) => (count * 1000) / ms;
    const whole = mibPerSecond(sizeMib * MIB);
    const all = filesPerSecond(SMALL.count);
    return {
      large: figures(large, { bare: whole, engine: whole, aliOss: mibPerSecond(peerBytes) }),
      small: figures(small, { bare: all, engine: all, enginePut: all, aliOss: filesPerSecond(ALI_OSS.count) }),
    };
  } finally {
    for (const close of opened.reverse()) await close().catch((error) => console.error(error));
    rmSync(folder, { recursive: true, force: true });
  }
}

/** Random bytes: nothing on the way can shorten them. */
function writeFiles(folder, sizeMib) {
  const large = join(folder, "large.safetensors");
  const block = Buffer.alloc(16 * MIB);
  const file = openSync(large, "w");
  for (let left = sizeMib * MIB; left > 0; left -= block.length) {
    writeSync(file, randomFillSync(block), 0, Math.min(left, block.length));
  }
  closeSync(file);
  mkdirSync(join(folder, "small"));
  const small = Array.from({ length: SMALL.count }, (_, index) => {
    const path = join(folder, "small", `${index}.bin`);
    writeFileSync(path, randomBytes(SMALL.bytes));
    return path;
  });
  return { large, small };
}

async function startSandbox(root, dataDir, opened) {
  const ports = Object.fromEntries(
    ["OSS", "EAS", "GATEWAY", "STS", "CONTROL"].map((n) => [`EASEL_SANDBOX_${n}_PORT`, "0"]),
  );
  const child = startChild("the sandbox", join(root, SANDBOX_BUNDLE), [], {
    env: { ...process.env, ...ports, EASEL_DATA: dataDir },
  });
  opened.push(() => child.stop(5000));
  return child.whenReady();
}

/** Every way once a round, in turned order, so that what else the machine does hits all alike. */
async function alternate(rounds, say, what, ways) {
  const results = Object.fromEntries(Object.keys(ways).map((way) => [way, []]));
  for (let round = 1; round <= rounds; round++) {
    const order = Object.keys(ways);
    if (round % 2 === 0) order.reverse();
    for (const way of order) results[way].push(await ways[way]());
    const times = Object.keys(ways).map((way) => `${way} ${(results[way].at(-1).ms / 1000).toFixed(2)} s`);
    say(`${what}, round ${round} of ${rounds}: ${times.join(", ")}`);
  }
  return results;
}

/** Medians of each way's speeds, and of the engine's against the others round by round; the most memory seen. */
function figures(results, speedOf) {
  const speeds = (way) => results[way].map(({ ms }) => speedOf[way](ms));
  const engineTo = (way) => {
    const others = speeds(way);
    return median(speeds("engine").map((speed, round) => speed / others[round]));
  };
  const ways = Object.keys(results).map((way) => {
    return [way, { speed: median(speeds(way)), mib: most(results[way].map(({ mib }) => mib)) }];
  });
  return { ...Object.fromEntries(ways), toBare: engineTo("bare"), toAliOss: engineTo("aliOss") };
}

function median(values) {
  const sorted = [...values].sort((a, b) => a - b);
  const middle = sorted.length >> 1;
  return sorted.length % 2 ? sorted[middle] : (sorted[middle - 1] + sorted[middle]) / 2;
}

function most(values) {
  const known = values.filter((value) => value !== undefined);
  return known.length > 0 ? Math.max(...known) : undefined;
}

function watchMemory(page) {
  const sizes = [];
  let going = true;
  const loop = (async () => {
    while (going) {
      sizes.push(await page.rendererMib());
      await new Promise((resolve) => setTimeout(resolve, 250));
    }
  })();
  return {
    async stop() {
      going = false;
      await loop;
      return most(sizes);
    },
  };
}
