import { and, desc, eq, ne, type SQL } from "drizzle-orm";
import { readConfig } from "@/lib/service-config/config-facts";
import { parseOssUri } from "@/lib/service-config/oss-uri";
import type { Database } from "@/lib/store/database";
import { modelRoots } from "@/lib/store/schema/model-roots";
import { stageDurations } from "@/lib/store/schema/watches";
import type { Observation } from "./observation";
import { STAGE_IDS, type StageId } from "./stage-id";
import type { Stage } from "./stages";

/** What a start has in common with others, so that their times say something about it. */
export interface StartTraits {
  image: string;
  instanceType: string;
  modelClass: string;
}

/** Fewer say nothing; older ones of many say less. */
const ENOUGH = 3;
const NEWEST = 20;

export async function traitsOf(
  db: Database,
  connectionId: string,
  { service }: Pick<Observation, "service">,
): Promise<StartTraits> {
  const facts = readConfig(service.config);
  const flags = facts.parsed?.flags;
  const root = parseOssUri(facts.mounts.find(({ mountPath }) => mountPath === "/oss")?.path ?? "");
  const size = root ? await sizeClass(db, connectionId, root) : "unknown";
  const work = flags ? [flags.func, flags.blade ? "blade" : "", flags.translate ? "translate" : ""] : [];
  return {
    image: service.image ?? facts.image ?? "",
    instanceType: facts.instanceType ?? "",
    modelClass: [...work.filter(Boolean), size].join("+"),
  };
}

/** Known where the model was checked here. */
async function sizeClass(
  db: Database,
  connectionId: string,
  { bucket, folder }: { bucket: string; folder: string },
): Promise<string> {
  const [root] = await db
    .select({ verdict: modelRoots.verdict })
    .from(modelRoots)
    .where(
      and(eq(modelRoots.connectionId, connectionId), eq(modelRoots.bucket, bucket), eq(modelRoots.prefix, folder)),
    );
  const verdict = root?.verdict;
  const bytes =
    typeof verdict === "object" && verdict !== null && "totalBytes" in verdict ? Number(verdict.totalBytes) : 0;
  if (!(bytes > 0)) return "unknown";
  const gib = bytes / 1024 ** 3;
  return gib < 1 ? "<1" : gib < 3 ? "1-3" : gib < 6 ? "3-6" : gib < 12 ? "6-12" : ">12";
}

/** Each stage of a start is written once, when it is over. */
export async function recordDurations(
  db: Database,
  { connectionId, serviceId, traits }: { connectionId: string; serviceId: string; traits: StartTraits },
  stages: readonly Stage[],
): Promise<void> {
  const begun = stages[0]?.startedAt;
  if (!begun) return;
  const rows = stages.flatMap(({ id, state, startedAt, endedAt }) => {
    const durationMs = state === "done" && startedAt && endedAt ? Date.parse(endedAt) - Date.parse(startedAt) : -1;
    return durationMs < 0
      ? []
      : [{ connectionId, serviceId, startedAt: new Date(begun), stage: id, durationMs, ...traits }];
  });
  if (rows.length > 0) await db.insert(stageDurations).values(rows).onConflictDoNothing();
}

/** By which traits a stage's time is compared: what does not change it is left out, so that there is more to compare with. */
const COMPARED_BY: Record<StageId, readonly (keyof StartTraits)[]> = {
  accepted: [],
  resources: ["instanceType"],
  mounts: [],
  image: ["image", "instanceType"],
  loading: ["image", "instanceType", "modelClass"],
  answering: ["image"],
  first_image: ["image", "instanceType", "modelClass"],
};

/** The median of earlier starts of the same kind; a stage with too few of them is left out. */
export async function usualDurations(
  db: Database,
  connectionId: string,
  traits: StartTraits,
  begun: string,
): Promise<Partial<Record<StageId, number>>> {
  const usual: Partial<Record<StageId, number>> = {};
  for (const stage of STAGE_IDS) {
    const same: SQL[] = COMPARED_BY[stage].map((trait) => eq(stageDurations[trait], traits[trait]));
    const rows = await db
      .select({ durationMs: stageDurations.durationMs })
      .from(stageDurations)
      .where(
        and(
          eq(stageDurations.connectionId, connectionId),
          eq(stageDurations.stage, stage),
          // Not compared with itself.
          ne(stageDurations.startedAt, new Date(begun)),
          ...same,
        ),
      )
      .orderBy(desc(stageDurations.startedAt))
      .limit(NEWEST);
    const median = medianOf(rows.map(({ durationMs }) => durationMs));
    if (median !== undefined) usual[stage] = median;
  }
  return usual;
}

export function medianOf(values: readonly number[]): number | undefined {
  if (values.length < ENOUGH) return undefined;
  const sorted = values.toSorted((a, b) => a - b);
  const [low = 0, high = low] = [
    sorted[Math.floor((sorted.length - 1) / 2)],
    sorted[Math.ceil((sorted.length - 1) / 2)],
  ];
  return Math.round((low + high) / 2);
}
