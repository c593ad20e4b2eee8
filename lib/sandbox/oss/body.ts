import { createHash } from "node:crypto";
import { ossError } from "./errors";
import type { OssRequest } from "./request";
import { parseXml, type XmlElement, XmlError } from "./xml";

/** Configurations and key lists; the vendor's largest is the delete body with 2 MB (reference: oss-rest.md §9). */
const MAX_BODY_BYTES = 2 * 1024 * 1024;

export async function readBody({ incoming, headers }: OssRequest, maxBytes = MAX_BODY_BYTES): Promise<Buffer> {
  const chunks: Buffer[] = [];
  let size = 0;
  for await (const chunk of incoming.iterator({ destroyOnReturn: false }) as AsyncIterable<Buffer>) {
    size += chunk.length;
    if (size > maxBytes) throw ossError("EntityTooLarge");
    chunks.push(chunk);
  }
  const body = Buffer.concat(chunks);
  checkContentMd5(headers.get("content-md5"), createHash("md5").update(body).digest("base64"));
  return body;
}

export function checkContentMd5(expected: string | undefined, actual: string): void {
  if (expected === undefined || expected === actual) return;
  throw ossError("InvalidDigest", { details: { ExpectedDigest: expected, CalculatedDigest: actual } });
}

/** The document, whose root must have the given name. */
export async function readXml(request: OssRequest, root: string, maxBytes?: number): Promise<XmlElement> {
  const body = await readBody(request, maxBytes);
  return parseXmlBody(body.toString("utf8"), root);
}

export function parseXmlBody(source: string, root: string): XmlElement {
  try {
    const document = parseXml(source);
    if (document.name === root) return document;
  } catch (error) {
    if (!(error instanceof XmlError)) throw error;
  }
  throw ossError("MalformedXML");
}
