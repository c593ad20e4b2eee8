import { and, desc, eq, gt } from "drizzle-orm";
import type { Clock } from "@/lib/clock";
import type { Connection } from "@/lib/connection";
import type { OssClient } from "@/lib/oss/client";
import { readConfig } from "@/lib/service-config/config-facts";
import { parseOssUri } from "@/lib/service-config/oss-uri";
import type { Database } from "@/lib/store/database";
import { generations } from "@/lib/store/schema/generations";
import { recordDurations, type StartTraits, traitsOf, usualDurations } from "./durations";
import { explainFailure } from "./failure";
import type { RefusedCall } from "./failure-serving";
import { readFirstPicture } from "./first-picture-store";
import { readReplaced } from "./followed-starts";
import type { Snapshot } from "./snapshot";
import type { StageId } from "./stage-id";
import { toStages } from "./stages";
import { toEntries } from "./timeline";
import { addEntries, newestEntryId } from "./timeline-store";
import type { Beside } from "./to-snapshot";
import type { Seen } from "./watch";

export interface BookkeeperWorld {
  db: Database;
  clock: Clock;
  openOss(connection: Connection): Pick<OssClient, "listAllObjects">;
  onError(error: unknown): void;
}

/** What is kept of a service between two looks, so that a look writes and asks only what is new. */
interface Page {
  /** Which start of which service it is about. */
  run: string;
  traits: StartTraits;
  usual: Partial<Record<StageId, number>>;
  written: ReadonlySet<string>;
  optimized?: { at: number; objects: Snapshot["optimizedModel"] };
}

/** Objects appear within minutes; a listing costs a call. */
const OPTIMIZED_FRESH_MS = 10_000;
const OPTIMIZED_MAX = 20;
const REFUSED_MS = 60 * 60_000;

/**
 * Writes down what the watcher that leads sees, and adds what only the store knows: how long things take as a rule, the proof
 * of this version, what lies in optimized_model/. What fails here must not keep anybody from seeing the service.
 */
export function createBookkeeper({ db, clock, openOss, onError }: BookkeeperWorld): (seen: Seen) => Promise<Beside> {
  const pages = new Map<string, Page>();

  return async (seen) => {
    try {
      return await keepBooks(seen);
    } catch (error) {
      onError(error);
      return {};
    }
  };

  async function keepBooks(seen: Seen): Promise<Beside> {
    const { connection, name, observation } = seen;
    const { service } = observation;
    const place = { connectionId: connection.id, service: name };
    const firstPicture = await readFirstPicture(db, connection.id, service.id, service.version.latest);
    const failure = explainFailure(observation);
    const stages = toStages(observation, { failure, firstImage: firstPicture });
    const begun = stages[0]?.startedAt ?? service.updatedAt;
    const page = await pageOf(connection, seen, begun);

    const entries = toEntries(observation, stages, failure);
    await addEntries(
      db,
      place,
      entries.filter(({ fingerprint }) => !page.written.has(fingerprint)),
    );
    page.written = new Set(entries.map(({ fingerprint }) => fingerprint));
    await recordDurations(db, { connectionId: connection.id, serviceId: service.id, traits: page.traits }, stages);
    return {
      firstPicture,
      usual: page.usual,
      refusedCall: await lastRefusedCall(connection.id, name),
      timelineId: await newestEntryId(db, place),
      optimizedModel: await optimizedModel(connection, page, service.config),
      replaced: await readReplaced(db, connection.id, name),
    };
  }

  async function pageOf(connection: Connection, { name, observation }: Seen, begun: string): Promise<Page> {
    const key = `${connection.id}/${name}`;
    const run = `${observation.service.id}/${observation.service.version.latest}/${begun}`;
    const known = pages.get(key);
    if (known?.run === run) return known;
    const traits = await traitsOf(db, connection.id, observation);
    const usual = await usualDurations(db, connection.id, traits, begun);
    const page: Page = { run, traits, usual, written: new Set() };
    pages.set(key, page);
    return page;
  }

  async function lastRefusedCall(connectionId: string, service: string): Promise<RefusedCall | undefined> {
    const [row] = await db
      .select({ answer: generations.answer, at: generations.createdAt })
      .from(generations)
      .where(
        and(
          eq(generations.connectionId, connectionId),
          eq(generations.service, service),
          eq(generations.status, "failed"),
          gt(generations.createdAt, new Date(clock.now() - REFUSED_MS)),
        ),
      )
      .orderBy(desc(generations.createdAt))
      .limit(1);
    const refused = serviceErrorOf(row?.answer);
    return row && refused && { ...refused, at: row.at.toISOString() };
  }

  async function optimizedModel(connection: Connection, page: Page, config: string | undefined) {
    const facts = readConfig(config);
    const root = parseOssUri(facts.mounts.find(({ mountPath }) => mountPath === "/oss")?.path ?? "");
    if (!facts.parsed?.flags.blade || !root) return undefined;
    const now = clock.now();
    if (page.optimized && now - page.optimized.at < OPTIMIZED_FRESH_MS) return page.optimized.objects;
    const folder = `${root.folder}optimized_model/`;
    // A bucket that may not be listed is no reason to look again and again.
    const { objects } = await openOss(connection)
      .listAllObjects(root.bucket, folder, OPTIMIZED_MAX)
      .catch(() => ({ objects: undefined }));
    const shown = objects?.map(({ key, sizeBytes, lastModified }) => ({
      name: key.slice(folder.length),
      sizeBytes,
      at: lastModified,
    }));
    page.optimized = { at: now, objects: shown };
    return shown;
  }
}

function serviceErrorOf(answer: unknown): { code: number; message: string } | undefined {
  if (typeof answer !== "object" || answer === null || !("serviceError" in answer)) return undefined;
  const { serviceError: error } = answer;
  if (typeof error !== "object" || error === null || !("code" in error)) return undefined;
  return { code: Number(error.code), message: "message" in error ? String(error.message) : "" };
}
