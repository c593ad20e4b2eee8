import { isSetUp } from "@/lib/auth/set-up";
import { database } from "@/lib/database.server";
import { isLeaving } from "@/lib/leaving";
import { log } from "@/lib/log.server";
import manifest from "@/package.json";

export const dynamic = "force-dynamic";

const HEADERS = { "cache-control": "no-store" };
/** Whoever asks does so every few seconds. */
const PATIENCE_MS = 5_000;

/** Open to everyone: whether the console can work, and if not, why; and whether an owner exists. */
export async function GET(): Promise<Response> {
  const { version } = manifest;
  if (isLeaving())
    return Response.json({ ok: false, version, why: "the console is ending" }, { status: 503, headers: HEADERS });
  try {
    const late = AbortSignal.timeout(PATIENCE_MS);
    const setUp = await Promise.race([
      isSetUp(database()),
      new Promise<never>((_, reject) => late.addEventListener("abort", () => reject(late.reason))),
    ]);
    return Response.json({ ok: true, setUp, version }, { headers: HEADERS });
  } catch (error) {
    log.error("unhealthy", { error });
    // No words of the database itself: they may name hosts and people.
    return Response.json({ ok: false, version, why: "the store does not answer" }, { status: 503, headers: HEADERS });
  }
}
