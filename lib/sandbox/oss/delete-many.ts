import { requireRight } from "./access";
import { assertKey } from "./address";
import { readXml } from "./body";
import { bucketName, type Call, type Reply, requireBucket, xmlReply } from "./call";
import { notImplementedParameter, ossError } from "./errors";
import { keyEncoding } from "./parameters";
import { childrenOf, childText } from "./xml";

const MAX_KEYS = 1000;

export async function deleteMultipleObjects(call: Call): Promise<Reply> {
  const { request, store } = call;
  requireBucket(call);
  const encoding = keyEncoding(request);
  if (!request.headers.has("content-md5")) {
    throw ossError("InvalidArgument", {
      message: "Missing Some Required Arguments.",
      details: { ArgumentName: "Content-MD5" },
    });
  }
  const document = await readXml(request, "Delete");
  const objects = childrenOf(document, "Object");
  if (objects.length === 0 || objects.length > MAX_KEYS) throw ossError("MalformedXML");
  const keys = objects.map((object) => {
    if (childText(object, "VersionId") !== undefined) throw notImplementedParameter("versionId");
    const key = childText(object, "Key");
    if (key === undefined) throw ossError("MalformedXML");
    assertKey(key);
    return key;
  });
  for (const key of keys) requireRight(call, "DeleteObject", { bucket: bucketName(call), key });
  // The body took its time to arrive: the bucket may be gone.
  const bucket = requireBucket(call);
  const present = [...new Set(keys)].filter((key) => bucket.objects.get(key));
  if (present.length > 0) store.commit({ op: "objects-gone", bucket: bucketName(call), keys: present });
  if (childText(document, "Quiet")?.trim() === "true") return { status: 200 };
  return xmlReply("DeleteResult", {
    EncodingType: encoding.type,
    Deleted: keys.map((key) => ({ Key: encoding.encode(key) })),
  });
}
