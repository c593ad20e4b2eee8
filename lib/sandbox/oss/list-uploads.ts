import { bucketName, type Call, type Reply, requireBucket, xmlDate, xmlReply } from "./call";
import { commonPrefix } from "./listing";
import { integerParameter, keyEncoding } from "./parameters";
import type { UploadRecord } from "./store/records";
import { compareUtf8 } from "./store/sorted-map";

export function listMultipartUploads(call: Call): Reply {
  const { request } = call;
  const encoding = keyEncoding(request);
  const { encode } = encoding;
  const prefix = request.parameter("prefix") ?? "";
  const delimiter = request.parameter("delimiter") ?? "";
  const keyMarker = request.parameter("key-marker") ?? "";
  const idMarker = request.parameter("upload-id-marker") ?? "";
  const limit = integerParameter(request, "max-uploads", 1000, 1, 1000);
  const uploads = [...requireBucket(call).uploads.values()]
    .map(({ record }) => record)
    .filter((upload) => upload.key.startsWith(prefix) && isAfter(upload, keyMarker, idMarker))
    .sort((a, b) => compareUtf8(a.key, b.key) || (a.id < b.id ? -1 : 1));
  const listed: UploadRecord[] = [];
  const groups = new Set<string>();
  let last: { key: string; id: string } | undefined;
  let truncated = false;
  for (const upload of uploads) {
    const group = commonPrefix(upload.key, prefix, delimiter);
    if (group !== undefined && (groups.has(group) || compareUtf8(group, keyMarker) <= 0)) continue;
    if (listed.length + groups.size === limit) {
      truncated = true;
      break;
    }
    if (group === undefined) listed.push(upload);
    else groups.add(group);
    last = group === undefined ? upload : { key: group, id: "" };
  }
  return xmlReply("ListMultipartUploadsResult", {
    EncodingType: encoding.type,
    Bucket: bucketName(call),
    KeyMarker: encode(keyMarker),
    UploadIdMarker: idMarker,
    NextKeyMarker: truncated && last ? encode(last.key) : "",
    NextUploadIdMarker: truncated && last ? last.id : "",
    Delimiter: encode(delimiter),
    Prefix: encode(prefix),
    MaxUploads: limit,
    IsTruncated: truncated,
    Upload: listed.map((upload) => ({
      Key: encode(upload.key),
      UploadId: upload.id,
      StorageClass: upload.storageClass,
      Initiated: xmlDate(upload.initiated),
    })),
    CommonPrefixes: [...groups].map((group) => ({ Prefix: encode(group) })),
  });
}

/** Without a key marker the upload id marker does not count. */
function isAfter(upload: UploadRecord, keyMarker: string, idMarker: string): boolean {
  if (keyMarker === "") return true;
  const order = compareUtf8(upload.key, keyMarker);
  return order > 0 || (order === 0 && idMarker !== "" && upload.id > idMarker);
}
