import { and, eq, inArray, isNull } from "drizzle-orm";
import type { Clock } from "@/lib/clock";
import type { Connection } from "@/lib/connection";
import type { ServiceInstance } from "@/lib/eas/types";
import { AppError } from "@/lib/errors";
import { ownerOf } from "@/lib/services/list-view";
import { isReady, workersOf } from "@/lib/services/observation";
import type { ServiceListItem } from "@/lib/services/view";
import type { Database } from "@/lib/store/database";
import { instanceRuns, meterStates, readingGaps } from "@/lib/store/schema/costs";
import { GAP_MS } from "./cost";

/** What a reading asks of the cloud. */
export interface MeterEas {
  listServices(): Promise<ServiceListItem[]>;
  listInstances(name: string): Promise<ServiceInstance[]>;
}

interface MeterWorld {
  db: Database;
  clock: Clock;
  eas: MeterEas;
}

type OpenRun = typeof instanceRuns.$inferSelect;

interface Seen {
  service: ServiceListItem;
  instance: ServiceInstance;
}

interface Sight {
  at: number;
  services: ServiceListItem[];
  running: Seen[];
  /** Services that did not tell their instances this time: neither seen nor gone. */
  unread: Set<string>;
}

const AT_ONCE = 4;
/** While a service gets its first instances nothing is billed; those that answer already always are. */
const CHARGED = new Set(["Running", "Updating", "HotUpdate", "Scaling", "Stopping", "Deleting"]);

/**
 * Looks once at what runs and writes it down. Whoever calls it holds the connection's lock. Returns what it saw, for whoever
 * acts on it.
 */
export async function takeReading(
  world: MeterWorld,
  { id, region }: Pick<Connection, "id" | "region">,
): Promise<ServiceListItem[]> {
  const sight = await look(world);
  await world.db.transaction(async (tx) => {
    const [state] = await tx.select().from(meterStates).where(eq(meterStates.connectionId, id));
    // The same id may lead to another region since: what ran there is not seen any more.
    const before = state?.region === region ? state : undefined;
    const lastAt = before?.lastAt?.getTime();
    if (lastAt !== undefined && sight.at - lastAt > GAP_MS)
      await tx.insert(readingGaps).values({ connectionId: id, fromAt: new Date(lastAt), untilAt: new Date(sight.at) });
    await writeRuns(tx, id, sight, lastAt);
    const at = new Date(sight.at);
    const values = { region, firstAt: before?.firstAt ?? at, lastAt: at, attemptedAt: at, error: null };
    await tx
      .insert(meterStates)
      .values({ connectionId: id, ...values })
      .onConflictDoUpdate({ target: meterStates.connectionId, set: values });
  });
  return sight.services;
}

async function look({ clock, eas }: MeterWorld): Promise<Sight> {
  const services = await eas.listServices();
  const at = clock.now();
  const sight: Sight = { at, services, running: [], unread: new Set() };
  const asked = services.filter(
    ({ status, instances }) => instances.running > 0 || (instances.total > 0 && CHARGED.has(status)),
  );
  for (let from = 0; from < asked.length; from += AT_ONCE)
    await Promise.all(asked.slice(from, from + AT_ONCE).map((service) => readInstances(eas, service, sight)));
  return sight;
}

async function readInstances(eas: MeterEas, service: ServiceListItem, sight: Sight): Promise<void> {
  try {
    for (const instance of workersOf(await eas.listInstances(service.name)))
      if (instance.status === "Running" && (CHARGED.has(service.status) || isReady(instance)))
        sight.running.push({ service, instance });
  } catch (error) {
    if (!(error instanceof AppError && error.code === "not_found")) sight.unread.add(service.id);
  }
}

async function writeRuns(
  db: Database,
  connectionId: string,
  { at, running, unread }: Sight,
  lastAt: number | undefined,
): Promise<void> {
  const now = new Date(at);
  const open = await db
    .select()
    .from(instanceRuns)
    .where(and(eq(instanceRuns.connectionId, connectionId), isNull(instanceRuns.goneAt)));
  const isFresh = lastAt !== undefined && at - lastAt <= GAP_MS;
  const goneOn: bigint[] = [];
  const changed: bigint[] = [];
  const begun: (typeof instanceRuns.$inferInsert)[] = [];
  const known = new Map(open.map((run) => [`${run.serviceId}/${run.instance}`, run]));
  for (const seen of running) {
    const key = `${seen.service.id}/${seen.instance.name}`;
    const run = known.get(key);
    const isSame = run !== undefined && isSameRun(run, seen.instance, isFresh);
    if (isSame) known.delete(key);
    if (isSame && (run.amountPerHour ?? undefined) === seen.instance.amountPerHour) goneOn.push(run.id);
    else {
      // A price that changed between two readings counts from the second one.
      if (isSame) changed.push(run.id);
      const from = isSame ? at : beginningOf(seen.instance, at, isFresh ? lastAt : undefined);
      begun.push(toRow(connectionId, seen, from, at));
    }
  }
  const gone = [...known.values()].filter(({ serviceId }) => !unread.has(serviceId)).map(({ id }) => id);
  const update = (ids: bigint[], set: Partial<OpenRun>) =>
    ids.length > 0 ? db.update(instanceRuns).set(set).where(inArray(instanceRuns.id, ids)) : undefined;
  await update(goneOn, { untilAt: now });
  await update(changed, { untilAt: now, goneAt: now });
  await update(gone, { goneAt: now });
  if (begun.length > 0) await db.insert(instanceRuns).values(begun);
}

/** The same start is the same run, however long nobody looked; without a start only readings in a row tell. */
function isSameRun(run: OpenRun, { startedAt }: ServiceInstance, isFresh: boolean): boolean {
  return startedAt === undefined
    ? run.startedAt === null && isFresh
    : run.startedAt?.getTime() === Date.parse(startedAt);
}

/**
 * When it began to run: EAS's own word, unless a reading after that did not see it running yet; then the time of this one.
 */
function beginningOf({ startedAt }: ServiceInstance, at: number, lastAt: number | undefined): number {
  const told = startedAt === undefined ? Number.NaN : Date.parse(startedAt);
  if (Number.isNaN(told) || told > at) return at;
  return lastAt !== undefined && told <= lastAt ? at : told;
}

function toRow(connectionId: string, { service, instance }: Seen, from: number, at: number) {
  return {
    connectionId,
    serviceId: service.id,
    service: service.name,
    owner: ownerOf(service),
    instance: instance.name,
    instanceType: instance.instanceType ?? service.instanceType,
    ownResources: service.ownResources,
    amountPerHour: instance.amountPerHour,
    startedAt: instance.startedAt === undefined ? undefined : new Date(instance.startedAt),
    fromAt: new Date(from),
    untilAt: new Date(at),
  };
}
