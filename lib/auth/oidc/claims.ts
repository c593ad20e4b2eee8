import type { OidcSettings } from "@/lib/oidc-settings";
import { ROLES } from "../rights";
import { nameSchema } from "../schemas";

export type Claims = Readonly<Record<string, unknown>>;

/**
 * The groups of a person. The claim may lie deeper (`realm_access.roles`), be a list or one name, and is looked for by its
 * whole name first: some systems' names are addresses with dots of their own.
 */
export function groupsOf(claims: Claims, claim: string): string[] {
  const value = claims[claim] ?? claim.split(".").reduce<unknown>(below, claims);
  if (typeof value === "string") return [value];
  return Array.isArray(value) ? value.filter((group) => typeof group === "string") : [];
}

/**
 * Whether the provider left the groups out because there are too many, and named a place to ask instead (OpenID Connect Core
 * §5.6.2; Entra ID does so above 200). That place takes rights of another API: nobody is to lose a role, or keep one, by it.
 */
export function areGroupsElsewhere(claims: Claims, claim: string): boolean {
  const [root = claim] = claims[claim] === undefined ? claim.split(".") : [claim];
  if (claims[root] !== undefined) return false;
  return below(claims._claim_names, root) !== undefined || (root === "groups" && String(claims.hasgroups) === "true");
}

/** The highest of the roles that the groups give. */
export function roleOf({ roles, defaultRole }: Pick<OidcSettings, "roles" | "defaultRole">, groups: readonly string[]) {
  const given = roles.filter(({ group }) => groups.includes(group)).map(({ role }) => role);
  return ROLES.find((role) => given.includes(role)) ?? defaultRole;
}

/** A name by our own rules, as near to theirs as can be. */
export function nameOf(claims: Claims, subject: string): string {
  for (const claim of ["preferred_username", "email", "name"]) {
    const name = clean(claims[claim]);
    if (name) return name;
  }
  return clean(subject) ?? "person";
}

/** Names to try in turn until one is free. */
export function* namesLike(name: string): Generator<string> {
  yield name;
  for (let number = 2; ; number++) {
    const tail = `-${number}`;
    yield `${name.slice(0, 60 - tail.length)}${tail}`;
  }
}

function clean(value: unknown): string | undefined {
  if (typeof value !== "string") return undefined;
  const text = value
    .normalize("NFKC")
    .replaceAll(/[^\p{L}\p{N}._@+-]+/gu, "-")
    .replaceAll(/^-+|-+$/g, "");
  const parsed = nameSchema.safeParse(Array.from(text).slice(0, 50).join(""));
  return parsed.success ? parsed.data : undefined;
}

const below = (value: unknown, key: string): unknown =>
  typeof value === "object" && value !== null && Object.hasOwn(value, key) ? (value as Claims)[key] : undefined;
