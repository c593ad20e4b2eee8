import { z } from "zod";
import type { Context } from "@/lib/context.server";
import { callService } from "@/lib/eas/gateway";
import { callTarget, forgetCallTarget } from "@/lib/generations/call-target";
import { ServiceNameInputSchema } from "./names";
import type { TriedCall } from "./tried-call";

/** The gateway takes no more (eas-gateway-and-queue.md §3). */
const MAX_BODY_BYTES = 1024 * 1024;

export const TryCallSchema = ServiceNameInputSchema.extend({
  /** Sent as it is, also when it is no JSON: that is one of the things to try. */
  body: z.string().max(MAX_BODY_BYTES),
});

/** The service's own limit is the keepalive; this is how long we wait when it has none that we know. */
const FALLBACK_TIMEOUT_MS = 600_000;
/** The gateway's 408 must reach us before we give up ourselves. */
const TIMEOUT_MARGIN_MS = 5_000;
/** Pictures in base64 are no reading matter. */
const SHOWN_CHARACTERS = 20_000;

/** Sends one request the way the playground does and tells what came back, word for word. */
export async function tryCall(ctx: Context, { name, body }: z.output<typeof TryCallSchema>): Promise<TriedCall> {
  const target = await callTarget(ctx, name);
  const answer = await callService(ctx.connection, {
    endpoint: target.endpoint,
    token: target.token,
    body,
    timeoutMs: (target.keepaliveMs ?? FALLBACK_TIMEOUT_MS) + TIMEOUT_MARGIN_MS,
    signal: ctx.signal,
  });
  // The token may have been changed.
  if (answer.status === 401 || answer.status === 404) forgetCallTarget(ctx, name);
  // A program of one's own may echo its headers.
  const text = answer.bodyText.replaceAll(target.token, "••••");
  return {
    status: answer.status,
    elapsedMs: answer.elapsedMs,
    contentType: answer.headers["content-type"],
    body: text.slice(0, SHOWN_CHARACTERS),
    cut: Math.max(0, text.length - SHOWN_CHARACTERS),
  };
}
