import { and, desc, eq, inArray } from "drizzle-orm";
import { z } from "zod";
import type { Context } from "@/lib/context.server";
import type { ServiceVersion } from "@/lib/eas/types";
import { redactText } from "@/lib/redact";
import { readConfig, redactConfig } from "@/lib/service-config/config-facts";
import { auditEntries } from "@/lib/store/schema/audit";
import { generations } from "@/lib/store/schema/generations";
import { listFirstPictures, type StoredFirstPicture } from "./first-picture-store";
import type { ServiceNameInput } from "./names";
import type { VersionList, VersionView } from "./version-view";

type Reads = Pick<Context, "eas" | "db" | "oss" | "connection">;

/** Enough to find who made the versions that anybody still looks at. */
const DEEDS_READ = 300;
const PICTURES_READ = 500;

/** What a service has been, newest first, with who made each version and a picture that it made, as far as we know. */
export async function listVersions(ctx: Reads, { name }: ServiceNameInput): Promise<VersionList> {
  const [service, versions, deeds, pictures] = await Promise.all([
    ctx.eas.describeService(name),
    ctx.eas.listServiceVersions(name),
    readDeeds(ctx, name),
    readPictures(ctx, name),
  ]);
  const proofs = await listFirstPictures(ctx.db, ctx.connection.id, service.id);
  const items = versions.items.toSorted((a, b) => b.number - a.number);
  const views = items.map(async (version, index): Promise<VersionView> => {
    const until = items[index - 1]?.builtAt;
    const proof = proofs.find((one) => one.version === version.number);
    return {
      ...describe(version),
      ...authorOf(version, deeds),
      proof: proof?.state,
      thumbnail: (await proofOf(ctx, pictures, proof)) ?? (await thumbnailOf(ctx, pictures, version.builtAt, until)),
    };
  });
  return { items: await Promise.all(views), current: service.version.current, latest: service.version.latest };
}

function describe(version: ServiceVersion): VersionView {
  const facts = readConfig(version.config);
  return {
    number: version.number,
    builtAt: version.builtAt,
    imageAvailable: version.imageAvailable,
    runnable: version.runnable,
    message: redactText(version.message),
    image: facts.image,
    command: facts.command && redactText(facts.command),
    instanceType: facts.instanceType,
    config: redactConfig(version.config),
  };
}

type Deed = Pick<typeof auditEntries.$inferSelect, "at" | "action" | "userName" | "details">;

const MAKING = { "services.create": "create", "services.update": "update", "services.roll_back": "roll_back" } as const;

function readDeeds({ db, connection }: Reads, name: string): Promise<Deed[]> {
  return db
    .select({
      at: auditEntries.at,
      action: auditEntries.action,
      userName: auditEntries.userName,
      details: auditEntries.details,
    })
    .from(auditEntries)
    .where(
      and(
        eq(auditEntries.connectionId, connection.id),
        eq(auditEntries.target, name),
        inArray(auditEntries.action, Object.keys(MAKING)),
      ),
    )
    .orderBy(desc(auditEntries.at))
    .limit(DEEDS_READ);
}

/** A deed is written down right after EAS took it: what lies further apart was somebody else's work. */
const SAME_MOMENT_MS = 15_000;

export function authorOf(
  { number, builtAt }: Pick<ServiceVersion, "number" | "builtAt">,
  deeds: readonly Deed[],
): Pick<VersionView, "author" | "deed" | "rolledBackTo"> {
  const at = Date.parse(builtAt ?? "");
  const deed = deeds.find(
    (one) =>
      Math.abs(one.at.getTime() - at) <= SAME_MOMENT_MS &&
      (versionMadeBy(one) === undefined || versionMadeBy(one) === number),
  );
  if (!deed || !isMaking(deed.action)) return {};
  const { to } = deed.details;
  const made = MAKING[deed.action];
  return {
    author: deed.userName,
    deed: made,
    rolledBackTo: made === "roll_back" && typeof to === "number" ? to : undefined,
  };
}

/** The number that a deed tells of; undefined where it tells none. */
function versionMadeBy({ action, details }: Deed): number | undefined {
  if (action === "services.create") return 1;
  if (action === "services.roll_back") return typeof details.from === "number" ? details.from + 1 : undefined;
  return typeof details.version === "number" ? details.version : undefined;
}

const isMaking = (action: string): action is keyof typeof MAKING => Object.hasOwn(MAKING, action);

const THUMBNAIL_SECONDS = 3600;
const AnswerSchema = z.object({ isNsfw: z.array(z.boolean()).catch([]) }).catch({ isNsfw: [] });
const InputSchema = z.object({ prompt: z.string() }).catch({ prompt: "" });

type Row = typeof generations.$inferSelect;

function readPictures({ db, connection }: Reads, name: string): Promise<Row[]> {
  return db
    .select()
    .from(generations)
    .where(
      and(
        eq(generations.connectionId, connection.id),
        eq(generations.service, name),
        eq(generations.status, "succeeded"),
      ),
    )
    .orderBy(desc(generations.createdAt))
    .limit(PICTURES_READ);
}

/** The picture that proved this version, wherever it lies. */
async function proofOf(ctx: Reads, rows: readonly Row[], proof: StoredFirstPicture | undefined) {
  if (proof?.state !== "made" || !proof.bucket || !proof.key) return undefined;
  const row = rows.find(({ taskId }) => taskId === proof.taskId);
  const url = await ctx.oss.presignGet(proof.bucket, proof.key, { expiresSeconds: THUMBNAIL_SECONDS });
  return { url, prompt: InputSchema.parse(row?.input).prompt };
}

/** The newest picture from the time when this version was the newest one. */
async function thumbnailOf(ctx: Reads, rows: readonly Row[], from: string | undefined, until: string | undefined) {
  if (!from) return undefined;
  const row = rows.find(
    ({ createdAt, keys }) =>
      keys.length > 0 &&
      createdAt.getTime() >= Date.parse(from) &&
      (until === undefined || createdAt.getTime() < Date.parse(until)),
  );
  if (!row) return undefined;
  const { bucket, keys, answer, input } = row;
  const { isNsfw } = AnswerSchema.parse(answer ?? {});
  const key = keys.find((_, index) => !isNsfw[index]);
  if (!bucket || key === undefined) return undefined;
  const url = await ctx.oss.presignGet(bucket, key, { expiresSeconds: THUMBNAIL_SECONDS });
  return { url, prompt: InputSchema.parse(input).prompt };
}
