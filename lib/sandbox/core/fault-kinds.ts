import { z } from "zod";

/*
 * The catalogue of faults: what can go wrong on demand, with the parameters of each. A kind belongs to one of four layers:
 * `line` faults concern bytes on their way and are made by core/line for every port alike; `call` faults are made by the
 * servers when they know what was asked; `life` faults by the life of instances; `queue` faults by the queue service.
 */

const status = z.number().int().min(400).max(599);
const milliseconds = z.number().int().min(0).max(3_600_000);
const byteCount = z.number().int().min(0);
const direction = z.enum(["both", "request", "answer"]);

/** Where a kind can be told apart: fields of a scope that its place of action knows. */
export const SCOPE_FIELDS = [
  "server",
  "operation",
  "method",
  "path",
  "bucket",
  "prefix",
  "service",
  "instance",
] as const;
export type ScopeField = (typeof SCOPE_FIELDS)[number];

const HTTP_SCOPE = ["server", "operation", "method", "path", "bucket", "prefix", "service"] as const;
const CALL_SCOPE = HTTP_SCOPE;
const OSS_SCOPE = ["operation", "method", "path", "bucket", "prefix"] as const;
const INSTANCE_SCOPE = ["service", "instance"] as const;
const SERVICE_SCOPE = ["service"] as const;

interface KindDefinition {
  parameters: z.ZodObject;
  scope: readonly ScopeField[];
  layer: "line" | "call" | "life" | "queue";
}

