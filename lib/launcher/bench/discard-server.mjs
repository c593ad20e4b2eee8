/** A bare Node server in a process of its own that answers a part as OSS does, with its CRC-64, and keeps nothing of it. */
import { createServer } from "node:http";
import { createCRC64 } from "hash-wasm";

const CORS = {
  "access-control-allow-origin": "*",
  "access-control-allow-methods": "PUT",
  "access-control-allow-headers": "*",
  "access-control-expose-headers": "etag, x-oss-hash-crc64ecma",
};
const parts = [];

async function receive(request, number) {
  const sum = await createCRC64();
  let sizeBytes = 0;
  for await (const chunk of request) {
    sum.update(chunk);
    sizeBytes += chunk.length;
  }
  const crc64 = BigInt(`0x${sum.digest("hex")}`).toString();
  parts[number - 1] = { sizeBytes, crc64 };
  return crc64;
}

const server = createServer((request, response) => {
  const answer = (headers, body) => response.writeHead(200, { ...CORS, ...headers }).end(body);
  if (request.method === "OPTIONS") return answer({});
  if (request.method === "GET") return answer({ "content-type": "application/json" }, JSON.stringify(parts));
  const number = Number(new URL(request.url, "http://localhost").searchParams.get("partNumber"));
  receive(request, number).then(
    (crc64) => answer({ etag: `"${number}"`, "x-oss-hash-crc64ecma": crc64 }),
    () => response.destroy(),
  );
});
server.listen(0, "127.0.0.1", () => process.send?.({ type: "ready", port: server.address().port }));
process.once("disconnect", () => process.exit(0));
