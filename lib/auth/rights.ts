/** Who may do what: one table, used by the server to refuse and by the screens to explain a disabled button. */

export const ROLES = ["owner", "deployer", "artist", "viewer"] as const;
export type Role = (typeof ROLES)[number];

export const RIGHTS = [
  "services.read",
  "services.write",
  "services.reveal_token",
  "models.read",
  "models.write",
  "generate",
  "generations.read",
  "notifications.write",
  "costs.write",
  "connections.read",
  "connections.write",
  "users.write",
  "audit.read",
  "metrics.read",
] as const;
export type Right = (typeof RIGHTS)[number];

/** What a program may be given; people, connections and the secrets of services stay with people. */
export const TOKEN_RIGHTS = [
  "services.read",
  "services.write",
  "generate",
  "generations.read",
  "models.read",
  "connections.read",
  "metrics.read",
] as const satisfies readonly Right[];

const VIEWER: readonly Right[] = ["services.read", "models.read", "generations.read", "connections.read"];
const ARTIST: readonly Right[] = [...VIEWER, "generate"];
const DEPLOYER: readonly Right[] = [
  ...ARTIST,
  "services.write",
  "services.reveal_token",
  "models.write",
  "notifications.write",
  "costs.write",
];

const RIGHTS_OF: Record<Role, ReadonlySet<Right>> = {
  owner: new Set(RIGHTS),
  deployer: new Set(DEPLOYER),
  artist: new Set(ARTIST),
  viewer: new Set(VIEWER),
};

export function can(role: Role, right: Right): boolean {
  return RIGHTS_OF[role].has(right);
}

/** The signed-in person. Safe to hand to the browser. */
export interface CurrentUser {
  id: string;
  name: string;
  role: Role;
  /** The API token by which a program acts for them. */
  via?: string;
}