export const FAULT_KINDS = {
  latency: {
    layer: "line",
    scope: HTTP_SCOPE,
    parameters: z.object({
      /** Before a request is looked at; over a WebSocket before each message too. */
      delayMs: milliseconds.default(800),
      /** Up to so much more, evenly spread. */
      jitterMs: milliseconds.default(0),
    }),
  },
  bandwidth: {
    layer: "line",
    scope: HTTP_SCOPE,
    parameters: z.object({
      /** Of the whole line: what goes on at the same time shares it. */
      bytesPerSecond: z.number().int().min(1).default(131_072),
      direction: direction.default("both"),
    }),
  },
  reset: {
    layer: "line",
    scope: HTTP_SCOPE,
    parameters: z.object({
      /** Bytes of the body that pass; 0 resets before anything is read or answered. */
      afterBytes: byteCount.default(65_536),
      direction: z.enum(["request", "answer"]).default("request"),
    }),
  },
  "corrupted-answer": {
    layer: "line",
    scope: HTTP_SCOPE,
    parameters: z.object({
      /**
       * `flip`: the right length, other bytes. `truncate`: shorter, and the length says so. `cut`: the connection closes
       * before the announced length.
       */
      how: z.enum(["flip", "truncate", "cut"]).default("flip"),
      /** First byte that is wrong or missing. */
      at: byteCount.default(0),
    }),
  },
  "gateway-page": {
    layer: "line",
    scope: HTTP_SCOPE,
    parameters: z.object({ status: z.literal([502, 503, 504]).default(502) }),
  },
  "vendor-error": {
    layer: "call",
    scope: CALL_SCOPE,
    parameters: z.object({
      status: status.default(503),
      code: z.string().min(1).default("ServiceUnavailable"),
      /** Sent as `x-acs-retry-after` (EAS, STS). */
      retryAfterMs: milliseconds.optional(),
      message: z.string().default("The request has failed due to a temporary failure of the server."),
    }),
  },
  "expired-credentials": {
    layer: "call",
    scope: CALL_SCOPE,
    parameters: z.object({
      /**
       * Whose requests it strikes: those with a temporary credential's token, those with a lasting key (or a service's
       * token), signed addresses. Each is told what the vendor tells it.
       */
      what: z.enum(["any", "token", "key", "url"]).default("any"),
    }),
  },
  "clock-skew": {
    layer: "call",
    scope: CALL_SCOPE,
    parameters: z.object({
      /** How far the server's clock is ahead; negative: behind. */
      seconds: z.number().int().min(-31_536_000).max(31_536_000).default(3600),
    }),
  },
  "lost-etag": { layer: "call", scope: OSS_SCOPE, parameters: z.object({}) },
  "out-of-stock": {
    layer: "life",
    scope: INSTANCE_SCOPE,
    parameters: z.object({ instanceType: z.string().min(1).default("*") }),
  },
  "group-full": { layer: "life", scope: INSTANCE_SCOPE, parameters: z.object({}) },
  "spot-reclaimed": { layer: "life", scope: INSTANCE_SCOPE, parameters: z.object({}) },
  arrears: { layer: "life", scope: SERVICE_SCOPE, parameters: z.object({}) },
  "mount-failure": {
    layer: "life",
    scope: INSTANCE_SCOPE,
    parameters: z.object({ reason: z.enum(["no-bucket", "forbidden", "timeout"]).default("forbidden") }),
  },
  "image-pull-failure": {
    layer: "life",
    scope: INSTANCE_SCOPE,
    parameters: z.object({
      reason: z.enum(["denied", "unauthorized", "no-such-host", "timeout", "no-space"]).default("denied"),
    }),
  },
  "crash-loop": {
    layer: "life",
    scope: INSTANCE_SCOPE,
    parameters: z.object({
      /** While it starts, or at the next request. */
      when: z.enum(["start", "request"]).default("start"),
      /** Without one and without words the program's own way to die: a traceback at its start, a segmentation fault later. */
      exitCode: z.number().int().min(1).max(255).optional(),
      /** The log's last lines. */
      lastWords: z.string().max(4000).default(""),
    }),
  },
  "host-oom": {
    layer: "life",
    scope: INSTANCE_SCOPE,
    parameters: z.object({ when: z.enum(["start", "request"]).default("request") }),
  },
  "cuda-oom": { layer: "life", scope: INSTANCE_SCOPE, parameters: z.object({}) },
  "slow-start": {
    layer: "life",
    scope: INSTANCE_SCOPE,
    parameters: z.object({
      /** On the process's own time to load. */
      factor: z.number().min(1).max(1000).default(5),
      /** Before it begins, whatever the sandbox's speed. */
      delayMs: milliseconds.default(0),
    }),
  },
  "stuck-waiting": {
    layer: "life",
    scope: INSTANCE_SCOPE,
    parameters: z.object({
      /** `silent`: the process never listens. `probe`: it does, and fails its health check. */
      how: z.enum(["silent", "probe"]).default("probe"),
    }),
  },
  "not-callable": {
    layer: "call",
    scope: SERVICE_SCOPE,
    parameters: z.object({
      /** The three answers that callers see after Running. */
      answer: z.enum(["no-healthy-upstream", "empty-503", "empty-404"]).default("no-healthy-upstream"),
    }),
  },
  "workers-busy": {
    layer: "call",
    scope: SERVICE_SCOPE,
    parameters: z.object({ answer: z.enum(["queue-full", "rate-limit", "keepalive"]).default("queue-full") }),
  },
  "queue-full": {
    layer: "queue",
    scope: SERVICE_SCOPE,
    parameters: z.object({ queue: z.enum(["both", "input", "sink"]).default("input") }),
  },
  redelivery: {
    layer: "queue",
    scope: SERVICE_SCOPE,
    parameters: z.object({
      queue: z.enum(["both", "input", "sink"]).default("input"),
      /** Items that the consumer gets before its connection is dropped. */
      afterItems: z.number().int().min(1).default(1),
    }),
  },
} as const satisfies Record<string, KindDefinition>;

export type FaultKind = keyof typeof FAULT_KINDS;
export type FaultParameters<Kind extends FaultKind> = z.output<(typeof FAULT_KINDS)[Kind]["parameters"]>;
export const FAULT_KIND_NAMES = Object.keys(FAULT_KINDS) as FaultKind[];

export const SERVERS = ["oss", "eas", "gateway", "sts"] as const;
export type FaultServer = (typeof SERVERS)[number];

