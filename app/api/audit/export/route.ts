import { Readable } from "node:stream";
import { z } from "zod";
import { AUDIT_FORMATS, type AuditFormat, auditLines } from "@/lib/audit/export";
import { AuditFilterSchema, eachAudit } from "@/lib/audit/list";
import { route } from "@/lib/route.server";

const QuerySchema = AuditFilterSchema.extend({
  format: z.enum(Object.keys(AUDIT_FORMATS) as [AuditFormat, ...AuditFormat[]]).default("csv"),
});

/** The audit as a file, read from the store while it is sent. */
export const GET = route("audit.read", async (ctx, call) => {
  const { format, ...filter } = call.query(QuerySchema);
  const lines = Readable.from(auditLines(eachAudit(ctx.db, filter), format));
  const body = Readable.toWeb(lines.map((line: string) => Buffer.from(line))) as ReadableStream<Uint8Array>;
  const day = new Date(ctx.clock.now()).toISOString().slice(0, 10);
  return new Response(body, {
    headers: {
      "content-type": AUDIT_FORMATS[format],
      "content-disposition": `attachment; filename="easel-audit-${day}.${format}"`,
      "cache-control": "no-store",
    },
  });
});
