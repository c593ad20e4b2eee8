import { randomUUID } from "node:crypto";
import { and, eq } from "drizzle-orm";
import { writeAudit } from "@/lib/auth/audit";
import type { Clock } from "@/lib/clock";
import type { Connection } from "@/lib/connection";
import type { EasClient } from "@/lib/eas/client";
import { serviceCan } from "@/lib/eas/service-can";
import { AppError } from "@/lib/errors";
import type { NoticeKind } from "@/lib/notifications/kinds";
import { tell } from "@/lib/notifications/tell";
import { isStockImage } from "@/lib/service-config/defaults";
import { addEntries } from "@/lib/services/timeline-store";
import type { ServiceListItem } from "@/lib/services/view";
import type { Database } from "@/lib/store/database";
import { guardDefaults, guardStates } from "@/lib/store/schema/guard";
import { readLastUse, type UseWorld } from "./last-use";
import {
  type GuardDefault,
  type GuardFacts,
  type GuardRule,
  IDLE_LABEL,
  NO_GUARD,
  nextStep,
  ruleOf,
  type Step,
  TTL_LABEL,
} from "./rule";

export interface GuardWorld extends UseWorld {
  clock: Clock;
  eas: UseWorld["eas"] & Pick<EasClient, "describeService" | "stopService">;
  /** Whoever looks at the service is to see it at once. */
  onActed(service: string): void;
}

type State = typeof guardStates.$inferSelect;

/** Who acts, in the audit and in the service's story. */
const GUARD = { name: "Easel" };

export async function readGuardDefault(db: Database, connectionId: string): Promise<GuardDefault> {
  const [row] = await db.select().from(guardDefaults).where(eq(guardDefaults.connectionId, connectionId));
  return row ? { mode: row.mode, idleMinutes: row.idleMinutes, remindDays: row.remindDays } : NO_GUARD;
}

/** Goes through all services once. Whoever calls it holds the connection's lock. */
export async function guardServices(
  world: GuardWorld,
  connection: Pick<Connection, "id">,
  services: readonly ServiceListItem[],
): Promise<void> {
  const [standard, rows] = await Promise.all([
    readGuardDefault(world.db, connection.id),
    world.db.select().from(guardStates).where(eq(guardStates.connectionId, connection.id)),
  ]);
  const states = new Map(rows.map((row) => [row.serviceId, row]));
  for (const service of services) {
    const rule = cautious(ruleOf(service.labels, Date.parse(service.createdAt), standard), service);
    const state = states.get(service.id);
    const isGuarded = rule.mode !== "off" || rule.endsAt !== undefined;
    if (isGuarded || state) await guardOne(world, connection.id, service, rule, state);
  }
}

/** An image of one's own may log nothing of what it answers: only a label of its own stops it for being idle. */
function cautious(rule: GuardRule, { image }: ServiceListItem): GuardRule {
  const isOwn = image === undefined || !isStockImage(image);
  return rule.source === "default" && rule.mode === "stop" && isOwn ? { ...rule, mode: "warn" } : rule;
}

