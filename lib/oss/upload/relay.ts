/**
 * For browsers that cannot reach the bucket (a network that lets only the console through, rules that nobody may repair):
 * after a few failures, none of them a success, and only when the console itself reaches the bucket, bytes go through the
 * console. Slower, because every byte travels twice; the engine and its checks stay the same.
 */
import { AppError } from "@/lib/errors";
import type { PutAnswer, SignRequest, UploadTransport } from "./types";

/** Several lanes begin at once, so one bad moment fails them all together: count what follows too. */
const FAILURES = 8;

export interface Relay {
  /** The console's own address that takes the body of this request. */
  addressOf(request: SignRequest): string;
  onRelay(): void;
  /** It is known already that there is no other way. */
  fromStart?: boolean;
}

export function withRelay(direct: UploadTransport, { addressOf, onRelay, fromStart = false }: Relay): UploadTransport {
  let failures = 0;
  let reached = false;
  let relaying = fromStart;
  let asking: Promise<void> | undefined;

  async function watch(attempt: Promise<PutAnswer>, signal: AbortSignal): Promise<PutAnswer> {
    try {
      const answer = await attempt;
      reached = true;
      return answer;
    } catch (error) {
      const isUnreachable = error instanceof AppError && (error.code === "network" || error.code === "timeout");
      // An answer of any kind, a refusal too, came from the bucket.
      if (!isUnreachable && !signal.aborted) reached = true;
      if (isUnreachable && !reached) failures++;
      if (failures >= FAILURES && !reached && !relaying) {
        asking ??= askServer(signal);
        await asking;
      }
      throw error;
    }
  }

  async function askServer(signal: AbortSignal): Promise<void> {
    try {
      await direct.listSizes(signal);
      if (reached) return;
      relaying = true;
      onRelay();
    } catch {
      // Nobody reaches it: a bad line, not a wall.
    } finally {
      asking = undefined;
    }
  }

  return {
    ...direct,
    async sign(requests, signal) {
      if (!relaying) return direct.sign(requests, signal);
      return { urls: requests.map(addressOf), expiresAt: Number.POSITIVE_INFINITY };
    },
    put(url, body, signal, onSent) {
      if (!relaying) return watch(direct.put(url, body, signal, onSent), signal);
      // Signed before the change of way: ask for another address, as for an expired one.
      if (!url.startsWith("/")) return Promise.reject(expired());
      return direct.put(url, body, signal, onSent);
    },
    ...(direct.post && {
      post(form, path, body, signal) {
        if (relaying || !direct.post) return Promise.reject(new AppError("forbidden"));
        return watch(direct.post(form, path, body, signal), signal);
      },
    }),
  };
}

function expired(): AppError {
  return new AppError("permission_denied", { vendor: { code: "AccessDenied", message: "expired" } });
}
