/** The console as people get it: `npm start` on a fresh data folder, the scripts of each page, and a second start. */
import { spawn } from "node:child_process";
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { gzipSync } from "node:zlib";
import { freePort } from "../ports.mjs";
import { browserPath } from "./devtools.mjs";

const OWNER = { name: "bench@example.com", password: "seven quiet winter rivers", code: "bench-set-up-code" };
/** Long enough to build first. */
const START_MS = 300_000;
const QUIET_MS = 2000;
/** For crawlers Next fetches nothing ahead. */
const CRAWLER = "Mozilla/5.0 (compatible; Googlebot/2.1)";

/** A service that is gone: its pages load the same scripts as for one that is there. */
const SERVICE = "/services/absent";
const PAGES = [
  "/",
  "/deploy",
  "/gallery",
  SERVICE,
  `${SERVICE}/playground`,
  `${SERVICE}/logs`,
  `${SERVICE}/call`,
  `${SERVICE}/settings`,
  "/settings/connections",
  "/settings/account",
  "/settings/sessions",
  "/settings/appearance",
];

export async function measureConsole(root, { say }) {
  const dataDir = mkdtempSync(join(tmpdir(), "easel-bench-data-"));
  const port = await freePort();
  const address = `http://127.0.0.1:${port}`;
  try {
    const first = await startConsole(root, dataDir, port);
    let pages;
    try {
      pages = await measurePages(address, say);
    } finally {
      await first.stop();
    }
    const second = await startConsole(root, dataDir, port);
    await second.stop();
    say(`second start: ${(second.ms / 1000).toFixed(2)} s`);
    return { pages, secondStartMs: second.ms };
  } finally {
    rmSync(dataDir, { recursive: true, force: true });
  }
}

/** Through npm, as people do; done when the sign-in page (or on the first start its stand-in) answers. */
export async function startConsole(root, dataDir, port, more = {}) {
  const sandboxPorts = ["OSS", "EAS", "GATEWAY", "STS", "CONTROL"].map((name) => [`EASEL_SANDBOX_${name}_PORT`, "0"]);
  const env = {
    ...process.env,
    ...Object.fromEntries(sandboxPorts),
    PORT: String(port),
    HOST: "127.0.0.1",
    EASEL_DATA: dataDir,
    EASEL_SETUP_CODE: OWNER.code,
    EASEL_SANDBOX: "on",
    ...more,
  };
  // Neither a real account nor another database has a place in a measurement.
  for (const name of ["DATABASE_URL", "ALIBABA_CLOUD_ACCESS_KEY_ID", "ALIBABA_CLOUD_ACCESS_KEY_SECRET"])
    delete env[name];
  const from = performance.now();
  const child = spawn("npm", ["start"], { cwd: root, env, detached: true, stdio: ["ignore", "pipe", "pipe"] });
  let output = "";
  for (const stream of [child.stdout, child.stderr]) {
    stream.setEncoding("utf8").on("data", (chunk) => {
      output += chunk;
    });
  }
  let ended = false;
  /** `close` comes when the launcher behind npm has ended too, for it holds the same pipes. */
  const closed = new Promise((resolve) => child.once("close", resolve)).then(() => {
    ended = true;
  });
  const kill = () => {
    if (!ended) process.kill(-child.pid, "SIGTERM");
  };
  // A group of its own hears no Ctrl+C.
  process.once("exit", kill);
  const stop = async () => {
    kill();
    await closed;
    process.off("exit", kill);
  };
  while (!(await answers(`http://127.0.0.1:${port}/sign-in`))) {
    if (ended) throw new Error(`npm start ended:\n${output}`);
    if (performance.now() - from > START_MS) {
      await stop();
      throw new Error(`npm start did not answer:\n${output}`);
    }
    await new Promise((resolve) => setTimeout(resolve, 25));
  }
  return { ms: performance.now() - from, stop };
}

async function answers(url) {
  try {
    return (await fetch(url)).ok;
  } catch {
    return false;
  }
}

export async function openBrowser() {
  const { chromium } = await import("@playwright/test");
  const args = ["--disable-background-networking", ...(process.getuid?.() === 0 ? ["--no-sandbox"] : [])];
  return chromium.launch({ executablePath: await browserPath(), args });
}

/** Kilobytes of script, compressed, that a browser with an empty cache fetches for each page. */
async function measurePages(address, say) {
  const browser = await openBrowser();
  try {
    const measure = async (path, storageState) => {
      const context = await browser.newContext({ locale: "en-US", userAgent: CRAWLER, storageState });
      const page = await context.newPage();
      const bytes = await scriptBytes(page, `${address}${path}`);
      await context.close();
      say(`${path}: ${(bytes / 1000).toFixed(1)} kB of script`);
      return { path, bytes };
    };
    const setUp = await measure("/set-up");
    const state = await becomeOwner(browser, address);
    const pages = [setUp, await measure("/sign-in")];
    for (const path of PAGES) pages.push(await measure(path, state));
    return pages;
  } finally {
    await browser.close();
  }
}

/**
 * Until no more come: what hydration asks for counts, what waits for a click does not. Neither does what
 * Next fetches ahead for the pages that are linked from here.
 */
async function scriptBytes(page, url) {
  const scripts = new Set();
  page.on("response", (response) => {
    if (response.request().resourceType() === "script") scripts.add(response.url());
  });
  const response = await page.goto(url, { waitUntil: "load" });
  if (!response?.ok()) throw new Error(`${url} answered ${response?.status()}`);
  // Answers of any kind: the wizard leads from its bare address to a draft, which is a document of its own.
  const another = () => page.waitForEvent("response", { timeout: QUIET_MS }).then(Boolean, () => false);
  while (await another());
  const wanted = new URL(url).pathname;
  if (new URL(page.url()).pathname !== wanted) throw new Error(`${wanted} led to ${page.url()}`);
  // Fetched once more: a browser forgets the bodies of a document that it left.
  const bodies = await Promise.all([...scripts].map(async (script) => (await fetch(script)).arrayBuffer()));
  return bodies.reduce((sum, body) => sum + gzipSync(body).length, 0);
}

export async function becomeOwner(browser, address) {
  const context = await browser.newContext({ locale: "en-US" });
  const page = await context.newPage();
  await page.goto(`${address}/set-up`);
  await page.getByLabel("Set-up code").fill(OWNER.code);
  await page.getByLabel("Name or email").fill(OWNER.name);
  await page.getByLabel("Password", { exact: true }).fill(OWNER.password);
  await page.getByLabel("Password, once more").fill(OWNER.password);
  await page.getByRole("button", { name: "Create owner account" }).click();
  await page.getByRole("heading", { name: "Services", level: 1 }).waitFor();
  const state = await context.storageState();
  await context.close();
  return state;
}
