import type { FaultRequest } from "@/lib/sandbox/core/fault-kinds";

/** Troubles that people know by name, each made of one or more faults. */
export const PRESETS = {
  "office-line": [
    { kind: "latency", parameters: { delayMs: 60, jitterMs: 60 } },
    { kind: "bandwidth", parameters: { bytesPerSecond: 262_144 } },
  ],
  "train-tunnel": [
    { kind: "latency", parameters: { delayMs: 300, jitterMs: 1500 } },
    { kind: "reset", rate: 0.3, parameters: { afterBytes: 131_072, direction: "request" } },
  ],
  "throttled-account": [
    {
      kind: "vendor-error",
      rate: 0.5,
      scope: { server: "eas" },
      parameters: {
        status: 429,
        code: "Throttling.User",
        message: "Request was denied due to user flow control.",
        retryAfterMs: 1000,
      },
    },
  ],
  "storage-hiccups": [
    {
      kind: "vendor-error",
      rate: 0.3,
      scope: { server: "oss" },
      parameters: { status: 503, code: "ServiceUnavailable", message: "Please reduce your request rate." },
    },
  ],
  "session-over": [{ kind: "expired-credentials", times: 1 }],
  "wrong-clock": [{ kind: "clock-skew", parameters: { seconds: 3600 } }],
  "careless-cors": [{ kind: "lost-etag" }],
  "sold-out": [{ kind: "out-of-stock" }],
  "broken-model": [{ kind: "crash-loop" }],
  "tight-memory": [{ kind: "cuda-oom", times: 1 }],
  "queue-jam": [{ kind: "queue-full", parameters: { queue: "both" } }],
  "dropped-consumer": [{ kind: "redelivery", times: 1 }],
} as const satisfies Record<string, readonly FaultRequest[]>;

export type PresetName = keyof typeof PRESETS;
