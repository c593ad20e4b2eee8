import { invalidArgument } from "./errors";
import { encodePercent } from "./percent";
import type { OssRequest } from "./request";
import type { ObjectAcl } from "./store/records";

/** An empty value counts as absent: ali-oss sends `max-keys=` for an undefined option. */
export function integerParameter(
  request: OssRequest,
  name: string,
  fallback: number,
  minimum: number,
  maximum: number,
): number {
  const text = request.parameter(name);
  if (text === undefined || text === "") return fallback;
  const value = Number(text);
  if (/^\d{1,10}$/.test(text) && value >= minimum && value <= maximum) return value;
  throw invalidArgument(`Argument ${name} must be an integer between ${minimum} and ${maximum}.`, name, text);
}

/** How keys are written in answers: as they are, or URL-encoded when the request asks for it. */
export interface KeyEncoding {
  type?: "url";
  encode(text: string): string;
}

export function keyEncoding(request: OssRequest): KeyEncoding {
  const type = request.parameter("encoding-type");
  if (type === undefined || type === "") return { encode: (text) => text };
  if (type.toLowerCase() !== "url") throw invalidArgument("Invalid Encoding Method.", "encoding-type", type);
  return { type: "url", encode: (text) => encodePercent(text) };
}

export function flagHeader(request: OssRequest, name: string): boolean {
  const value = request.headers.get(name);
  if (value === undefined) return false;
  if (value === "true" || value === "false") return value === "true";
  throw invalidArgument(`The value of ${name} is invalid.`, name, value);
}

const OBJECT_ACLS: readonly string[] = ["default", "private", "public-read", "public-read-write"];

export function objectAclHeader(request: OssRequest): ObjectAcl | undefined {
  const value = request.headers.get("x-oss-object-acl");
  if (value === undefined || OBJECT_ACLS.includes(value)) return value as ObjectAcl | undefined;
  throw invalidArgument("no such object access control exists", "x-oss-object-acl", value);
}
