/** Speed over the last seconds: long enough to be calm, short enough to be true. */
const WINDOW_MS = 6_000;
const SAMPLE_MS = 250;

interface Sample {
  at: number;
  bytes: number;
}

export class Meter {
  private samples: Sample[] = [];

  add(at: number, bytes: number): void {
    const last = this.samples.at(-1);
    if (last && at - last.at < SAMPLE_MS) return;
    this.samples.push({ at, bytes });
    this.samples = this.samples.filter((sample) => at - sample.at <= WINDOW_MS);
  }

  /** Bytes per second between the oldest sample of the window and now. */
  rate(at: number, bytes: number): number {
    const oldest = this.samples.find((sample) => at - sample.at <= WINDOW_MS);
    if (!oldest || at <= oldest.at) return 0;
    return Math.max(0, ((bytes - oldest.bytes) * 1000) / (at - oldest.at));
  }

  reset(): void {
    this.samples = [];
  }
}
