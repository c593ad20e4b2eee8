import { systemClock } from "@/lib/clock";
import { createUpload } from "./engine";
import { createHttpTransport, relayAddress } from "./http-transport";
import { createIndexedCheckpoints } from "./indexed-checkpoints";
import { planUpload } from "./plan";
import { type Relay, withRelay } from "./relay";
import type { UploadSource } from "./types";
import { createWorkerChecksum } from "./worker-checksum";

interface BrowserUpload {
  connectionId: string;
  /** Of `beginUpload`. */
  id: string;
  /** Sets what is remembered of half-done files apart from other uploads. */
  target: string;
  files: readonly UploadSource[];
  skipExisting: boolean;
  /** Somebody else is sending there at this moment: what is theirs is not half-done. */
  beside: boolean;
  relay: Omit<Relay, "addressOf">;
}

/** The upload with all that a browser has for it: its own checksum worker, its memory, and the way through the console. */
export function createBrowserUpload({ connectionId, id, target, files, skipExisting, beside, relay }: BrowserUpload) {
  const { plan, problems } = planUpload(files);
  const { checksum, close: closeChecksum } = createWorkerChecksum();
  const http = createHttpTransport(connectionId, id);
  const transport = withRelay(beside ? { ...http, listOpen: undefined } : http, {
    addressOf: (request) => relayAddress(connectionId, id, request),
    ...relay,
  });
  const checkpoints = createIndexedCheckpoints(target);
  const parts = { transport, checksum, clock: systemClock, checkpoints, backOnline };
  const upload = createUpload(plan, parts, { skipExisting });
  return { upload, problems, closeChecksum };
}

function backOnline(signal: AbortSignal): Promise<void> {
  return new Promise((resolve) => {
    window.addEventListener("online", () => resolve(), { once: true, signal });
  });
}
