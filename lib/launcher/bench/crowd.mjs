/** What many bring: hundreds who look at one service that starts, and a list of thousands. */
import { mkdtempSync, rmSync } from "node:fs";
import { request } from "node:http";
import { tmpdir } from "node:os";
import { join } from "node:path";
import OpenApiCore, * as openApi from "@alicloud/openapi-core";
import { RuntimeOptions } from "@darabonba/typescript";
import { freePort } from "../ports.mjs";
import { becomeOwner, openBrowser, startConsole } from "./console.mjs";

const ACCOUNT = { accessKeyId: "BENCHKEYID", accessKeySecret: "BENCHKEYSECRET0123456789" };
const REGION = "cn-hangzhou";
const SERVICE = "bench_watched";
const PREFIX = "bench_crowd_";
const VIEWERS = 500;
const SERVICES = 2000;
/** The service's whole way to its failure: it has no model. */
const WATCH_MS = 20_000;

export async function measureCrowd(root, { say }) {
  const dataDir = mkdtempSync(join(tmpdir(), "easel-bench-crowd-"));
  const [port, eas, control] = [await freePort(), await freePort(), await freePort()];
  const address = `http://127.0.0.1:${port}`;
  const env = {
    EASEL_SANDBOX_EAS_PORT: String(eas),
    EASEL_SANDBOX_CONTROL_PORT: String(control),
    EASEL_SANDBOX_ACCESS_KEY_ID: ACCOUNT.accessKeyId,
    EASEL_SANDBOX_ACCESS_KEY_SECRET: ACCOUNT.accessKeySecret,
    EASEL_SANDBOX_REGION: REGION,
  };
  const console = await startConsole(root, dataDir, port, env);
  const browser = await openBrowser();
  try {
    const state = await becomeOwner(browser, address);
    await post(`http://127.0.0.1:${control}/crowd`, { prefix: PREFIX, count: SERVICES });
    const list = await measureList(browser, address, state, say);
    const viewers = await measureViewers(address, state, eas, say);
    return { viewers, list };
  } finally {
    await browser.close();
    await console.stop();
    rmSync(dataDir, { recursive: true, force: true });
  }
}

/** How long each change of the service takes from the first viewer who hears of it to the others. */
async function measureViewers(address, { cookies }, easPort, say) {
  await createService(easPort);
  const cookie = cookies.map(({ name, value }) => `${name}=${value}`).join("; ");
  const arrivals = new Map();
  const streams = Array.from({ length: VIEWERS }, () =>
    watch(`${address}/api/services/${SERVICE}/live?connection=embedded`, cookie, (id) => {
      const now = performance.now();
      const known = arrivals.get(id);
      if (known) known.push(now);
      else arrivals.set(id, [now]);
    }),
  );
  await new Promise((resolve) => setTimeout(resolve, WATCH_MS));
  for (const stream of streams) stream.destroy();
  // Those who came while everybody was still arriving say nothing of the way.
  const whole = [...arrivals.values()].filter((times) => times.length === VIEWERS);
  const delays = whole.flatMap((times) => times.map((time) => time - times[0])).sort((a, b) => a - b);
  if (delays.length === 0) throw new Error("no change reached every viewer");
  const p95 = delays[Math.floor(delays.length * 0.95)] ?? 0;
  say(`${VIEWERS} viewers: ${whole.length} changes, p95 ${p95.toFixed(0)} ms`);
  return { viewers: VIEWERS, changes: whole.length, p95Ms: p95 };
}

function watch(url, cookie, hear) {
  const call = request(url, { headers: { cookie, accept: "text/event-stream" }, agent: false }, (response) => {
    if (response.statusCode !== 200) throw new Error(`the live stream answered ${response.statusCode}`);
    let text = "";
    response.setEncoding("utf8").on("data", (chunk) => {
      text += chunk;
      for (let end = text.indexOf("\n\n"); end >= 0; end = text.indexOf("\n\n")) {
        const id = /^id: ?(.+)$/m.exec(text.slice(0, end))?.[1];
        text = text.slice(end + 2);
        if (id) hear(id);
      }
    });
    response.on("error", () => undefined);
  });
  call.on("error", () => undefined);
  call.end();
  return call;
}

async function createService(easPort) {
  const Client = OpenApiCore.default ?? OpenApiCore;
  const { Config, Params, OpenApiRequest } = openApi.$OpenApiUtil ?? openApi.default.$OpenApiUtil;
  const client = new Client(
    new Config({ ...ACCOUNT, regionId: REGION, endpoint: `localhost:${easPort}`, protocol: "HTTP" }),
  );
  const params = new Params({
    action: "CreateService",
    version: "2021-07-01",
    protocol: "HTTP",
    pathname: "/api/v2/services",
    method: "POST",
    authType: "AK",
    style: "ROA",
    reqBodyType: "json",
    bodyType: "json",
  });
  const body = {
    metadata: { name: SERVICE, instance: 1 },
    cloud: { computing: { instance_type: "ml.gu7i.c8m30.1-gu30" } },
    containers: [
      {
        image:
          "eas-registry-vpc.cn-hangzhou.cr.aliyuncs.com/pai-eas/diffuser-inference:2.2.1-py38-cu113-unbuntu2004-blade-public",
        command: "python /home/pai/app.py --func_name base --oss_save_dir oss://bench/out/ --region hangzhou",
        port: 8000,
      },
    ],
  };
  const runtime = new RuntimeOptions({ connectTimeout: 30_000, readTimeout: 30_000 });
  await client.callApi(params, new OpenApiRequest({ body }), runtime);
}

/** From a key in the search field to the paint that shows its effect, in the page's own time. */
async function measureList(browser, address, storageState, say) {
  const context = await browser.newContext({ locale: "en-US", storageState });
  const page = await context.newPage();
  await page.goto(`${address}/?q=${PREFIX}`);
  await page.getByText(/^2,000 (of|services)/).waitFor({ timeout: 60_000 });
  const times = await page.getByLabel("Search services").evaluate(
    async (input, texts) => {
      const setValue = Object.getOwnPropertyDescriptor(HTMLInputElement.prototype, "value").set;
      const measured = [];
      for (const text of texts) {
        const began = performance.now();
        setValue.call(input, text);
        input.dispatchEvent(new Event("input", { bubbles: true }));
        await new Promise((resolve) => requestAnimationFrame(() => setTimeout(resolve, 0)));
        measured.push(performance.now() - began);
      }
      return measured;
    },
    [...[...`${PREFIX}19`].map((_, index, all) => all.slice(0, index + 1).join("")), "team=art", "", PREFIX],
  );
  await context.close();
  const slowest = Math.max(...times);
  say(`${SERVICES} services: slowest of ${times.length} keys ${slowest.toFixed(0)} ms`);
  return { services: SERVICES, slowestMs: slowest };
}

async function post(url, body) {
  const answer = await fetch(url, {
    method: "POST",
    headers: { "content-type": "application/json" },
    body: JSON.stringify(body),
  });
  if (!answer.ok) throw new Error(`${url} answered ${answer.status}: ${await answer.text()}`);
}
