/**
 * An address that the container can read a picture from. It saves what it downloads under the last part of the address,
 * query included (diffusers-service.md §9): more than 255 bytes fail, and a name that was used before reads the picture of
 * then. A version 4 signature is longer than that; but its credential holds slashes, which need no escaping in a query, and
 * what follows the last of them is short, and as unique as the signature. What may be long comes before it.
 */

export const NAME_BYTES_MAX = 255;

const FIRST = ["x-oss-security-token", "x-oss-credential"];

/** `host`: OSS's own, which the container turns into the internal one; a signature does not hold the host. */
export function toServiceLink(signed: string, host?: string): string {
  const url = new URL(signed);
  const entries = [...url.searchParams].sort(([a], [b]) => rank(a) - rank(b));
  const query = entries.map(([name, value]) => `${name}=${escaped(name, value)}`).join("&");
  const link = `${url.protocol}//${host ?? url.host}${url.pathname}?${query}`;
  const name = link.slice(link.lastIndexOf("/") + 1);
  if (!/^aliyun_v4_request&/.test(name) || new TextEncoder().encode(name).length > NAME_BYTES_MAX)
    throw new RangeError("no version 4 signature, or one that is too long");
  return link;
}

/** The token first, then the credential, whose last slash begins the name. */
const rank = (name: string) => (FIRST.includes(name) ? FIRST.indexOf(name) : FIRST.length);

const escaped = (name: string, value: string) =>
  name === "x-oss-credential" ? encodeURIComponent(value).replaceAll("%2F", "/") : encodeURIComponent(value);