async function guardOne(
  world: GuardWorld,
  connectionId: string,
  service: ServiceListItem,
  rule: GuardRule,
  known: State | undefined,
): Promise<void> {
  const state = {
    stage: known?.stage ?? ("watching" as const),
    warnedAt: known?.warnedAt?.getTime(),
    stoppedAt: known?.stoppedAt?.getTime(),
    keepUntil: known?.keepUntil?.getTime(),
  };
  const facts = await factsOf(world, connectionId, service, rule);
  const step = nextStep(rule, facts, state);
  const save = (change: Partial<State>, db = world.db) =>
    saveState(db, connectionId, service, { ...change, checkedAt: new Date(facts.now) });
  const idleSince = facts.usedAt > 0 ? new Date(facts.usedAt) : null;
  switch (step.kind) {
    case "watch": {
      const { held, reason, stopsAt } = step;
      // What held it up for good, or use, makes an old warning void: the next one begins anew.
      const isVoid = held === "in_use" || held === "kept" || held === "locked";
      const isWarned =
        !isVoid && known?.stage === "warned" && (reason === "ttl" || (state.warnedAt ?? 0) > facts.usedAt);
      return save({
        stage: isWarned ? "warned" : "watching",
        ...(isVoid && { warnedAt: null }),
        reason: reason ?? null,
        idleSince,
        stopsAt: stopsAt === undefined ? null : new Date(stopsAt),
        heldBy: held ?? null,
      });
    }
    case "warn":
      return warn(world, connectionId, service, step, facts, save);
    case "stop":
      return stop(world, connectionId, service, step, facts, save);
    case "stopped":
      return noteStopped(world, connectionId, service, known?.reason ?? "idle", known?.idleSince ?? undefined, save);
    case "remind":
      return remind(world, connectionId, service, facts, save);
    case "rest":
      // Started again later, it is watched anew.
      return save({
        stopsAt: null,
        heldBy: null,
        idleSince: null,
        ...(known?.stage === "warned" && { stage: "watching" }),
      });
    default:
      return step satisfies never;
  }
}

async function factsOf(
  world: GuardWorld,
  connectionId: string,
  service: ServiceListItem,
  { mode, idleMs, endsAt }: GuardRule,
): Promise<GuardFacts> {
  const now = world.clock.now();
  const isRunning = service.instances.running > 0;
  const isGuarded = mode !== "off" || endsAt !== undefined;
  if (!isRunning || !isGuarded) return { now, isRunning, usedAt: 0, isInUse: false, isUnknown: false };
  const recentFrom = endsAt === undefined ? now - idleMs / 2 : Number.POSITIVE_INFINITY;
  const use = await readLastUse(world, { id: connectionId }, service, recentFrom);
  const permission = serviceCan.stop(service);
  const refusal = permission.allowed ? undefined : permission.reason === "locked" ? "locked" : "changing";
  return { now, isRunning, refusal, ...use };
}

type Save = (change: Partial<State>, db?: Database) => Promise<void>;

async function warn(
  world: GuardWorld,
  connectionId: string,
  service: ServiceListItem,
  { reason, stopsAt }: Extract<Step, { kind: "warn" }>,
  { now, usedAt }: GuardFacts,
  save: Save,
): Promise<void> {
  const details = { reason, ...momentsOf({ since: usedAt, stopsAt }) };
  await world.db.transaction(async (tx) => {
    await save(
      {
        stage: "warned",
        reason,
        warnedAt: new Date(now),
        idleSince: new Date(usedAt),
        stopsAt: stopsAt === undefined ? null : new Date(stopsAt),
        heldBy: null,
      },
      tx,
    );
    await journal(tx, world.clock, { connectionId, service: service.name, code: "idle_warn", notice: "idle", details });
  });
  world.onActed(service.name);
}

/** Written down before it is done: a process that dies in between leaves a note of what it was about. */
async function stop(
  world: GuardWorld,
  connectionId: string,
  service: ServiceListItem,
  { reason }: Extract<Step, { kind: "stop" }>,
  { usedAt }: GuardFacts,
  save: Save,
): Promise<void> {
  await save({ stage: "stopping", reason, idleSince: new Date(usedAt) });
  try {
    // What was seen may be some seconds old: a lock, a label or a wish of this very moment holds.
    const current = await world.eas.describeService(service.name);
    const isChanged = [IDLE_LABEL, TTL_LABEL].some((label) => current.labels[label] !== service.labels[label]);
    if (isChanged || (await isKept(world, connectionId, service.id))) return save({ stage: "watching" });
    const permission = serviceCan.stop(current);
    if (!permission.allowed)
      return save({ stage: "warned", heldBy: permission.reason === "locked" ? "locked" : "changing" });
    await world.eas.stopService(service.name);
  } catch (error) {
    if (!(error instanceof AppError)) throw error;
    // It may have been heard all the same: the next look tells whether the service has stopped.
    return save({ heldBy: "changing" });
  }
  await noteStopped(world, connectionId, service, reason, new Date(usedAt), save);
}

