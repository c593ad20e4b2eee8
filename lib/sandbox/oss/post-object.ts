import { createHmac } from "node:crypto";
import { Readable } from "node:stream";
import { assertKey } from "./address";
import { parseCredential } from "./authenticate";
import { bucketName, type Call, quoted, type Reply, requireBucket, xmlReply } from "./call";
import { invalidArgument, notImplementedParameter, ossError } from "./errors";
import { type Form, readForm } from "./form";
import { storageClassHeader, storedHeaders } from "./object-headers";
import { checkOverwrite, keepOrDiscard, MAX_PUT_BYTES } from "./objects";
import { refuseUnknownFeatures } from "./operation";
import { objectAclHeader } from "./parameters";
import { encodePercent } from "./percent";
import { checkPolicy, type PostPolicy } from "./post-policy";
import { signingKeyV4, V4_ALGORITHM } from "./signature-v4";
import { receive, TooLarge } from "./store/receive";

/** PostObject: a form that carries its own permission (reference: oss-rest.md §17). */
export async function postObject(call: Call): Promise<Reply> {
  const { request, store, now } = call;
  requireBucket(call);
  const form = await readForm(request.incoming, request.headers.get("content-type") ?? "");
  const { fields } = form;
  refuseUnknownFeatures(fields.keys());
  if (fields.has("callback")) throw notImplementedParameter("callback");
  // biome-ignore lint/suspicious/noTemplateCurlyInString: the vendor's placeholder.
  const key = (fields.get("key") ?? "").replaceAll("${filename}", baseName(form.fileName));
  assertKey(key);
  const { minBytes, maxBytes } = authorizeForm(call, new Map([...fields, ["bucket", bucketName(call)], ["key", key]]));
  // Fields stand for the headers of a put.
  const asPut = { ...request, headers: fieldsAsHeaders(form) };
  const headers = storedHeaders(asPut);
  const storageClass = storageClassHeader(asPut, requireBucket(call).record.storageClass);
  const acl = objectAclHeader(asPut) ?? "default";
  checkOverwrite(asPut, requireBucket(call), key);
  const limit = Math.min(MAX_PUT_BYTES, maxBytes);
  const { contentMd5: _, ...content } = await receive(Readable.from(form.file), store.blobs, limit).catch((error) => {
    throw error instanceof TooLarge ? ossError("EntityTooLarge") : error;
  });
  await keepOrDiscard(call, content, () => {
    if (content.size < minBytes) {
      throw ossError("EntityTooSmall", { message: "Your proposed upload is smaller than the minimum allowed size." });
    }
    checkOverwrite(asPut, requireBucket(call), key);
    const object = { ...content, key, type: "Normal", lastModified: now, headers, storageClass, acl } as const;
    store.commit({ op: "object", bucket: bucketName(call), object });
  });
  return success(call, fields, key, quoted(content.etag), content.crc64);
}

/** Browsers of old send whole paths. */
function baseName(fileName: string): string {
  return fileName.slice(Math.max(fileName.lastIndexOf("/"), fileName.lastIndexOf("\\")) + 1);
}

function fieldsAsHeaders({ fields, fileType }: Form): Map<string, string> {
  const headers = new Map<string, string>();
  if (fileType !== undefined) headers.set("content-type", fileType);
  for (const [name, value] of fields) headers.set(name, Buffer.from(value, "utf8").toString("latin1"));
  const explicitType = fields.get("x-oss-content-type");
  if (explicitType !== undefined) headers.set("content-type", explicitType);
  return headers;
}

function authorizeForm(call: Call, fields: ReadonlyMap<string, string>): PostPolicy {
  const policy = fields.get("policy");
  if (policy === undefined) {
    if (requireBucket(call).record.acl === "public-read-write") return { minBytes: 0, maxBytes: MAX_PUT_BYTES };
    throw ossError("AccessDenied", {
      message: "You have no right to access this object because of bucket acl.",
      ec: "0003-00000001",
    });
  }
  if (fields.has("x-oss-security-token")) throw ossError("InvalidSecurityToken");
  if (fields.has("x-oss-signature-version")) verifyV4(call, policy, fields);
  else verifyV1(call, policy, fields);
  return checkPolicy(policy, fields, call.now);
}

function verifyV1({ account }: Call, policy: string, fields: ReadonlyMap<string, string>): void {
  const keyId = fields.get("ossaccesskeyid");
  const signature = fields.get("signature");
  if (!keyId || !signature) {
    throw invalidArgument(
      "Bucket POST must contain the fields OSSAccessKeyId and Signature.",
      "Signature",
      signature ?? "",
    );
  }
  checkKeyId(keyId, account.accessKeyId);
  const expected = createHmac("sha1", account.accessKeySecret).update(policy).digest("base64");
  if (signature !== expected) throw mismatch(keyId, signature, policy, "0002-00000040");
}

function verifyV4({ account, region }: Call, policy: string, fields: ReadonlyMap<string, string>): void {
  const version = fields.get("x-oss-signature-version") ?? "";
  if (version !== V4_ALGORITHM) throw invalidArgument("Invalid signature version.", "x-oss-signature-version", version);
  const signature = fields.get("x-oss-signature") ?? "";
  const { keyId, scope } = parseCredential(fields.get("x-oss-credential") ?? "", "x-oss-credential", region);
  checkKeyId(keyId, account.accessKeyId);
  const date = fields.get("x-oss-date") ?? "";
  if (!date.startsWith(scope.date))
    throw invalidArgument("Invalid signing date in the credential.", "x-oss-date", date);
  const expected = createHmac("sha256", signingKeyV4(account.accessKeySecret, scope)).update(policy).digest("hex");
  if (signature !== expected) throw mismatch(keyId, signature, policy, "0002-00000201");
}

function checkKeyId(keyId: string, known: string): void {
  if (keyId !== known) throw ossError("InvalidAccessKeyId", { details: { OSSAccessKeyId: keyId } });
}

function mismatch(keyId: string, signature: string, policy: string, ec: string) {
  const details = { OSSAccessKeyId: keyId, SignatureProvided: signature, StringToSign: policy };
  return ossError("SignatureDoesNotMatch", { ec, details });
}

function success(call: Call, fields: ReadonlyMap<string, string>, key: string, etag: string, crc64: string): Reply {
  const bucket = bucketName(call);
  const location = `http://${call.request.host}/${encodePercent(key, true)}`;
  const headers = { ETag: etag, "x-oss-hash-crc64ecma": crc64, Location: location };
  const redirect = fields.get("success_action_redirect");
  if (redirect !== undefined && URL.canParse(redirect)) {
    const target = new URL(redirect);
    for (const [name, value] of Object.entries({ bucket, key, etag })) target.searchParams.set(name, value);
    return { status: 303, headers: { ...headers, Location: target.href } };
  }
  const status = fields.get("success_action_status");
  if (status === "201") {
    const xml = xmlReply("PostResponse", { Bucket: bucket, ETag: etag, Location: location, Key: key }, headers);
    return { ...xml, status: 201 };
  }
  return { status: status === "200" ? 200 : 204, headers };
}
