/** The current permission to post forms, renewed ahead of its end; one request for it at a time. */
import type { Clock } from "@/lib/clock";
import type { SignedForm } from "./types";

/** It must live long enough for a request to arrive. */
const MARGIN_MS = 60_000;

export class FormBook {
  private current: SignedForm | undefined;
  private pending: Promise<void> | undefined;

  constructor(
    private readonly sign: (signal: AbortSignal) => Promise<SignedForm>,
    private readonly clock: Clock,
  ) {}

  async get(signal: AbortSignal): Promise<SignedForm> {
    for (;;) {
      signal.throwIfAborted();
      if (this.current && this.current.expiresAt - MARGIN_MS > this.clock.now()) return this.current;
      if (this.pending) await this.pending.catch(() => undefined);
      else await this.renew(signal);
    }
  }

  /** Refused as expired: the next one who asks gets a new one. */
  forget(form: SignedForm): void {
    if (this.current === form) this.current = undefined;
  }

  private renew(signal: AbortSignal): Promise<void> {
    this.pending = this.sign(signal)
      .then((form) => {
        this.current = form;
      })
      .finally(() => {
        this.pending = undefined;
      });
    return this.pending;
  }
}
