import { index, integer, jsonb, pgTable, primaryKey, text, timestamp, uniqueIndex, uuid } from "drizzle-orm/pg-core";

const time = (name: string) => timestamp(name, { withTimezone: true, mode: "date" });

export const users = pgTable(
  "users",
  {
    id: uuid("id").primaryKey().defaultRandom(),
    /** Lower case, trimmed: what people type to sign in. */
    name: text("name").notNull().unique(),
    role: text("role", { enum: ["owner", "deployer", "artist", "viewer"] }).notNull(),
    /** With its parameters: see lib/auth/password.ts. Absent for those who come in through an OpenID provider. */
    passwordHash: text("password_hash"),
    /** Who they are there: a subject is unique at its issuer only. */
    oidcIssuer: text("oidc_issuer"),
    oidcSubject: text("oidc_subject"),
    disabledAt: time("disabled_at"),
    createdAt: time("created_at").notNull().defaultNow(),
  },
  (table) => [uniqueIndex("users_oidc").on(table.oidcIssuer, table.oidcSubject)],
);

export const sessions = pgTable(
  "sessions",
  {
    id: uuid("id").primaryKey().defaultRandom(),
    userId: uuid("user_id")
      .notNull()
      .references(() => users.id, { onDelete: "cascade" }),
    /** SHA-256 of the cookie's value, hex: reading the table gives nobody a session. */
    tokenHash: text("token_hash").notNull().unique(),
    address: text("address").notNull(),
    userAgent: text("user_agent").notNull(),
    createdAt: time("created_at").notNull(),
    lastSeenAt: time("last_seen_at").notNull(),
    expiresAt: time("expires_at").notNull(),
  },
  (table) => [index("sessions_user_id").on(table.userId)],
);

/** A code that changes every half minute, asked for beside the password. */
export const secondFactors = pgTable("second_factors", {
  userId: uuid("user_id")
    .primaryKey()
    .references(() => users.id, { onDelete: "cascade" }),
  /** The secret that the person's device shares, in base32, sealed by lib/auth/secret-box. */
  sealedSecret: text("sealed_secret").notNull(),
  /** Absent until the device has shown a first code: until then nothing is asked for. */
  confirmedAt: time("confirmed_at"),
  /** The time step of the last code that was taken: a code works once. */
  lastStep: integer("last_step").notNull().default(0),
  /** SHA-256 of the recovery codes that are left, hex. */
  recoveryHashes: text("recovery_hashes").array().notNull().default([]),
  createdAt: time("created_at").notNull(),
});

/** Failures in a row per subject (`account:…`, `address:…`, `setup`), for the back-off. */
export const signInAttempts = pgTable("sign_in_attempts", {
  subject: text("subject").primaryKey(),
  failures: integer("failures").notNull(),
  lastFailureAt: time("last_failure_at").notNull(),
  blockedUntil: time("blocked_until").notNull(),
});

/**
 * Where somebody is something else than their general role says. Ids without a foreign key: connections of the environment
 * and of the embedded cloud have no row.
 */
export const connectionRoles = pgTable(
  "connection_roles",
  {
    userId: uuid("user_id")
      .notNull()
      .references(() => users.id, { onDelete: "cascade" }),
    connectionId: text("connection_id").notNull(),
    role: text("role", { enum: ["deployer", "artist", "viewer", "none"] }).notNull(),
  },
  (table) => [primaryKey({ columns: [table.userId, table.connectionId] })],
);

/** Connections that are there for those only who have a role in them by name. */
export const closedConnections = pgTable("closed_connections", { connectionId: text("connection_id").primaryKey() });

/** Links that let somebody in, or let one person choose a new password. */
export const invitations = pgTable(
  "invitations",
  {
    id: uuid("id").primaryKey().defaultRandom(),
    /** SHA-256 of the secret in the link, hex. */
    tokenHash: text("token_hash").notNull().unique(),
    /** The person who is to choose a new password; absent where somebody new is invited. */
    userId: uuid("user_id").references(() => users.id, { onDelete: "cascade" }),
    role: text("role", { enum: ["owner", "deployer", "artist", "viewer"] }).notNull(),
    /** Where they are to be something else, by the connection's id. */
    places: jsonb("places").$type<unknown>().notNull().default({}),
    /** For whom, in the inviter's words. */
    note: text("note").notNull().default(""),
    createdBy: text("created_by").notNull(),
    createdAt: time("created_at").notNull(),
    expiresAt: time("expires_at").notNull(),
    usedAt: time("used_at"),
  },
  (table) => [index("invitations_created").on(table.createdAt.desc())],
);

/** Keys of programs. Each acts as the person who made it, with some of that person's rights. */
export const apiTokens = pgTable(
  "api_tokens",
  {
    id: uuid("id").primaryKey().defaultRandom(),
    userId: uuid("user_id")
      .notNull()
      .references(() => users.id, { onDelete: "cascade" }),
    name: text("name").notNull(),
    /** SHA-256 of the token, hex. */
    tokenHash: text("token_hash").notNull().unique(),
    /** Its last characters, to know it again. */
    tail: text("tail").notNull(),
    rights: jsonb("rights").$type<string[]>().notNull(),
    createdAt: time("created_at").notNull(),
    /** Absent: until it is revoked. */
    expiresAt: time("expires_at"),
    lastUsedAt: time("last_used_at"),
  },
  (table) => [index("api_tokens_user_id").on(table.userId)],
);
