import type { Clock } from "@/lib/clock";
import { AppError, toErrorView } from "@/lib/errors";
import { policyFor } from "./policy";
import type { CheckFix, CheckId, CheckResult, CheckState } from "./types";

export interface Outcome {
  state?: Exclude<CheckState, "ok">;
  params?: Record<string, string | number>;
  fix?: CheckFix;
}

export interface Attempt {
  id: CheckId;
  calls: readonly string[];
  bucket?: string;
  /** What a refusal means: some checks only warn. */
  refusal?: "warning" | "failed";
  run(): Promise<Outcome | undefined>;
}

/** Tries one thing and says how it went. Only AppErrors are answers; anything else is our own fault and is thrown on. */
async function attempt({ id, calls, bucket, refusal = "failed", run }: Attempt, clock: Clock): Promise<CheckResult> {
  const startedAt = clock.now();
  const done = (rest: Pick<CheckResult, "state" | "params"> & Partial<CheckResult>): CheckResult => ({
    id,
    calls,
    elapsedMs: clock.now() - startedAt,
    ...rest,
  });
  try {
    const outcome = (await run()) ?? {};
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
export function attemptAll(attempts: readonly Attempt[], clock: Clock, only?: CheckId): Promise<CheckResult[]> {
  return Promise.all(attempts.filter(({ id }) => !only || id === only).map((one) => attempt(one, clock)));
}
