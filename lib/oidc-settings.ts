import type { Role } from "./auth/rights";

export const ROLE_NAMES = ["owner", "deployer", "artist", "viewer"] as const satisfies readonly Role[];

/** How people come in from another system that knows them. */
export interface OidcSettings {
  issuer: URL;
  clientId: string;
  /** Absent for a public client: then the proof key alone protects the code. */
  clientSecret?: string;
  /** How the secret is sent; absent: as the provider says that it takes it. */
  clientAuth?: "basic" | "post";
  scopes: string;
  /** What the button calls it. */
  name: string;
  groupsClaim: string;
  /** Empty: roles are given on the console's own page. */
  roles: readonly { group: string; role: Role }[];
  /** For those whom no group gives a role; absent: they stay outside. */
  defaultRole?: Role;
}

/** `admins=owner,studio=artist`. Undefined when it is not that. */
export function parseRoles(text: string): OidcSettings["roles"] | undefined {
  const pairs = text.split(",").map((pair) => {
    // The names of some systems' groups hold an equals sign themselves.
    const at = pair.lastIndexOf("=");
    return { group: pair.slice(0, at).trim(), role: toRole(pair.slice(at + 1).trim()) };
  });
  return pairs.every((pair): pair is { group: string; role: Role } => pair.group !== "" && pair.role !== undefined)
    ? pairs
    : undefined;
}

function toRole(text: string): Role | undefined {
  return ROLE_NAMES.find((role) => role === text);
}
