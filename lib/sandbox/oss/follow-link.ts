import { requireRight } from "./access";
import { bucketName, type Call, requireBucket } from "./call";
import { ossError } from "./errors";
import type { ObjectRecord } from "./store/records";

/** What a read of the object reads: itself or, of a link, its target under the link's own type, if that may be read. */
export function followLink(call: Call, object: ObjectRecord): ObjectRecord {
  if (object.target === undefined) return object;
  requireRight(call, "GetObject", { bucket: bucketName(call), key: object.target });
  const target = requireBucket(call).objects.get(object.target);
  if (!target) throw ossError("SymlinkTargetNotExist", { details: { Key: object.target } });
  if (target.target !== undefined) throw ossError("InvalidTargetType", { details: { Key: object.target } });
  return { ...target, type: "Symlink", headers: ownMeta(object, target) };
}

/** User metadata is the link's own (ali-oss's suite), the rest its target's. */
function ownMeta(link: ObjectRecord, target: ObjectRecord): Record<string, string> {
  const isMeta = ([name]: [string, string]) => name.startsWith("x-oss-meta-");
  return Object.fromEntries([
    ...Object.entries(target.headers).filter((header) => !isMeta(header)),
    ...Object.entries(link.headers).filter(isMeta),
  ]);
}
