/** The line of this page to the bucket, for `probeLine`. */
import { systemClock } from "@/lib/clock";
import { postWithXhr } from "@/lib/oss/upload/post-form";
import { PROBE_TEXT } from "@/lib/oss/upload/probe-text";
import { putWithXhr } from "@/lib/oss/upload/put-blob";
import { type LineProblem, probeLine } from "./probe-line";
import { closeProbe, openProbe, type Probe } from "./requests";

/** A wall that swallows what is sent answers never. */
const REACH_MS = 5_000;

/** Undefined when all is well, and when it cannot be told: then the upload begins and says itself what it meets. */
export async function probeBucket(connectionId: string, id: string): Promise<LineProblem | undefined> {
  // Without a network there is nothing to tell apart: the upload waits for it.
  if (!navigator.onLine) return undefined;
  const probe = await openProbe(connectionId, id, AbortSignal.timeout(REACH_MS)).catch(() => undefined);
  if (!probe) return undefined;
  const problem = await tryLine(probe);
  void closeProbe(connectionId, id, probe);
  return problem;
}

/** Sends both requests of an opened probe. */
export function tryLine(probe: Probe): Promise<LineProblem | undefined> {
  const { url, path, form } = probe;
  const bytes = new TextEncoder().encode(PROBE_TEXT).buffer;
  return probeLine({
    clock: systemClock,
    sends: [
      (signal) => putWithXhr(url, new Blob([bytes]), signal, () => undefined),
      (signal) => postWithXhr({ ...form, expiresAt: Number.POSITIVE_INFINITY }, path, bytes, signal),
    ],
    // An answer that may not be read is an answer; only its absence is an error.
    isThere: () =>
      fetch(url, { mode: "no-cors", cache: "no-store", signal: AbortSignal.timeout(REACH_MS) }).then(
        () => true,
        () => false,
      ),
  });
}
