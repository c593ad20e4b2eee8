import { z } from "zod";
import type { Context } from "@/lib/context.server";

export const WorkspaceViewSchema = z.object({ id: z.string(), name: z.string(), isDefault: z.boolean() });
export type WorkspaceView = z.infer<typeof WorkspaceViewSchema>;

/** Where a service can be filed, the default one first. */
export async function listWorkspaces(ctx: Pick<Context, "eas">): Promise<WorkspaceView[]> {
  const workspaces = await ctx.eas.listWorkspaces();
  return workspaces
    .map(({ id, name, displayName, isDefault }) => ({ id, name: displayName || name, isDefault }))
    .sort((a, b) => Number(b.isDefault) - Number(a.isDefault));
}
