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

/** Rights over the console itself, by a person's general role. Every other is asked in the connection that a call is for. */
const CONSOLE_RIGHTS: ReadonlySet<Right> = new Set([
  "notifications.write",
  "connections.read",
  "connections.write",
  "users.write",
  "audit.read",
  "metrics.read",
]);

export function isConsoleRight(right: Right): boolean {
  return CONSOLE_RIGHTS.has(right);
}

/** What somebody may be in one connection. Owners are owners everywhere, and of one connection only there are none. */
export const CONNECTION_ROLES = ["deployer", "artist", "viewer", "none"] as const;
export type ConnectionRole = (typeof CONNECTION_ROLES)[number];

/** How far a person's general role reaches. */
export interface Access {
  /** The general role. */
  role: Role;
  /** Connections in which they are something else, by id. */
  places: Readonly<Record<string, ConnectionRole>>;
  /** Connections that are there for those only who have a role in them by name. */
  closed: readonly string[];
}

/** Undefined where the connection does not exist for them. */
export function roleIn({ role, places, closed }: Access, connectionId: string): Role | undefined {
  if (role === "owner") return role;
  const own = Object.hasOwn(places, connectionId) ? places[connectionId] : undefined;
  if (own) return own === "none" ? undefined : own;
  return closed.includes(connectionId) ? undefined : role;
}

/** Whether there is any place in which they may do this. */
export function canSomewhere({ role, places }: Access, right: Right): boolean {
  if (can(role, right)) return true;
  if (role === "owner" || isConsoleRight(right)) return false;
  return Object.values(places).some((own) => own !== "none" && can(own, right));
}

/** The signed-in person. Safe to hand to the browser. */
export interface CurrentUser {
  id: string;
  name: string;
  role: Role;
  /** The API token by which a program acts for them. */
  via?: string;
}
