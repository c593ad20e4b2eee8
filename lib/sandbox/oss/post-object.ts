import { createHmac } from "node:crypto";
import { Readable } from "node:stream";
import { requireRight } from "./access";
import { assertKey } from "./address";
import { type Caller, findSigner, parseCredential, signatureMismatch, V1_MISMATCH, V4_MISMATCH } from "./authenticate";
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
  const asked = new Map([...fields, ["bucket", bucketName(call)], ["key", key]]);
  const { minBytes, maxBytes } = authorizeForm(call, asked, key);
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

/** Without a policy nobody has signed the form, and the bucket's ACL decides. */
function authorizeForm(call: Call, fields: ReadonlyMap<string, string>, key: string): PostPolicy {
  const policy = fields.get("policy");
  const caller = policy === undefined ? ANONYMOUS : signerOfForm(call, policy, fields);
  requireRight({ ...call, caller }, "PostObject", { bucket: bucketName(call), key });
  return policy === undefined ? { minBytes: 0, maxBytes: MAX_PUT_BYTES } : checkPolicy(policy, fields, call.now);
}

const ANONYMOUS: Caller = { kind: "anonymous" };

function signerOfForm(call: Call, policy: string, fields: ReadonlyMap<string, string>): Caller {
  return fields.has("x-oss-signature-version") ? verifyV4(call, policy, fields) : verifyV1(call, policy, fields);
}

function verifyV1(call: Call, policy: string, fields: ReadonlyMap<string, string>): Caller {
  const keyId = fields.get("ossaccesskeyid");
  const signature = fields.get("signature");
  if (!keyId || !signature) {
    throw invalidArgument(
      "Bucket POST must contain the fields OSSAccessKeyId and Signature.",
      "Signature",
      signature ?? "",
    );
  }
  const { secret, caller } = findSigner(keyId, fields.get("x-oss-security-token"), call)();
  const expected = createHmac("sha1", secret).update(policy).digest("base64");
  if (signature !== expected) throw signatureMismatch(V1_MISMATCH, keyId, signature, Buffer.from(policy));
  return caller;
}

function verifyV4(call: Call, policy: string, fields: ReadonlyMap<string, string>): Caller {
  const version = fields.get("x-oss-signature-version") ?? "";
  if (version !== V4_ALGORITHM) throw invalidArgument("Invalid signature version.", "x-oss-signature-version", version);
  const signature = fields.get("x-oss-signature") ?? "";
  const { keyId, scope } = parseCredential(fields.get("x-oss-credential") ?? "", "form", call.region);
  const signer = findSigner(keyId, fields.get("x-oss-security-token"), call);
  const date = fields.get("x-oss-date") ?? "";
  if (!date.startsWith(scope.date))
    throw invalidArgument("Invalid signing date in the credential.", "x-oss-date", date);
  const { secret, caller } = signer();
  const expected = createHmac("sha256", signingKeyV4(secret, scope)).update(policy).digest("hex");
  if (signature !== expected) throw signatureMismatch(V4_MISMATCH, keyId, signature, Buffer.from(policy));
  return caller;
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
