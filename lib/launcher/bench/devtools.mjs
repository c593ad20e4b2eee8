/**
 * A Chromium that is told only what is asked of it, over a bare DevTools pipe. Playwright switches the Network domain on,
 * with which bodies that are ArrayBuffers travel at a twentieth of their speed: no ground to compare uploaders on.
 */
import { spawn } from "node:child_process";
import { existsSync, mkdtempSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";

const FLAGS = [
  "--headless=new",
  "--remote-debugging-pipe",
  "--disable-background-networking",
  "--disable-component-update",
  "--no-first-run",
  ...(process.getuid?.() === 0 ? ["--no-sandbox"] : []),
];

/** The same browser as the tests': one that is named, else the system's, else Playwright's own. */
export async function browserPath() {
  const system = process.env.EASEL_CHROMIUM ?? "/usr/bin/chromium";
  if (existsSync(system)) return system;
  const { chromium } = await import("@playwright/test");
  const own = chromium.executablePath();
  if (existsSync(own)) return own;
  throw new Error("no Chromium on this machine: run `npx playwright install chromium`");
}

/** Opens one page; `close` ends the browser and removes its profile. */
export async function openPage(url) {
  const profile = mkdtempSync(join(tmpdir(), "easel-bench-browser-"));
  const args = [...FLAGS, `--user-data-dir=${profile}`, "about:blank"];
  const browser = spawn(await browserPath(), args, { stdio: ["ignore", "ignore", "ignore", "pipe", "pipe"] });
  const exited = new Promise((resolve) => browser.once("exit", resolve));
  const command = speak(browser.stdio[3], browser.stdio[4], exited);
  const close = async () => {
    const timer = setTimeout(() => browser.kill("SIGKILL"), 5000);
    await command("Browser.close").catch(() => browser.kill());
    await exited;
    clearTimeout(timer);
    rmSync(profile, { recursive: true, force: true, maxRetries: 5, retryDelay: 100 });
  };
  try {
    const { targetId } = await command("Target.createTarget", { url });
    const { sessionId } = await command("Target.attachToTarget", { targetId, flatten: true });
    const inPage = (method, params) => command(method, params, sessionId);
    return {
      close,
      /** The value of an expression, promises awaited. */
      async evaluate(expression) {
        const parameters = { expression, awaitPromise: true, returnByValue: true };
        const { result, exceptionDetails } = await inPage("Runtime.evaluate", parameters);
        if (exceptionDetails) throw new Error(exceptionDetails.exception?.description ?? exceptionDetails.text);
        return result.value;
      },
      async choose(selector, files) {
        const { root } = await inPage("DOM.getDocument");
        const { nodeId } = await inPage("DOM.querySelector", { nodeId: root.nodeId, selector });
        await inPage("DOM.setFileInputFiles", { nodeId, files });
      },
      /** A folder or file of this machine, as a file manager would. */
      async drop(path) {
        const data = { items: [], files: [path], dragOperationsMask: 1 };
        for (const type of ["dragEnter", "dragOver", "drop"]) {
          await inPage("Input.dispatchDragEvent", { type, x: 5, y: 5, data });
        }
      },
      collectGarbage: () => inPage("HeapProfiler.collectGarbage"),
      /** Resident memory of the page's process in MiB; undefined where /proc does not tell. */
      async rendererMib() {
        const { processInfo } = await command("SystemInfo.getProcessInfo");
        const sizes = processInfo.filter(({ type }) => type === "renderer").map(({ id }) => residentMib(id));
        return sizes.every((size) => size === undefined) ? undefined : Math.max(...sizes.map((size) => size ?? 0));
      },
    };
  } catch (error) {
    await close();
    throw error;
  }
}

/** Messages are JSON with a zero byte behind each. */
function speak(input, output, exited) {
  const waiting = new Map();
  let nextId = 1;
  let rest = "";
  output.setEncoding("utf8").on("data", (chunk) => {
    const messages = (rest + chunk).split("\0");
    rest = messages.pop();
    for (const text of messages) {
      const { id, result, error } = JSON.parse(text);
      const entry = waiting.get(id);
      waiting.delete(id);
      if (error) entry?.reject(new Error(error.message));
      else entry?.resolve(result);
    }
  });
  input.on("error", () => {});
  exited.then(() => {
    for (const { reject } of waiting.values()) reject(new Error("the browser ended"));
  });
  return (method, params = {}, sessionId = undefined) =>
    new Promise((resolve, reject) => {
      const id = nextId++;
      waiting.set(id, { resolve, reject });
      input.write(`${JSON.stringify({ id, method, params, sessionId })}\0`);
    });
}

export function residentMib(pid) {
  try {
    const kib = /^VmRSS:\s+(\d+)/m.exec(readFileSync(`/proc/${pid}/status`, "utf8"))?.[1];
    return kib === undefined ? undefined : Number(kib) / 1024;
  } catch {
    return undefined;
  }
}
