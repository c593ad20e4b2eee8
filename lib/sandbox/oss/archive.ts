import { parseXmlBody, readBody } from "./body";
import { bucketName, type Call, httpDate, type Reply, requireObject } from "./call";
import { ossError } from "./errors";
import type { ObjectRecord, RestoreRecord } from "./store/records";
import { childText } from "./xml";

/**
 * Archived objects: their bytes cannot be read until a restore has made a copy, which takes its time by the clock and
 * stays for the days that were asked for.
 */

const MINUTE = 60_000;
const HOUR = 60 * MINUTE;
const DAY = 24 * HOUR;

/** How long a restore takes, by class and tier; the first tier is the class's default (help.aliyun.com RestoreObject). */
const TIERS: Record<string, Record<string, number>> = {
  Archive: { Standard: MINUTE },
  ColdArchive: { Standard: 5 * HOUR, Expedited: HOUR, Bulk: 12 * HOUR },
  DeepColdArchive: { Standard: 48 * HOUR, Expedited: 12 * HOUR },
};
const MAX_DAYS: Record<string, number> = { Archive: 7, ColdArchive: 365, DeepColdArchive: 365 };

export function requireReadable(object: ObjectRecord, now: number): void {
  if (!(object.storageClass in TIERS)) return;
  const { restored } = object;
  if (restored && restored.from <= now && now < restored.until) return;
  throw ossError("InvalidObjectState", { details: { ObjectName: object.key } });
}

/** The value of `x-oss-restore`. */
export function restoreHeader({ from, until }: RestoreRecord, now: number): string {
  if (now < from) return 'ongoing-request="true"';
  return `ongoing-request="false", expiry-date="${httpDate(until)}"`;
}

export async function restoreObject(call: Call): Promise<Reply> {
  const { store, now, request } = call;
  requireObject(call);
  const body = (await readBody(request)).toString("utf8");
  const object = requireObject(call);
  const tiers = TIERS[object.storageClass];
  if (!tiers) throw ossError("OperationNotSupported");
  const hasChoice = Object.keys(tiers).length > 1;
  const { days, tier } = readRequest(body, MAX_DAYS[object.storageClass] ?? 1, hasChoice);
  const takes = tiers[tier];
  if (takes === undefined) throw ossError("MalformedXML");
  const { restored } = object;
  if (restored && now < restored.from) throw ossError("RestoreAlreadyInProgress");
  const isRestored = restored !== undefined && now < restored.until;
  const from = isRestored ? restored.from : now + takes;
  const until = (isRestored ? now : from) + days * DAY;
  store.commit({ op: "object", bucket: bucketName(call), object: { ...object, restored: { from, until } } });
  return { status: isRestored ? 200 : 202, headers: hasChoice ? { "x-oss-object-restore-priority": tier } : {} };
}

/** Only classes with a choice of tiers may name one (ali-oss's suite). */
function readRequest(body: string, maxDays: number, hasChoice: boolean): { days: number; tier: string } {
  if (body.trim() === "") return { days: 1, tier: "Standard" };
  const document = parseXmlBody(body, "RestoreRequest");
  const days = Number(childText(document, "Days")?.trim() ?? "1");
  if (!Number.isInteger(days) || days < 1 || days > maxDays) throw ossError("MalformedXML");
  const parameters = document.children.find(({ name }) => name === "JobParameters");
  if (parameters && !hasChoice) throw ossError("MalformedXML");
  return { days, tier: (parameters && childText(parameters, "Tier")?.trim()) || "Standard" };
}
