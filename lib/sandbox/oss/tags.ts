import { readXml } from "./body";
import { bucketName, type Call, type Reply, requireBucket, requireObject, xmlReply } from "./call";
import { invalidArgument, ossError } from "./errors";
import { parseQuery } from "./request";
import type { Tag } from "./store/records";
import { childrenOf, childText, type XmlElement, type XmlObject } from "./xml";

/** Tags of objects and buckets: labels that OSS keeps, returns and counts. */

const MAX_OBJECT_TAGS = 10;
const MAX_BUCKET_TAGS = 20;
const MAX_KEY_LENGTH = 128;
const MAX_VALUE_LENGTH = 256;

/** The header `x-oss-tagging`, written like a query; undefined when the request has none. */
export function taggingHeader({ request }: Pick<Call, "request">): Tag[] | undefined {
  const header = request.headers.get("x-oss-tagging");
  if (header === undefined) return undefined;
  return checkObjectTags(parseQuery(header).map(([key, value]) => ({ key, value })));
}

export function getObjectTagging(call: Call): Reply {
  return tagsReply(requireObject(call).tags);
}

export async function putObjectTagging(call: Call): Promise<Reply> {
  requireObject(call);
  const tags = checkObjectTags(parseTagging(await readXml(call.request, "Tagging")));
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
  const tags = checked(parseTagging(await readXml(call.request, "Tagging")), MAX_BUCKET_TAGS);
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

/** What ListBuckets asks for: `tagging="k":"v","l":"w"`, all of them, or one by `tag-key` and perhaps `tag-value`. */
export function tagFilter({ request }: Pick<Call, "request">): ((tags: readonly Tag[]) => boolean) | undefined {
  const tagging = request.parameter("tagging");
  if (tagging) {
    const wanted = [...tagging.matchAll(/"([^"]+)":"([^"]*)"(?:,|$)/g)];
    if (wanted.map(([text]) => text).join("") !== tagging) {
      throw invalidArgument("The tagging parameter is invalid.", "tagging", tagging);
    }
    return (tags) => wanted.every(([, name, content]) => hasTag(tags, name ?? "", content));
  }
  const name = request.parameter("tag-key");
  return name ? (tags) => hasTag(tags, name, request.parameter("tag-value")) : undefined;
}

function hasTag(tags: readonly Tag[], name: string, content: string | undefined): boolean {
  return tags.some(({ key, value }) => key === name && (content === undefined || value === content));
}

export function tagSet(tags: readonly Tag[]): XmlObject {
  return { TagSet: { Tag: tags.map(({ key, value }) => ({ Key: key, Value: value })) } };
}

function tagsReply(tags: readonly Tag[] = []): Reply {
  return xmlReply("Tagging", tagSet(tags));
}

function parseTagging(document: XmlElement): Tag[] {
  const [set] = childrenOf(document, "TagSet");
  if (!set) throw ossError("MalformedXML");
  return childrenOf(set, "Tag").map((element) => {
    const key = childText(element, "Key");
    if (key === undefined) throw ossError("MalformedXML");
    return { key, value: childText(element, "Value") ?? "" };
  });
}

/** Tags of objects are letters, digits, spaces and `+-=._:/` (the Python SDK's suite); a bucket's may be anything. */
const OBJECT_TAG = /^[\p{L}\p{M}\p{N} +\-=._:/]*$/u;

export function isObjectTag({ key, value }: Tag): boolean {
  return OBJECT_TAG.test(key) && OBJECT_TAG.test(value);
}

function checkObjectTags(tags: Tag[]): Tag[] {
  const wrong = tags.find((tag) => !isObjectTag(tag));
  if (wrong) throw refuse("The tag contains invalid characters.", `${wrong.key}=${wrong.value}`);
  return checked(tags, MAX_OBJECT_TAGS);
}

function refuse(message: string, value: string) {
  return invalidArgument(message, "x-oss-tagging", value);
}

function checked(tags: Tag[], most: number): Tag[] {
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
