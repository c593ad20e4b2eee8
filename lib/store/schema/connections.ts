import { pgTable, text, timestamp, uuid } from "drizzle-orm/pg-core";
import { users } from "./auth";

/** Accounts added in the settings. Those of the environment and of the embedded cloud are never stored. */
export const connections = pgTable("connections", {
  id: uuid("id").primaryKey(),
  name: text("name").notNull(),
  region: text("region").notNull(),
  accessKeyId: text("access_key_id").notNull(),
  /** `{accessKeySecret, securityToken?}` under AES-256-GCM, bound to this row's id. */
  sealed: text("sealed").notNull(),
  /** A custom domain and the bucket that it is bound to; both or neither. */
  domainHost: text("domain_host"),
  domainBucket: text("domain_bucket"),
  createdBy: uuid("created_by").references(() => users.id, { onDelete: "set null" }),
  createdAt: timestamp("created_at", { withTimezone: true, mode: "date" }).notNull().defaultNow(),
});
