import OpenApiCore, * as openApi from "@alicloud/openapi-core";
import { RuntimeOptions } from "@darabonba/typescript";
import { z } from "zod";
import type { Circuit } from "@/lib/circuit";
import { type Clock, systemClock } from "@/lib/clock";
import type { Connection } from "@/lib/connection";
import { timeCall } from "@/lib/metrics";
import { toAppError } from "./errors";
import { withRetry } from "./retry";

/** One call of the EAS, AIWorkSpace or STS OpenAPI: eas-openapi.md §4 and §8, oss-rest.md §16. */
export interface Operation<Reply extends z.ZodType> {
  product?: Product;
  action: string;
  method: "GET" | "POST" | "PUT" | "DELETE";
  /** Segments below the product's root, each percent-encoded on its own. */
  path: string[];
  /** Absent values are left out. */
  query?: Record<string, string | number | boolean | undefined>;
  /** A string is sent as it is. */
  body?: string | Record<string, unknown>;
  reply: Reply;
}

export interface TransportOptions {
  signal?: AbortSignal;
  clock?: Clock;
  timeoutMs?: number;
  circuit?: Circuit;
  /** Told the id of each request that was answered well; of others the error tells it. */
  onAnswer?(requestId: string): void;
}

type Product = keyof typeof PRODUCTS;

export interface Transport {
  call<Reply extends z.ZodType>(operation: Operation<Reply>): Promise<z.output<Reply>>;
}

const PRODUCTS = {
  eas: { version: "2021-07-01", root: "/api/v2", style: "ROA" },
  workspace: { version: "2021-02-04", root: "/api/v1", style: "ROA" },
  sts: { version: "2015-04-01", root: "/", style: "RPC" },
} as const;

/** DescribeMachineSpec and the log can take seconds; the runtime's own 3 s are too short (eas-openapi.md §4). */
const TIMEOUT_MS = 30_000;

/** The class is the default export of a CommonJS module: plain Node hands out the module around it, a bundler the class. */
type ClientClass = typeof OpenApiCore;
const Client = ((OpenApiCore as unknown as { default?: ClientClass }).default ?? OpenApiCore) as ClientClass;
const { Config, Params, OpenApiRequest } = openApi.$OpenApiUtil;

export function createTransport(connection: Connection, options: TransportOptions = {}): Transport {
  const { signal, clock = systemClock, timeoutMs = TIMEOUT_MS, circuit, onAnswer } = options;
  const clients = {
    eas: open(connection, "eas"),
    workspace: open(connection, "workspace"),
    sts: open(connection, "sts"),
  };
  // The "connect" timeout is a timer of inactivity that also fires on a slow reply: both have to be long.
  const runtime = new RuntimeOptions({ readTimeout: timeoutMs, connectTimeout: timeoutMs });

  return {
    async call(operation) {
      const product = operation.product ?? "eas";
      const { version, root, style } = PRODUCTS[product];
      const params = new Params({
        action: operation.action,
        version,
        protocol: connection[product].protocol.toUpperCase(),
        pathname: [root, ...operation.path.map(encodeURIComponent)].join("/"),
        method: operation.method,
        authType: "AK",
        style,
        reqBodyType: "json",
        bodyType: "json",
      });
      const request = new OpenApiRequest({ query: toQuery(operation.query), body: operation.body });
      const attempt = async () => {
        try {
          const answer = await timeCall(product, operation.action, () =>
            abortable(clients[product].callApi(params, request, runtime), signal),
          );
          const requestId = AnsweredSchema.safeParse(answer).data;
          if (requestId) onAnswer?.(requestId);
          return operation.reply.parse(answer.body);
        } catch (error) {
          throw toAppError(error, signal);
        }
      };
      // Only reads are repeated: a lost answer of a write does not say whether it happened.
      const call = () => (operation.method === "GET" ? withRetry(attempt, { clock, signal }) : attempt());
      return circuit ? circuit.run(call) : call();
    },
  };
}

/** In the body, or in the header that all of the vendor's gateways set. */
const AnsweredSchema = z
  .object({
    body: z.object({ RequestId: z.string().optional() }),
    headers: z.object({ "x-acs-request-id": z.string().optional() }),
  })
  .transform(({ body, headers }) => body.RequestId ?? headers["x-acs-request-id"]);

function open({ credentials, region, ...connection }: Connection, product: Product) {
  const { protocol, host } = connection[product];
  return new Client(new Config({ ...credentials, regionId: region, endpoint: host, protocol: protocol.toUpperCase() }));
}

function toQuery(query: Operation<z.ZodType>["query"] = {}): Record<string, string> {
  const entries = Object.entries(query).filter(([, value]) => value !== undefined);
  return Object.fromEntries(entries.map(([key, value]) => [key, String(value)]));
}

/** The runtime knows no AbortSignal: the caller stops waiting, the request itself ends by its timeout. */
function abortable<T>(promise: Promise<T>, signal: AbortSignal | undefined): Promise<T> {
  if (!signal) return promise;
  return new Promise((resolve, reject) => {
    const onAbort = () => reject(signal.reason);
    if (signal.aborted) return onAbort();
    signal.addEventListener("abort", onAbort, { once: true });
    promise.then(resolve, reject).finally(() => signal.removeEventListener("abort", onAbort));
  });
}
