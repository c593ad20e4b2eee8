import { ZipSchema, zipPictures } from "@/lib/gallery/zip-pictures";
import { route } from "@/lib/route.server";

export const POST = route("generations.read", async (ctx, call) => {
  const parts = zipPictures(ctx, await call.form(ZipSchema));
  const day = new Date(ctx.clock.now()).toISOString().slice(0, 10);
  return new Response(toStream(parts), {
    headers: {
      "content-type": "application/zip",
      "content-disposition": `attachment; filename="easel-pictures-${day}.zip"`,
      "cache-control": "no-store",
    },
  });
});

/** Only what is read is made; whoever goes away ends it. */
function toStream(parts: AsyncGenerator<Uint8Array, void>): ReadableStream<Uint8Array> {
  return new ReadableStream({
    async pull(controller) {
      const next = await parts.next();
      if (next.done) controller.close();
      else controller.enqueue(next.value);
    },
    async cancel() {
      await parts.return();
    },
  });
}
