import type { Context } from "@/lib/context.server";
import type { SseEvent } from "@/lib/sse";
import type { ServiceNameInput } from "./names";
import type { WatchEvent } from "./snapshot";
import { entriesAfter } from "./timeline-store";
import { watchService } from "./watchers";

/** Every change is written out once, and asked of the store once, not once for each reader. */
const snapshots = new WeakMap<WatchEvent, string>();
const additions = new WeakMap<WatchEvent, Map<string, Promise<string | undefined>>>();

type Ctx = Pick<Context, "connection" | "db">;

/**
 * A service live: whole snapshots named `snapshot`, of which a reader may miss some, and what is new in its story named
 * `timeline`, of which none is missed. An id says how far both have come, so that a browser that comes back, to whichever
 * process, gets what it lacks and nothing twice.
 */
export async function* liveEvents(
  ctx: Ctx,
  input: ServiceNameInput,
  signal: AbortSignal,
  lastEventId?: string | null,
): AsyncGenerator<SseEvent, void> {
  const [, sentId, sentEntry] = /^(\d{1,15})\.(\d{1,19})$/.exec(lastEventId ?? "") ?? [];
  let snapshotId = sentId === undefined ? undefined : Number(sentId);
  let entry = sentEntry;
  for await (const event of watchService(ctx, input, signal)) {
    const newest = event.snapshot.timelineId;
    if (newest !== undefined && entry !== undefined && BigInt(newest) > BigInt(entry)) {
      const data = await added(ctx, input.name, event, entry);
      // Should the line break here, the snapshot comes again, not what it was sent for.
      if (data !== undefined) yield { id: `${snapshotId ?? 0}.${newest}`, event: "timeline", data };
    }
    entry = newest ?? entry;
    if (event.id === snapshotId) continue;
    snapshotId = event.id;
    yield { id: `${event.id}.${entry ?? 0}`, event: "snapshot", data: textOf(event) };
  }
}

function textOf(event: WatchEvent): string {
  const known = snapshots.get(event) ?? JSON.stringify(event.snapshot);
  snapshots.set(event, known);
  return known;
}

function added(ctx: Ctx, name: string, event: WatchEvent, after: string): Promise<string | undefined> {
  const known = additions.get(event) ?? new Map<string, Promise<string | undefined>>();
  additions.set(event, known);
  const place = { connectionId: ctx.connection.id, service: name };
  const asked =
    known.get(after) ??
    entriesAfter(ctx.db, place, after).then((entries) => (entries.length > 0 ? JSON.stringify(entries) : undefined));
  known.set(after, asked);
  return asked;
}
