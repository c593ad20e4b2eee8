/** What every measurement in a browser needs: the sandbox's OSS process, the page and its server; closed behind `use`. */
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { bundleSandboxIfNeeded, SANDBOX_BUNDLE } from "../build.mjs";
import { startChild } from "../child.mjs";
import { openPage } from "./devtools.mjs";
import { servePage } from "./serve.mjs";

const BUCKET = "bench";

export async function withBrowser(root, use) {
  const folder = mkdtempSync(join(tmpdir(), "easel-bench-"));
  const opened = [];
  try {
    await bundleSandboxIfNeeded(root);
    const sandbox = await startSandbox(root, join(folder, "data"), opened);
    const server = await servePage(root);
    opened.push(() => server.close());
    await server.connect({ port: sandbox.ports.oss, account: sandbox.account, region: sandbox.region, bucket: BUCKET });
    const page = await openPage(server.origin);
    opened.push(() => page.close());
    while (!(await page.evaluate("globalThis.bench !== undefined"))) await new Promise((go) => setTimeout(go, 50));
    const { accessKeyId, accessKeySecret } = sandbox.account;
    /** For ali-oss. */
    const client = {
      accessKeyId,
      accessKeySecret,
      bucket: BUCKET,
      region: `oss-${sandbox.region}`,
      endpoint: `http://localhost:${sandbox.ports.oss}`,
      sldEnable: true,
      authorizationV4: true,
    };
    const control = `http://127.0.0.1:${sandbox.ports.control}`;
    return await use({
      folder,
      page,
      server,
      client,
      call: caller(page),
      delayed: (ms, work) => delayed(control, ms, work),
    });
  } finally {
    for (const close of opened.reverse()) await close().catch((error) => console.error(error));
    rmSync(folder, { recursive: true, force: true });
  }
}

function caller(page) {
  return (way, ...parameters) => {
    const list = parameters.map((value) => JSON.stringify(value)).join(",");
    return page.evaluate(`bench.${way}(${list})`);
  };
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

/** Meanwhile every request to OSS, preflights too, waits as on a line of that round trip. */
async function delayed(control, delayMs, work) {
  const headers = { "content-type": "application/json" };
  const body = JSON.stringify({ kind: "latency", parameters: { delayMs }, scope: { server: "oss" } });
  const answer = await fetch(`${control}/faults`, { method: "POST", headers, body });
  if (!answer.ok) throw new Error(`the sandbox answered ${answer.status}: ${await answer.text()}`);
  try {
    return await work();
  } finally {
    const { fault } = await answer.json();
    await fetch(`${control}/faults/${fault.id}`, { method: "DELETE" });
  }
}
