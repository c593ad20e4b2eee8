import type { IncomingMessage } from "node:http";

/** The whole body; undefined when there is more than `limitBytes`, which is read all the same: the client waits for that. */
export async function readBody(incoming: IncomingMessage, limitBytes: number): Promise<Buffer | undefined> {
  const chunks: Buffer[] = [];
  let size = 0;
  for await (const chunk of incoming) {
    const bytes = Buffer.from(chunk);
    size += bytes.length;
    if (size <= limitBytes) chunks.push(bytes);
  }
  return size > limitBytes ? undefined : Buffer.concat(chunks);
}
