import type { Context } from "@/lib/context.server";
import { createEasClient, type EasClient } from "@/lib/eas/client";
import { AppError, toErrorView } from "@/lib/errors";
import { createOssClient, type OssClient } from "@/lib/oss/client";
import { policyFor } from "./policy";
import type { CheckFix, CheckId, CheckResult, CheckState } from "./types";

export interface Outcome {
  state?: Exclude<CheckState, "ok">;
  params?: Record<string, string | number>;
  fix?: CheckFix;
  /** Of a refusal that was the good answer. */
  requestId?: string;
}

/** Of one attempt alone, so that the ids of its requests are known. */
export interface Clients {
  eas: EasClient;
  oss: OssClient;
}

export interface Attempt {
  id: CheckId;
  calls: readonly string[];
  bucket?: string;
  /** What a refusal means: some checks only warn. */
  refusal?: "warning" | "failed";
  run(clients: Clients): Promise<Outcome | undefined>;
}

type World = Pick<Context, "connection" | "clock" | "signal">;

/** Tries one thing and says how it went. Only AppErrors are answers; anything else is our own fault and is thrown on. */
async function attempt({ id, calls, bucket, refusal = "failed", run }: Attempt, world: World): Promise<CheckResult> {
  const { connection, clock, signal } = world;
  const startedAt = clock.now();
  const requestIds: string[] = [];
  const onAnswer = (requestId: string) => void requestIds.push(requestId);
  const clients = {
    eas: createEasClient(connection, { signal, clock, onAnswer }),
    oss: createOssClient(connection, { clock, onAnswer }),
  };
  const done = (rest: Pick<CheckResult, "state" | "params"> & Partial<CheckResult>): CheckResult => ({
    id,
    calls,
    elapsedMs: clock.now() - startedAt,
    requestIds,
    ...rest,
  });
  try {
    const outcome = (await run(clients)) ?? {};
    if (outcome.requestId) onAnswer(outcome.requestId);
    return done({ state: outcome.state ?? "ok", params: outcome.params ?? {}, fix: outcome.fix });
  } catch (error) {
    if (!(error instanceof AppError)) throw error;
    const denied = error.code === "permission_denied";
    return done({
      state: refusal,
      params: bucket ? { bucket } : {},
      error: toErrorView(error),
      fix: denied ? "policy" : bucket && error.code === "not_found" ? "choose_bucket" : undefined,
      policy: denied ? policyFor(id, bucket) : undefined,
    });
  }
}

/** All at once; with `only`, that one alone. */
export function attemptAll(attempts: readonly Attempt[], world: World, only?: CheckId): Promise<CheckResult[]> {
  return Promise.all(attempts.filter(({ id }) => !only || id === only).map((one) => attempt(one, world)));
}
