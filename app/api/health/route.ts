import { isSetUp } from "@/lib/auth/set-up";
import { database } from "@/lib/database.server";
import { log } from "@/lib/log.server";
import manifest from "@/package.json";

export const dynamic = "force-dynamic";

/** Open to everyone: whether the console and its store answer, and whether an owner exists. */
export async function GET(): Promise<Response> {
  const { version } = manifest;
  try {
    return Response.json(
      { ok: true, setUp: await isSetUp(database()), version },
      { headers: { "cache-control": "no-store" } },
    );
  } catch (error) {
    log.error("unhealthy", { error });
    return Response.json({ ok: false, version }, { status: 503, headers: { "cache-control": "no-store" } });
  }
}
