import type { Context } from "@/lib/context.server";
import type { SseEvent } from "@/lib/sse";
import { isOver } from "./kinds";
import { listImports } from "./manage";

const BUSY_MS = 1_000;
const IDLE_MS = 5_000;

/** The list, whenever it differs from what was sent last. */
export async function* liveImports(ctx: Context, signal: AbortSignal): AsyncGenerator<SseEvent> {
  let sent = "";
  while (!signal.aborted) {
    const list = await listImports(ctx);
    const data = JSON.stringify(list);
    if (data !== sent) yield { event: "imports", data };
    sent = data;
    const pause = list.every(({ state }) => isOver(state)) ? IDLE_MS : BUSY_MS;
    await ctx.clock.sleep(pause, signal).catch(() => undefined);
  }
}
