import { randomBytes, randomInt } from "node:crypto";

/** Letters and digits as Kubernetes uses them in generated names: none that read as another or form words. */
const POD_ALPHABET = "bcdfghjklmnpqrstvwxz2456789";
const ID_ALPHABET = "abcdefghijklmnopqrstuvwxyz0123456789";

function pick(alphabet: string, length: number): string {
  return Array.from({ length }, () => alphabet[randomInt(alphabet.length)]).join("");
}

export function newServiceId(): string {
  return `eas-m-${pick(ID_ALPHABET, 18)}`;
}

/** Base64 of forty hex digits, as gateway tokens look. */
export function newToken(): string {
  return Buffer.from(randomBytes(20).toString("hex")).toString("base64");
}

/** `<service>-<hash>-<suffix>`, with `_` turned into `-` (reference: eas-service-lifecycle.md §2). */
export function newInstanceName(service: string, hash: string): string {
  return `${service.replaceAll("_", "-")}-${hash}-${pick(POD_ALPHABET, 5)}`;
}

/** Names all instances of one version. */
export function newVersionHash(): string {
  return pick(POD_ALPHABET, 10);
}

export function newInnerIp(): string {
  return `10.${randomInt(256)}.${randomInt(256)}.${randomInt(2, 255)}`;
}

/** Nodes live in the resource pool's own range. */
export function newHost(): { hostIp: string; hostName: string } {
  const hostIp = `10.224.${randomInt(256)}.${randomInt(2, 255)}`;
  return { hostIp, hostName: `eas-${hostIp.replaceAll(".", "-")}` };
}
