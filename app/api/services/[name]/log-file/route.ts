import { z } from "zod";
import { route } from "@/lib/route.server";
import { logFlag } from "@/lib/services/get-service-log";
import { ServiceNameInputSchema } from "@/lib/services/names";
import { wholeLog } from "@/lib/services/whole-log";

export const dynamic = "force-dynamic";

const QuerySchema = z.object({
  instance: z.string().max(200).optional(),
  container: z.string().max(100).optional(),
  previous: logFlag.optional(),
});

export const GET = route("services.read", async (ctx, call) => {
  const { name } = await call.params(ServiceNameInputSchema);
  const pages = wholeLog(ctx.eas, name, call.query(QuerySchema), call.signal);
  // The first page decides whether there is an answer at all: afterwards the status is out.
  const first = await pages.next();
  const encoder = new TextEncoder();
  const encode = (lines: readonly string[]) => encoder.encode(lines.map((line) => `${line}\n`).join(""));
  const body = new ReadableStream<Uint8Array>({
    start(controller) {
      controller.enqueue(encode(first.done ? [] : first.value));
    },
    async pull(controller) {
      const { done, value } = await pages.next();
      if (done) controller.close();
      else controller.enqueue(encode(value));
    },
    async cancel() {
      await pages.return();
    },
  });
  return new Response(body, {
    headers: {
      "content-type": "text/plain; charset=utf-8",
      "content-disposition": `attachment; filename="${name}.log"`,
      "cache-control": "no-store",
    },
  });
});
