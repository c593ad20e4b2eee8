/** A bare Node file server in a process of its own: what a body costs without signatures, checksums and a journal. */
import { createReadStream, createWriteStream, statSync } from "node:fs";
import { createServer } from "node:http";
import { join } from "node:path";
import { pipeline } from "node:stream/promises";

const [folder] = process.argv.slice(2);

const server = createServer((request, response) => {
  const path = join(folder, encodeURIComponent(request.url.split("?")[0]));
  const fail = () => response.destroy();
  if (request.method === "PUT") {
    pipeline(request, createWriteStream(path)).then(() => response.writeHead(200).end(), fail);
    return;
  }
  response.writeHead(200, { "content-length": statSync(path).size });
  pipeline(createReadStream(path), response).catch(fail);
});
server.listen(0, "127.0.0.1", () => process.send?.({ type: "ready", port: server.address().port }));
process.once("disconnect", () => process.exit(0));