/** Every field that is given must fit; `*` in a text stands for any characters. */
const ScopeSchema = z.strictObject({
  server: z.enum(SERVERS).optional(),
  operation: z.string().min(1).optional(),
  method: z.string().min(1).optional(),
  path: z.string().min(1).optional(),
  bucket: z.string().min(1).optional(),
  prefix: z.string().min(1).optional(),
  service: z.string().min(1).optional(),
  instance: z.string().min(1).optional(),
});
export type FaultScope = z.infer<typeof ScopeSchema>;

/** Without any of these it lasts until it is removed. */
const LifeSchema = z.object({
  times: z.number().int().min(1).max(1_000_000).optional(),
  /** Share of the occasions that it strikes. */
  rate: z.number().min(0).max(1).default(1),
  durationMs: z
    .number()
    .int()
    .min(1)
    .max(7 * 86_400_000)
    .optional(),
  /** Of the generator that decides by rate and jitter: the same seed strikes the same occasions. */
  seed: z.number().int().min(0).max(0xffff_ffff).default(1),
});

const FaultHeadSchema = z.looseObject({
  kind: z.enum(FAULT_KIND_NAMES as [FaultKind, ...FaultKind[]]),
  scope: ScopeSchema.default({}),
  parameters: z.record(z.string(), z.unknown()).default({}),
  ...LifeSchema.shape,
});

export type FaultSpec = {
  [Kind in FaultKind]: {
    kind: Kind;
    parameters: FaultParameters<Kind>;
    scope: FaultScope;
    times?: number;
    rate: number;
    durationMs?: number;
    seed: number;
  };
}[FaultKind];

/** As written: defaults are filled in. */
export type FaultRequest = {
  [Kind in FaultKind]: {
    kind: Kind;
    parameters?: z.input<(typeof FAULT_KINDS)[Kind]["parameters"]>;
    scope?: FaultScope;
    times?: number;
    rate?: number;
    durationMs?: number;
    seed?: number;
  };
}[FaultKind];

/** The short form: the next `times` calls of an operation answer with this vendor error; `*` for any operation. */
const OperationErrorSchema = z.strictObject({
  operation: z.string().min(1),
  status,
  code: z.string().min(1),
  message: z.string(),
  times: z.number().int().min(1).default(1),
});
export type OperationError = z.input<typeof OperationErrorSchema>;

/** Throws a ZodError that names what is wrong. */
export function parseFault(value: unknown): FaultSpec {
  if (typeof value === "object" && value !== null && !("kind" in value)) return fromOperationError(value);
  const { kind, scope, parameters, ...rest } = FaultHeadSchema.parse(value);
  const { times, rate, durationMs, seed, ...unknown } = rest;
  const definition: KindDefinition = FAULT_KINDS[kind];
  const foreign = Object.keys(scope).find((field) => !definition.scope.some((known) => known === field));
  if (foreign) throw issue(["scope", foreign], `a fault of kind ${kind} cannot be limited by ${foreign}`);
  const stray = Object.keys(unknown)[0];
  if (stray !== undefined) throw issue([stray], "unknown field");
  const checked = definition.parameters.strict().safeParse(parameters);
  if (!checked.success) {
    throw new z.ZodError(checked.error.issues.map((one) => ({ ...one, path: ["parameters", ...one.path] })));
  }
  return specOf(kind, checked.data, { scope, times, rate, durationMs, seed });
}

/** The parameters were checked by the schema of that very kind. */
function specOf(kind: FaultKind, parameters: unknown, rest: Omit<FaultSpec, "kind" | "parameters">): FaultSpec {
  return { kind, parameters, ...rest } as FaultSpec;
}

function fromOperationError(value: object): FaultSpec {
  const { operation, times, ...parameters } = OperationErrorSchema.parse(value);
  const scope = operation === "*" ? {} : { operation };
  return { kind: "vendor-error", parameters, scope, times, rate: 1, seed: 1 };
}

function issue(path: string[], message: string): z.ZodError {
  return new z.ZodError([{ code: "custom", path, message, input: undefined }]);
}
