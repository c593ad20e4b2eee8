import { and, desc, eq, max } from "drizzle-orm";
import { z } from "zod";
import type { Context } from "@/lib/context.server";
import { readSpentToday } from "@/lib/costs/report";
import type { Service } from "@/lib/eas/types";
import { auditEntries } from "@/lib/store/schema/audit";
import { generations } from "@/lib/store/schema/generations";
import { serviceSweeps } from "./sweep";
import { type ServiceList, type ServiceListItem, toServiceSummary } from "./view";

export const ListServicesSchema = z.object({
  /** What the page has already: it is told of changes only. */
  epoch: z.string().max(40).optional(),
  revision: z.coerce.number().int().min(0).optional(),
});

type Reads = Pick<Context, "eas" | "db" | "connection">;

/** All services of the region, whoever made them; an asynchronous service's own queue is left out. */
export function listServices(
  ctx: Reads,
  { epoch, revision }: z.output<typeof ListServicesSchema> = {},
): Promise<ServiceList> {
  const known = epoch !== undefined && revision !== undefined ? { epoch, revision } : undefined;
  return serviceSweeps().read(ctx.connection, () => sweep(ctx), known);
}

/** For a page, which shows what was seen last while the cloud does not answer, and says so. */
export function listServicesOrLast(
  ctx: Reads,
  { epoch, revision }: z.output<typeof ListServicesSchema> = {},
): Promise<ServiceList> {
  const known = epoch !== undefined && revision !== undefined ? { epoch, revision } : undefined;
  return serviceSweeps().readOrLast(ctx.connection, () => sweep(ctx), known);
}

async function sweep(ctx: Reads): Promise<ServiceListItem[]> {
  const [{ items }, lastUsed, creators, spent] = await Promise.all([
    ctx.eas.listAllServices(),
    readLastUsed(ctx),
    readCreators(ctx),
    readSpentToday(ctx.db, ctx.connection, Date.now()),
  ]);
  return items
    .filter(({ role }) => role !== "Queue")
    .map((service) => ({
      ...toServiceSummary(service),
      lastUsedAt: lastUsed.get(service.name),
      spentToday: spent.get(service.id),
      createdBy: creatorOf(service, creators.get(service.name)),
    }));
}

/** When each service was last asked for a picture from here; who else calls it, EAS does not tell. */
async function readLastUsed({ db, connection }: Reads): Promise<Map<string, string>> {
  const rows = await db
    .select({ service: generations.service, at: max(generations.createdAt) })
    .from(generations)
    .where(eq(generations.connectionId, connection.id))
    .groupBy(generations.service);
  return new Map(rows.flatMap(({ service, at }) => (at ? [[service, at.toISOString()] as const] : [])));
}

interface Creation {
  at: Date;
  userName: string;
}

async function readCreators({ db, connection }: Reads): Promise<Map<string, Creation>> {
  const rows = await db
    .selectDistinctOn([auditEntries.target], {
      target: auditEntries.target,
      at: auditEntries.at,
      userName: auditEntries.userName,
    })
    .from(auditEntries)
    .where(and(eq(auditEntries.connectionId, connection.id), eq(auditEntries.action, "services.create")))
    .orderBy(auditEntries.target, desc(auditEntries.at));
  return new Map(rows.map(({ target, ...creation }) => [target, creation]));
}

/** A create may have been looked up for a while before it was written down. */
const SAME_CREATION_MS = 120_000;

/** Who made the service with this console. One of the same name that was made elsewhere since is nobody's. */
export function creatorOf(
  { createdAt }: Pick<Service, "createdAt">,
  creation: Creation | undefined,
): string | undefined {
  if (!creation) return undefined;
  const apart = Math.abs(creation.at.getTime() - Date.parse(createdAt));
  return apart <= SAME_CREATION_MS ? creation.userName : undefined;
}
