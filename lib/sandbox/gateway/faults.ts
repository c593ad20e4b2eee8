import type { IncomingMessage } from "node:http";
import type { FaultParameters } from "@/lib/sandbox/core/fault-kinds";
import type { FaultOccasion, Faults } from "@/lib/sandbox/core/faults";

/** Faults on demand that the gateway itself makes; those of the line are core's. */

interface Trouble {
  status: number;
  headers?: Record<string, string>;
  body: string;
}

/** The last part of `<group>.<service>` and of `async_path.<service>` is the service. */
export function occasionOf(incoming: IncomingMessage): FaultOccasion {
  const path = (incoming.url ?? "/").split("?")[0] ?? "/";
  const address = /^\/api\/predict\/([^/]+)/.exec(path)?.[1];
  return { server: "gateway", method: incoming.method, path, service: address?.split(".").at(-1) };
}

const PLAIN = { "content-type": "text/plain" };

/** As while the gateway does not know the instances yet (reference: eas-service-lifecycle.md §1, "Running ≠ callable"). */
const NOT_CALLABLE: Record<FaultParameters<"not-callable">["answer"], Trouble> = {
  "no-healthy-upstream": { status: 503, headers: PLAIN, body: "no healthy upstream" },
  "empty-503": { status: 503, body: "" },
  "empty-404": { status: 404, body: "" },
};

/** The gateway's own words (reference: eas-gateway-and-queue.md §3). */
const BUSY: Record<FaultParameters<"workers-busy">["answer"], Trouble> = {
  "queue-full": { status: 450, headers: PLAIN, body: "worker queue is full, too busy" },
  "rate-limit": { status: 429, headers: PLAIN, body: "Too Many Requests" },
  keepalive: { status: 408, headers: { ...PLAIN, connection: "close" }, body: "Request Timeout" },
};

/** What is answered instead of what the service would say; the caller's token was right. */
export function troubleOf(faults: Faults, occasion: FaultOccasion): Trouble | undefined {
  if (faults.takeIf("expired-credentials", occasion, ({ what }) => what === "any" || what === "key")) {
    return {
      status: 401,
      headers: { "content-type": "application/json" },
      body: JSON.stringify({ code: "Unauthorized", message: "Invalid token" }),
    };
  }
  const error = faults.take("vendor-error", occasion);
  if (error) return { status: error.status, headers: PLAIN, body: error.message };
  const uncallable = faults.take("not-callable", occasion);
  if (uncallable) return NOT_CALLABLE[uncallable.answer];
  const busy = faults.take("workers-busy", occasion);
  return busy && BUSY[busy.answer];
}
