import type { ContainerRequest } from "@/lib/sandbox/core/types";
import type { ServiceRecord } from "@/lib/sandbox/eas/records";
import type { ServiceStore } from "@/lib/sandbox/eas/service-store";

/*
 * Traffic mirroring (reference: eas-openapi.md §7.5): of the calls that a service gets, so many in a hundred are sent to
 * other services, too, through the gateway, with the other's token. What they answer is nobody's concern.
 */

export interface Mirrors {
  /** Sends a copy of the call to the service's targets, if its turn has come. */
  copy(service: ServiceRecord, request: ContainerRequest): void;
  close(): void;
}

/** Marks a copy, which is not copied again: two services may mirror each other. */
const COPY_HEADER = "x-eas-mirrored-from";
/** Headers of the one connection, or of the one service. */
const OWN_HEADERS = [
  "host",
  "connection",
  "content-length",
  "transfer-encoding",
  "expect",
  "keep-alive",
  "authorization",
];

export function createMirrors(services: ServiceStore, gatewayPort: () => number): Mirrors {
  /** What is left of the shares that were not yet worth a call, by service. */
  const owed = new Map<string, number>();
  const closing = new AbortController();

  function isTurn(service: ServiceRecord, ratio: number): boolean {
    const share = (owed.get(service.name) ?? 0) + ratio;
    owed.set(service.name, share % 100);
    return share >= 100;
  }

  function send(target: ServiceRecord, source: ServiceRecord, { method, url, headers, body }: ContainerRequest): void {
    const kept = Object.entries(headers).filter(([name]) => !OWN_HEADERS.includes(name));
    fetch(`http://127.0.0.1:${gatewayPort()}/api/predict/${target.name}${url === "/" ? "" : url}`, {
      method,
      headers: { ...Object.fromEntries(kept), authorization: target.token, [COPY_HEADER]: source.name },
      body: method === "GET" || method === "HEAD" ? undefined : Buffer.from(body),
      signal: closing.signal,
    }).then(
      (answer) => answer.body?.cancel(),
      () => undefined,
    );
  }

  return {
    copy(service, request) {
      const { mirror } = service;
      if (!mirror || COPY_HEADER in request.headers || !isTurn(service, mirror.ratio)) return;
      for (const name of mirror.targets) {
        const target = services.get(name);
        if (target) send(target, service, request);
      }
    },
    close: () => closing.abort(new Error("sandbox closed")),
  };
}
