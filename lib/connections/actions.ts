"use server";

import { action } from "@/lib/action.server";
import { writeAudit } from "@/lib/auth/audit";
import { type Connection, toConnectionView } from "@/lib/connection";
import type { Context } from "@/lib/context.server";
import { createEasClient } from "@/lib/eas/client";
import { AppError } from "@/lib/errors";
import { createOssClient } from "@/lib/oss/client";
import { findConnection, findOwnConnection, rememberConnection, vault } from "./chosen.server";
import { probeConnection } from "./probe";
import { toRegionalConnection } from "./regional";
import * as saved from "./saved";
import { ConnectionIdSchema, SaveConnectionSchema, TestConnectionSchema } from "./schemas";

/** Adds one, or changes the one whose id is given. */
export const saveConnection = action(SaveConnectionSchema, "connections.write", async (ctx, input) => {
  const connection = await saved.saveConnection(vault(), ctx.user.id, input);
  await record(ctx, input.id ? "connections.change" : "connections.add", connection.id, {
    name: connection.name,
    region: connection.region,
  });
  return toConnectionView(connection);
});

export const deleteConnection = action(ConnectionIdSchema, "connections.write", async (ctx, { id }) => {
  if (!(await saved.deleteSaved(ctx.db, id))) throw new AppError("not_found");
  await record(ctx, "connections.delete", id);
  return null;
});

/** For this browser only. */
export const chooseConnection = action(ConnectionIdSchema, "connections.read", async ({ user }, { id }) => {
  const connection = await findOwnConnection(user, id);
  if (!connection) throw new AppError("not_found");
  await rememberConnection(id);
  return toConnectionView(connection);
});

/** Calls EAS and OSS once each and tells what they answered. */
export const testConnection = action(TestConnectionSchema, "connections.write", async (ctx, input) => {
  const connection = "id" in input ? await findConnection(input.id) : unsaved(input);
  if (!connection) throw new AppError("not_found");
  return probeConnection({ eas: createEasClient(connection), oss: createOssClient(connection) }, ctx.clock);
});

function unsaved({ region, ...credentials }: { region: string } & Connection["credentials"]): Connection {
  return toRegionalConnection({ id: "unsaved", kind: "saved", name: region, region, credentials });
}

async function record(
  ctx: Context,
  what: string,
  target: string,
  details: Record<string, unknown> = {},
): Promise<void> {
  await writeAudit(ctx.db, ctx.clock, { action: what, target, user: ctx.user, address: ctx.address ?? "", details });
}
