/** Signed URLs, asked for in batches ahead of need; one request for signatures at a time. */
import type { Clock } from "@/lib/clock";
import { AppError } from "@/lib/errors";
import type { SignRequest, UploadTransport } from "./types";

const BATCH = 100;
/** Below this many signed requests ahead, the next batch is asked for in the background. */
const AHEAD = 24;
/** A URL must live long enough for its request to arrive. */
const MARGIN_MS = 30_000;

export class UrlBook {
  private readonly urls = new Map<string, { url: string; expiresAt: number }>();
  private pending: Promise<void> | undefined;

  constructor(
    private readonly sign: UploadTransport["sign"],
    private readonly clock: Clock,
    /** The requests that will most likely come next. */
    private readonly upcoming: (count: number) => SignRequest[],
  ) {}

  async get(request: SignRequest, signal: AbortSignal): Promise<string> {
    for (;;) {
      signal.throwIfAborted();
      const url = this.fresh(request);
      if (url !== undefined) {
        this.signAhead(signal);
        return url;
      }
      if (this.pending) await this.pending.catch(() => undefined);
      else {
        await this.signBatch([request, ...this.missing(BATCH - 1, request)], signal);
        if (this.fresh(request) === undefined) throw new AppError("upstream", { params: { reason: "not_signed" } });
      }
    }
  }

  forget(request: SignRequest): void {
    this.urls.delete(nameOf(request));
  }

  private signAhead(signal: AbortSignal): void {
    if (this.pending || this.missing(AHEAD).length === 0) return;
    // A failure shows when somebody needs one of these URLs.
    this.signBatch(this.missing(BATCH), signal).catch(() => undefined);
  }

  private signBatch(requests: SignRequest[], signal: AbortSignal): Promise<void> {
    this.pending = this.sign(requests, signal)
      .then(({ urls, expiresAt }) => {
        for (const [index, request] of requests.entries()) {
          const url = urls[index];
          if (url !== undefined) this.urls.set(nameOf(request), { url, expiresAt });
        }
      })
      .finally(() => {
        this.pending = undefined;
      });
    return this.pending;
  }

  private missing(count: number, except?: SignRequest): SignRequest[] {
    const name = except && nameOf(except);
    return this.upcoming(count).filter((request) => nameOf(request) !== name && this.fresh(request) === undefined);
  }

  private fresh(request: SignRequest): string | undefined {
    const known = this.urls.get(nameOf(request));
    return known && known.expiresAt - MARGIN_MS > this.clock.now() ? known.url : undefined;
  }
}

function nameOf({ path, part }: SignRequest): string {
  return part ? `${part.uploadId} ${part.number} ${path}` : path;
}
