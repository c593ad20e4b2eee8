import type { z } from "zod";
import { AppError, toErrorView } from "@/lib/errors";
import { inConnection, postJson } from "@/lib/fetch-json";
import type { ProbeReply } from "@/lib/oss/upload/wire";
import { tryLine } from "@/lib/uploads/browser-line";
import type { CheckResult } from "./types";

const OPEN_MS = 10_000;

/** A part and a form, sent from this page to the bucket: what no server can find out. There is a way around: only a warning. */
export async function checkLine(connectionId: string, bucket: string): Promise<CheckResult> {
  const startedAt = performance.now();
  const done = (rest: Pick<CheckResult, "state" | "params"> & Partial<CheckResult>): CheckResult => ({
    id: "bucket_line",
    calls: ["UploadPart", "PostObject"],
    elapsedMs: performance.now() - startedAt,
    requestIds: [],
    ...rest,
  });
  const address = inConnection(connectionId, "/api/checks/line");
  try {
    const probe = await postJson<z.input<typeof ProbeReply>>(address, { bucket }, AbortSignal.timeout(OPEN_MS));
    const { path, uploadId } = probe;
    const problem = await tryLine(probe).finally(() =>
      postJson<null>(inConnection(connectionId, "/api/checks/line/close"), {
        bucket,
        path,
        uploadId,
      }).catch(() => undefined),
    );
    return problem
      ? done({ state: "warning", params: { bucket, reason: problem } })
      : done({ state: "ok", params: { bucket } });
  } catch (error) {
    if (!(error instanceof AppError)) throw error;
    return done({ state: "warning", params: { bucket }, error: toErrorView(error) });
  }
}
