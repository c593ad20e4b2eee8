import type { Measurements } from "./records";

/* The report of a stress test: keys and their types as the SDK's model describes Data, response times in milliseconds. */

const BARS = 10;
const SHARES = [10, 25, 50, 75, 90, 95, 99, 100];

export function toReport({ seconds, statuses }: Measurements) {
  const all = seconds.flatMap(({ rts }) => rts).sort((a, b) => a - b);
  const first = seconds[0]?.at ?? 0;
  const last = seconds.at(-1)?.at ?? 0;
  // The last second counts, too.
  const total = seconds.length === 0 ? 0 : (last - first) / 1000 + 1;
  return {
    TimestampList: seconds.map(({ at }) => Math.floor(at / 1000)),
    QPSList: seconds.map(({ rts }) => rts.length),
    RTList: seconds.map(({ rts }) => toTimes([...rts].sort((a, b) => a - b))),
    TrafficList: seconds.map(({ sent, received }) => ({ Send: sent, Receive: received })),
    StatusCode: statuses,
    Count: all.length,
    Total: total,
    MinRT: all[0] ?? 0,
    AvgRT: average(all),
    MaxRT: all.at(-1) ?? 0,
    QPS: total === 0 ? 0 : rounded(all.length / total),
    TotalSend: seconds.reduce((sum, { sent }) => sum + sent, 0),
    TotalReceive: seconds.reduce((sum, { received }) => sum + received, 0),
    RTDistribution: SHARES.map((share) => ({ Latency: percentile(all, share), Percentage: share })),
    RTHistogram: histogram(all),
  };
}

function toTimes(sorted: readonly number[]) {
  return {
    AVG: average(sorted),
    TP100: percentile(sorted, 100),
    TP99: percentile(sorted, 99),
    TP90: percentile(sorted, 90),
    TP50: percentile(sorted, 50),
    TP10: percentile(sorted, 10),
  };
}

function average(values: readonly number[]): number {
  return values.length === 0 ? 0 : rounded(values.reduce((sum, value) => sum + value, 0) / values.length);
}

/** The smallest value that so many of a hundred do not exceed. */
function percentile(sorted: readonly number[], share: number): number {
  return sorted[Math.max(0, Math.ceil((sorted.length * share) / 100) - 1)] ?? 0;
}

function histogram(sorted: readonly number[]) {
  const [least = 0, most = 0] = [sorted[0], sorted.at(-1)];
  if (sorted.length === 0) return [];
  const width = Math.max(1, (most - least) / BARS);
  const bars = most === least ? 1 : BARS;
  return Array.from({ length: bars }, (_, bar) => {
    const from = least + bar * width;
    const isLast = bar === bars - 1;
    const count = sorted.filter((value) => value >= from && (isLast || value < from + width)).length;
    return { Count: count, Mark: rounded(from), Frequency: rounded(count / sorted.length) };
  });
}

function rounded(value: number): number {
  return Math.round(value * 100) / 100;
}
