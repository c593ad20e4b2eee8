/** The page's server: its bundle, the engine's worker, ali-oss's build for browsers, and the upload routes. */
import { mkdirSync, readFileSync, rmSync } from "node:fs";
import { createServer } from "node:http";
import { join } from "node:path";
import { fileURLToPath, pathToFileURL } from "node:url";
import { build } from "esbuild";

const PAGE = fileURLToPath(new URL("./page.mjs", import.meta.url));
const UPLOADS_API = fileURLToPath(new URL("./uploads-api.mjs", import.meta.url));
const HTML = `<!doctype html><title>bench</title><input type="file" id="large" multiple><input type="file" id="small" multiple>
<script type="module" src="/page.js"></script>`;

/** Starts without routes: they need the origin first, and come with `answer`. */
export async function servePage(root) {
  // Inside the tree, because what is left out of the server's bundle is found from there.
  const folder = join(root, "dist", `bench-${process.pid}`);
  mkdirSync(folder, { recursive: true });
  const common = { absWorkingDir: root, bundle: true, format: "esm", logLevel: "silent" };
  const bundle = async (entry, outfile, options) => {
    await build({ ...common, entryPoints: [entry], outfile: join(folder, outfile), ...options });
    return join(folder, outfile);
  };
  const forBrowser = { platform: "browser", target: "es2022", minify: true };
  const scripts = {
    "/page.js": await bundle(PAGE, "page.js", forBrowser),
    // As the page names it: esbuild leaves workers alone.
    "/checksum-worker.ts": await bundle(join(root, "lib/oss/upload/checksum-worker.ts"), "worker.js", forBrowser),
    "/aliyun-oss-sdk.js": join(root, "node_modules", "ali-oss", "dist", "aliyun-oss-sdk.js"),
  };
  const api = await bundle(UPLOADS_API, "uploads-api.mjs", {
    platform: "node",
    target: "node20",
    packages: "external",
  });
  const { createUploadsApi, sampleModel } = await import(pathToFileURL(api).href);

  let handlers = {};
  const server = createServer((request, response) => {
    const { pathname, searchParams } = new URL(request.url, "http://localhost");
    const send = (status, type, body) => response.writeHead(status, { "content-type": type }).end(body);
    if (pathname === "/") return send(200, "text/html", HTML);
    if (scripts[pathname]) return send(200, "text/javascript", readFileSync(scripts[pathname]));
    const handler = handlers[pathname.split("/").at(-1)];
    if (!handler) return send(404, "text/plain", "");
    answer(handler, request, searchParams).then(
      (value) => send(200, "application/json", JSON.stringify(value)),
      (error) => send(500, "text/plain", String(error?.stack ?? error)),
    );
  });
  await new Promise((resolve) => server.listen(0, "127.0.0.1", resolve));
  const origin = `http://127.0.0.1:${server.address().port}`;
  return {
    origin,
    async connect(sandbox) {
      handlers = await createUploadsApi({ ...sandbox, origin });
    },
    clear: () => handlers.clear(),
    sampleModel,
    async close() {
      server.closeAllConnections();
      await new Promise((resolve) => server.close(resolve));
      rmSync(folder, { recursive: true, force: true });
    },
  };
}

async function answer(handler, request, searchParams) {
  if (request.method === "GET") return handler(Object.fromEntries(searchParams));
  const chunks = [];
  for await (const chunk of request) chunks.push(chunk);
  return handler(JSON.parse(Buffer.concat(chunks).toString("utf8")));
}
