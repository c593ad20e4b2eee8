import { z } from "zod";
import type { Context } from "@/lib/context.server";
import type { Service } from "@/lib/eas/types";
import { AppError, type ErrorCode } from "@/lib/errors";
import { readConfig } from "@/lib/service-config/config-facts";
import { nestDotted } from "@/lib/service-config/document";
import { isObject, showPath } from "@/lib/service-config/json-path";
import { restoreSecrets } from "@/lib/service-config/secrets";
import { askStart, beginStart, dropStart } from "./followed-starts";
import { recordDeed } from "./record";
import { serviceSweeps } from "./sweep";
import { serviceWatchers } from "./watchers";

export const CreateServiceSchema = z.object({
  /** The configuration exactly as the review showed it. */
  config: z.string().max(256 * 1024),
  workspaceId: z.string().max(64).optional(),
  /** The service whose configuration was taken over: what is hidden in the text is filled in from there. */
  source: z.string().max(64).optional(),
  /** Has the service make one picture as soon as it answers. */
  firstPicture: z.boolean().optional(),
});
export type CreateServiceInput = z.output<typeof CreateServiceSchema>;

export interface CreateServiceOutcome {
  name: string;
  /** `existing`: this very configuration was there already, from the same button pressed before. */
  outcome: "created" | "existing";
}

/** After these nobody knows whether the service was created. */
export const UNKNOWN_OUTCOME: readonly ErrorCode[] = ["network", "timeout", "upstream"];
/** A service that was created shows up within moments. */
const LOOKS = 3;
const LOOK_PAUSE_MS = 1000;

/**
 * Safe to press twice and to lose the answer of: CreateService knows no client token, so the name is looked up before,
 * and again after a failure that leaves the outcome open.
 */
export async function createService(ctx: Context, input: CreateServiceInput): Promise<CreateServiceOutcome> {
  const name = nameOf(input.config);
  const config = await withSecrets(ctx, input);
  const before = await find(ctx, name);
  if (before) {
    if (!isSameConfig(config, before.config)) throw taken(name);
    return { name, outcome: "existing" };
  }
  const asked = await askStart(ctx, name, input.firstPicture ? "wanted" : "unwanted");
  const outcome = await send(ctx, name, config, input.workspaceId).catch(async (error: unknown) => {
    // What nobody knows the outcome of is looked up once more later.
    if (!isUnknown(error)) await dropStart(ctx.db, asked);
    throw error;
  });
  if (outcome === "existing") await dropStart(ctx.db, asked);
  else await noteCreated(ctx, asked, name);
  return { name, outcome };
}

/** Writes down that the service is there: by whoever created it, or by whoever finds it after that one has died. */
export async function noteCreated(ctx: Context, asked: string, name: string, at?: Date): Promise<void> {
  const { connection, clock, user, address } = ctx;
  await ctx.db.transaction(async (tx) => {
    if (!(await beginStart(tx, asked, new Date(clock.now())))) return;
    await recordDeed({ db: tx, connection, clock, user, address }, "services.create", name, {}, at);
  });
  // Somebody may still look at the page of a deleted service of this name.
  serviceWatchers().poke(connection, name);
  serviceSweeps().poke(connection);
}

const isUnknown = (error: unknown) => error instanceof AppError && UNKNOWN_OUTCOME.includes(error.code);

async function send(
  ctx: Context,
  name: string,
  config: string,
  workspaceId: string | undefined,
): Promise<CreateServiceOutcome["outcome"]> {
  try {
    await ctx.eas.createService(config, { workspaceId });
  } catch (error) {
    if (!(error instanceof AppError)) throw error;
    if (error.code === "conflict") return settleConflict(ctx, name, config, error);
    if (!isUnknown(error) || !(await appears(ctx, name, config))) throw error;
  }
  return "created";
}

/** Two presses at once: the second one's create is refused because the first one's has come through. */
async function settleConflict(ctx: Context, name: string, config: string, error: AppError) {
  const found = await find(ctx, name);
  if (found && isSameConfig(config, found.config)) return "existing" as const;
  throw found ? taken(name, error) : error;
}

/** Secrets of another service never were in the browser. */
async function withSecrets(ctx: Context, { config, source }: CreateServiceInput): Promise<string> {
  const stored = source === undefined ? undefined : (await find(ctx, source))?.config;
  return restored(config, stored);
}

/** Throws where something is hidden that nobody knows any more. */
export function restored(config: string, stored: string | undefined): string {
  const result = restoreSecrets(config, stored);
  if (result.ok) return result.text;
  throw new AppError("invalid_input", {
    params: { field: "config", rule: "config.secretUnknown", path: showPath(result.path) },
  });
}

function nameOf(config: string): string {
  let parsed: unknown;
  try {
    parsed = JSON.parse(config);
  } catch (cause) {
    throw new AppError("invalid_input", { params: { field: "config", rule: "json" }, cause });
  }
  const { name } = readConfig(config);
  if (typeof parsed !== "object" || !name)
    throw new AppError("invalid_input", { params: { field: "config", rule: "name" } });
  return name;
}

function taken(name: string, cause?: unknown): AppError {
  return new AppError("conflict", { params: { what: "service", name, rule: "lint.name_taken.hint" }, cause });
}

async function find(ctx: Context, name: string): Promise<Service | undefined> {
  try {
    return await ctx.eas.describeService(name);
  } catch (error) {
    if (!(error instanceof AppError)) throw error;
    if (error.code === "not_found") return undefined;
    // The name belongs to another user of the account (eas-openapi.md §5).
    if (error.vendor?.code === "Forbidden.PrivilegeCheckFailed") throw taken(name, error);
    throw error;
  }
}

async function appears(ctx: Context, name: string, config: string): Promise<boolean> {
  for (let look = 1; look <= LOOKS; look++) {
    await ctx.clock.sleep(LOOK_PAUSE_MS, ctx.signal);
    const found = await find(ctx, name).catch(() => undefined);
    if (found) return isSameConfig(config, found.config);
  }
  return false;
}

/** EAS fills in defaults, sorts keys and nests dotted ones, so the stored text holds at least what was sent. */
export function isSameConfig(sent: string, stored: string | undefined): boolean {
  try {
    return stored !== undefined && holds(nestDotted(JSON.parse(stored)), nestDotted(JSON.parse(sent)));
  } catch {
    return false;
  }
}

function holds(stored: unknown, sent: unknown): boolean {
  if (Array.isArray(sent))
    return (
      Array.isArray(stored) && sent.length === stored.length && sent.every((one, index) => holds(stored[index], one))
    );
  if (!isObject(sent)) return stored === sent;
  return (
    isObject(stored) &&
    Object.entries(sent).every(([key, value]) => Object.hasOwn(stored, key) && holds(stored[key], value))
  );
}
