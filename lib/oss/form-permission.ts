/**
 * Permission to post forms below one prefix for a short time (PostObject; reference: oss-rest.md §17): one signature for
 * any number of small files, and browsers ask for no preflight. A bearer secret like a signed URL.
 */
import type OSS from "ali-oss";
import type { Clock } from "@/lib/clock";
import type { Connection, OssEndpoint } from "@/lib/connection";
import { toAppError } from "./errors";
import type { FormPermission, FormPermissionOptions } from "./types";

/** Missing in the SDK's typings. */
interface PolicySigner {
  signPostObjectPolicyV4(policy: object, date: Date): string;
}

export function signForm(
  client: OSS,
  { region, credentials, oss, bucketDomain }: Connection,
  clock: Clock,
  bucket: string,
  { prefix, maxBytes, expiresSeconds }: FormPermissionOptions,
): FormPermission {
  const date = new Date(clock.now());
  const timestamp = `${date.toISOString().slice(0, 19).replace(/[-:]/g, "")}Z`;
  const signed: Record<string, string> = {
    success_action_status: "200",
    "x-oss-signature-version": "OSS4-HMAC-SHA256",
    "x-oss-credential": `${credentials.accessKeyId}/${timestamp.slice(0, 8)}/${region}/oss/aliyun_v4_request`,
    "x-oss-date": timestamp,
    ...(credentials.securityToken ? { "x-oss-security-token": credentials.securityToken } : {}),
  };
  const policy = {
    expiration: new Date(clock.now() + expiresSeconds * 1000).toISOString(),
    conditions: [
      { bucket },
      ["starts-with", "$key", prefix],
      ["content-length-range", 0, maxBytes],
      // A form may carry more fields than are named here; none may open an object to the world.
      ["not-in", "$x-oss-object-acl", ["public-read", "public-read-write"]],
      ...Object.entries(signed).map(([name, value]) => ({ [name]: value })),
    ],
  };
  try {
    const signature = (client as unknown as PolicySigner).signPostObjectPolicyV4(policy, date);
    const encoded = Buffer.from(JSON.stringify(policy)).toString("base64");
    return {
      url: bucketDomain?.bucket === bucket ? `https://${bucketDomain.host}/` : bucketUrl(oss, bucket),
      fields: { ...signed, policy: encoded, "x-oss-signature": signature },
    };
  } catch (error) {
    throw toAppError(error);
  }
}

function bucketUrl({ protocol, host, pathStyle }: OssEndpoint, bucket: string): string {
  return pathStyle ? `${protocol}://${host}/${bucket}/` : `${protocol}://${bucket}.${host}/`;
}
