export const dynamic = "force-dynamic";

/** Open to everyone: the process answers. Whether it can work, `/api/health` says. */
export function GET(): Response {
  return Response.json({ ok: true }, { headers: { "cache-control": "no-store" } });
}
