import type { Readable } from "node:stream";
import { readXml } from "./body";
import { type Call, type Reply, requireBucket, xmlReply } from "./call";
import { notImplementedParameter, OssError, ossError } from "./errors";
import { fullHeaders } from "./object-headers";
import type { ObjectRecord, WebsiteConfiguration } from "./store/records";
import { childrenOf, childText, type XmlElement } from "./xml";

/** Static websites: an index and an error page for anonymous readers. Routing rules are refused. */

export function getBucketWebsite(call: Call): Reply {
  const { website, name } = requireBucket(call).record;
  if (!website) throw ossError("NoSuchWebsiteConfiguration", { details: { BucketName: name } });
  const { index, errorKey } = website;
  return xmlReply("WebsiteConfiguration", {
    IndexDocument: index === undefined ? undefined : { Suffix: index },
    ErrorDocument: errorKey === undefined ? undefined : { Key: errorKey },
  });
}

export async function putBucketWebsite(call: Call): Promise<Reply> {
  requireBucket(call);
  const document = await readXml(call.request, "WebsiteConfiguration");
  if (childrenOf(document, "RoutingRules").some(({ children }) => children.length > 0)) {
    throw notImplementedParameter("RoutingRules");
  }
  if (textBelow(document, "IndexDocument", "SupportSubDir") === "true") throw notImplementedParameter("SupportSubDir");
  const website: WebsiteConfiguration = {
    index: textBelow(document, "IndexDocument", "Suffix"),
    errorKey: textBelow(document, "ErrorDocument", "Key"),
  };
  if (website.index === undefined && website.errorKey === undefined) throw ossError("MalformedXML");
  if (website.index?.includes("/")) throw ossError("InvalidArgument", { details: { ArgumentName: "IndexDocument" } });
  call.store.commit({ op: "bucket", bucket: { ...requireBucket(call).record, website } });
  return { status: 200 };
}

export function deleteBucketWebsite(call: Call): Reply {
  const { website: _, ...bucket } = requireBucket(call).record;
  call.store.commit({ op: "bucket", bucket });
  return { status: 204 };
}

function textBelow(document: XmlElement, parent: string, child: string): string | undefined {
  const [element] = childrenOf(document, parent);
  return (element && childText(element, child)?.trim()) || undefined;
}

/** The index key that an anonymous visit of the bucket's root means. */
export function indexKey({ request, caller, store }: Call): string | undefined {
  const isVisit = caller.kind === "anonymous" && request.method === "GET" && request.query.length === 0;
  if (!isVisit || request.bucket === undefined || request.key !== undefined) return undefined;
  return store.bucket(request.bucket)?.record.website?.index;
}

/** A folder that is no object shows the index (the Python SDK's suite, which signs its visit). */
export function folderIndexKey({ request, store }: Call, error: unknown): string | undefined {
  const isVisit = request.method === "GET" && request.key?.endsWith("/");
  if (!isVisit || !(error instanceof OssError) || error.code !== "NoSuchKey") return undefined;
  return store.bucket(request.bucket ?? "")?.record.website?.index;
}

/** The error page in place of a missing key's error, for readers who may read it. */
export function errorPage(call: Call, error: unknown): Reply | undefined {
  const { request, caller, store, now } = call;
  if (caller.kind !== "anonymous" || request.method !== "GET" || request.key === undefined) return undefined;
  if (!(error instanceof OssError) || error.code !== "NoSuchKey") return undefined;
  const bucket = store.bucket(request.bucket ?? "");
  const page: ObjectRecord | undefined = bucket?.objects.get(bucket.record.website?.errorKey ?? "");
  if (!page || page.acl === "private") return undefined;
  const body: Readable = store.blobs.read(page, 0, page.size);
  return { status: 404, headers: { ...fullHeaders(page, now), "Content-Length": String(page.size) }, body };
}
