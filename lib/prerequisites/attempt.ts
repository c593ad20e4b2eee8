import type { Clock } from "@/lib/clock";
import { AppError, toErrorView } from "@/lib/errors";
import { policyFor } from "./policy";
import type { CheckFix, CheckId, CheckResult } from "./types";

export interface Outcome {
  state?: "warning" | "failed";
  params?: Record<string, string | number>;
  fix?: CheckFix;
}

interface Attempt {
  id: CheckId;
  calls: readonly string[];
  bucket?: string;
  clock: Clock;
  /** What a refusal means: some checks only warn. */
  refusal?: "warning" | "failed";
  run(): Promise<Outcome | undefined>;
}

/** Tries one thing and says how it went. Only AppErrors are answers; anything else is our own fault and is thrown on. */
export async function attempt({ id, calls, bucket, clock, refusal = "failed", run }: Attempt): Promise<CheckResult> {
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
