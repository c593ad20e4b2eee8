import { readXml } from "./body";
import { type Call, type Reply, requireBucket, xmlReply } from "./call";
import { corsToXml, parseCorsConfiguration } from "./cors";
import { ossError } from "./errors";
import { parseLifecycle } from "./lifecycle";
import type { BucketRecord, LifecycleElement } from "./store/records";
import { escapeText } from "./xml";

/** Reference: oss-rest.md §8; the code for more than that is not documented. */
const MAX_CORS_BYTES = 16 * 1024;

export function getBucketCors(call: Call): Reply {
  const { cors, name } = requireBucket(call).record;
  if (!cors) throw ossError("NoSuchCORSConfiguration", { details: { BucketName: name } });
  return xmlReply("CORSConfiguration", corsToXml(cors));
}

export async function putBucketCors(call: Call): Promise<Reply> {
  requireBucket(call);
  const cors = parseCorsConfiguration(await readXml(call.request, "CORSConfiguration", MAX_CORS_BYTES));
  update(call, (record) => ({ ...record, cors }));
  return { status: 200 };
}

export function deleteBucketCors(call: Call): Reply {
  update(call, ({ cors: _, ...record }) => record);
  return { status: 204 };
}

export function getBucketLifecycle(call: Call): Reply {
  const { lifecycle, name } = requireBucket(call).record;
  if (!lifecycle) throw ossError("NoSuchLifecycle", { details: { BucketName: name } });
  const body = `<?xml version="1.0" encoding="UTF-8"?>\n${write("LifecycleConfiguration", lifecycle, "")}\n`;
  return { status: 200, headers: { "Content-Type": "application/xml" }, body };
}

export async function putBucketLifecycle(call: Call): Promise<Reply> {
  requireBucket(call);
  const lifecycle = parseLifecycle(await readXml(call.request, "LifecycleConfiguration"));
  update(call, (record) => ({ ...record, lifecycle }));
  return { status: 200 };
}

export function deleteBucketLifecycle(call: Call): Reply {
  update(call, ({ lifecycle: _, ...record }) => record);
  return { status: 204 };
}

function update(call: Call, change: (record: BucketRecord) => BucketRecord): void {
  call.store.commit({ op: "bucket", bucket: change(requireBucket(call).record) });
}

function write(name: string, children: LifecycleElement[], text: string): string {
  const inner = children.map((child) => write(child.name, child.children, child.text)).join("");
  return `<${name}>${inner}${children.length > 0 ? "" : escapeText(text)}</${name}>`;
}