async function isKept({ db, clock }: GuardWorld, connectionId: string, serviceId: string): Promise<boolean> {
  const [row] = await db
    .select({ keepUntil: guardStates.keepUntil })
    .from(guardStates)
    .where(and(eq(guardStates.connectionId, connectionId), eq(guardStates.serviceId, serviceId)));
  return (row?.keepUntil?.getTime() ?? 0) > clock.now();
}

async function noteStopped(
  world: GuardWorld,
  connectionId: string,
  service: ServiceListItem,
  reason: "idle" | "ttl",
  since: Date | undefined,
  save: Save,
): Promise<void> {
  const details = { reason, ...momentsOf({ since: since?.getTime() }) };
  await world.db.transaction(async (tx) => {
    await save(
      { stage: "stopped", stoppedAt: new Date(world.clock.now()), warnedAt: null, stopsAt: null, heldBy: null },
      tx,
    );
    await journal(tx, world.clock, {
      connectionId,
      service: service.name,
      code: "idle_stop",
      notice: "idle_stopped",
      details,
    });
  });
  world.onActed(service.name);
}

async function remind(
  world: GuardWorld,
  connectionId: string,
  service: ServiceListItem,
  { now }: GuardFacts,
  save: Save,
): Promise<void> {
  await world.db.transaction(async (tx) => {
    await save({ stage: "reminded" }, tx);
    await journal(tx, world.clock, {
      connectionId,
      service: service.name,
      code: "idle_remind",
      notice: "unused",
      details: momentsOf({ at: now }),
    });
  });
}

const momentsOf = (moments: Record<string, number | undefined>): Record<string, string> =>
  Object.fromEntries(
    Object.entries(moments).flatMap(([key, at]) =>
      at === undefined || at === 0 ? [] : [[key, new Date(at).toISOString()]],
    ),
  );

interface JournalEntry {
  connectionId: string;
  service: string;
  code: string;
  notice: NoticeKind;
  details: Record<string, string>;
}

/** Why it acted: in the audit, in the service's story, and told. */
async function journal(
  db: Database,
  clock: Clock,
  { connectionId, service, code, notice, details }: JournalEntry,
): Promise<void> {
  const now = new Date(clock.now());
  await writeAudit(db, clock, {
    action: `services.${code}`,
    target: service,
    user: GUARD,
    address: "",
    connectionId,
    details,
  });
  await addEntries(db, { connectionId, service }, [
    {
      at: now.toISOString(),
      kind: "action",
      level: code === "idle_remind" ? "info" : "warning",
      code: details.reason === "ttl" ? code.replace("idle", "ttl") : code,
      params: { ...details, by: GUARD.name },
      text: "",
      fingerprint: `g:${randomUUID()}`,
    },
  ]);
  await tell(db, { connectionId, service, kind: notice, details, now });
}

async function saveState(
  db: Database,
  connectionId: string,
  service: ServiceListItem,
  change: Partial<State> & { checkedAt: Date },
): Promise<void> {
  const { serviceId: _, connectionId: __, ...values } = change;
  await db
    .insert(guardStates)
    .values({ stage: "watching", ...values, connectionId, serviceId: service.id, service: service.name })
    .onConflictDoUpdate({ target: [guardStates.connectionId, guardStates.serviceId], set: values });
}

/** A person wants the service to run on, whatever the guard thinks; asked again it lasts from now on. */
export async function keepRunning(
  db: Database,
  connectionId: string,
  serviceId: string,
  until: Date,
): Promise<boolean> {
  const rows = await db
    .update(guardStates)
    .set({ keepUntil: until, stage: "watching", warnedAt: null, stopsAt: null, heldBy: "kept" })
    .where(and(eq(guardStates.connectionId, connectionId), eq(guardStates.serviceId, serviceId)))
    .returning({ id: guardStates.serviceId });
  return rows.length > 0;
}
