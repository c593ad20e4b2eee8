import { readXml } from "./body";
import { bucketName, type Call, type Reply, requireBucket, requireObject, xmlReply } from "./call";
import { invalidArgument, ossError } from "./errors";
import { parseQuery } from "./request";
import type { Tag } from "./store/records";
import { childrenOf, childText, type XmlElement } from "./xml";

/** Tags of objects and buckets: labels that OSS keeps, returns and counts. */

const MAX_OBJECT_TAGS = 10;
const MAX_BUCKET_TAGS = 20;
const MAX_KEY_LENGTH = 128;
const MAX_VALUE_LENGTH = 256;

/** The header `x-oss-tagging`, written like a query; undefined when the request has none. */
export function taggingHeader({ request }: Pick<Call, "request">): Tag[] | undefined {
  const header = request.headers.get("x-oss-tagging");
  if (header === undefined) return undefined;
  const tags = parseQuery(header).map(([key, value]) => ({ key, value }));
  return checked(tags, MAX_OBJECT_TAGS);
}

export function getObjectTagging(call: Call): Reply {
  return tagsReply(requireObject(call).tags);
}

export async function putObjectTagging(call: Call): Promise<Reply> {
  requireObject(call);
  const tags = parseTagging(await readXml(call.request, "Tagging"), MAX_OBJECT_TAGS);
  setObjectTags(call, tags);
  return { status: 200 };
}

export function deleteObjectTagging(call: Call): Reply {
  setObjectTags(call, undefined);
  return { status: 204 };
}

function setObjectTags(call: Call, tags: Tag[] | undefined): void {
  call.store.commit({ op: "object", bucket: bucketName(call), object: { ...requireObject(call), tags } });
}

export function getBucketTags(call: Call): Reply {
  return tagsReply(requireBucket(call).record.tags);
}

export async function putBucketTags(call: Call): Promise<Reply> {
  requireBucket(call);
  const tags = parseTagging(await readXml(call.request, "Tagging"), MAX_BUCKET_TAGS);
  call.store.commit({ op: "bucket", bucket: { ...requireBucket(call).record, tags } });
  return { status: 200 };
}

/** All of them, or with `?tagging=k1,k2` those. */
export function deleteBucketTags(call: Call): Reply {
  const { record } = requireBucket(call);
  const names = (call.request.parameter("tagging") ?? "").split(",").filter((name) => name !== "");
  const tags = names.length === 0 ? undefined : record.tags?.filter(({ key }) => !names.includes(key));
  call.store.commit({ op: "bucket", bucket: { ...record, tags } });
  return { status: 204 };
}

function tagsReply(tags: readonly Tag[] = []): Reply {
  return xmlReply("Tagging", { TagSet: { Tag: tags.map(({ key, value }) => ({ Key: key, Value: value })) } });
}

function parseTagging(document: XmlElement, most: number): Tag[] {
  const [set] = childrenOf(document, "TagSet");
  if (!set) throw ossError("MalformedXML");
  const tags = childrenOf(set, "Tag").map((element) => {
    const key = childText(element, "Key");
    if (key === undefined) throw ossError("MalformedXML");
    return { key, value: childText(element, "Value") ?? "" };
  });
  return checked(tags, most);
}

function checked(tags: Tag[], most: number): Tag[] {
  const refuse = (message: string, value: string) => invalidArgument(message, "x-oss-tagging", value);
  if (tags.length > most) throw refuse(`There cannot be more than ${most} tags.`, String(tags.length));
  const seen = new Set<string>();
  for (const { key, value } of tags) {
    if (key === "" || key.length > MAX_KEY_LENGTH) throw refuse("The tag's key is invalid.", key);
    if (value.length > MAX_VALUE_LENGTH) throw refuse("The tag's value is invalid.", value);
    if (seen.has(key)) throw refuse("Cannot provide multiple tags with the same key.", key);
    seen.add(key);
  }
  return tags;
}
