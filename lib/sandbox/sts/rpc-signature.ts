import { createHmac } from "node:crypto";

/**
 * The RPC signature, version 1.0 (reference: the vendor's page "Request signatures" for RPC interfaces; ali-oss and
 * openapi-core as signers): all parameters of query and form but `Signature`, percent-encoded, sorted by encoded name and
 * joined like a query; that text encoded once more after the method and the encoded path.
 */

export type Parameters = ReadonlyMap<string, string>;

/** RFC 3986 over UTF-8: all but `A-Z a-z 0-9 - _ . ~`. */
export function encodeParameter(text: string): string {
  let encoded = "";
  for (const byte of Buffer.from(text, "utf8")) {
    const character = String.fromCharCode(byte);
    encoded += /[A-Za-z0-9\-_.~]/.test(character) ? character : `%${byte.toString(16).toUpperCase().padStart(2, "0")}`;
  }
  return encoded;
}

export function rpcStringToSign(method: string, parameters: Parameters): string {
  const pairs = [...parameters]
    .filter(([name]) => name !== "Signature")
    // Clients sort the plain names; as code units, which for the ASCII names of the interface is the order of bytes.
    .sort(([a], [b]) => (a < b ? -1 : a > b ? 1 : 0))
    .map(([name, value]) => `${encodeParameter(name)}=${encodeParameter(value)}`);
  return `${method}&${encodeParameter("/")}&${encodeParameter(pairs.join("&"))}`;
}

export function rpcSignature(secret: string, stringToSign: string): string {
  return createHmac("sha1", `${secret}&`).update(stringToSign).digest("base64");
}
