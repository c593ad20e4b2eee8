/* The addresses that the gateway knows (reference: eas-gateway-and-queue.md §1). */

export interface PredictAddress {
  /** `<service>`, `<group>` or `<group>.<service>`. */
  name: string;
  /** `async_path.` stood before the name: past the queue, straight to a process. */
  sideDoor: boolean;
  /** What a signature covers: all but the query. */
  path: string;
  /** Below the service's address, `/` for the bare one. */
  rest: string;
  /** Without the question mark. */
  rawQuery: string;
}

const SIDE_DOOR = "async_path.";

/** Undefined for anything but predictions. `url` is the request's target, percent-encoded as it came. */
export function parsePredictAddress(url: string): PredictAddress | undefined {
  const match = /^(\/api\/predict\/([^/?]+))(\/[^?]*)?(?:\?(.*))?$/.exec(url);
  if (!match?.[1] || !match[2]) return undefined;
  const sideDoor = match[2].startsWith(SIDE_DOOR);
  return {
    name: sideDoor ? match[2].slice(SIDE_DOOR.length) : match[2],
    sideDoor,
    path: `${match[1]}${match[3] ?? ""}`,
    rest: match[3] ?? "/",
    rawQuery: match[4] ?? "",
  };
}

/** What the container sees of it. */
export function containerUrl({ rest, rawQuery }: PredictAddress): string {
  return rawQuery === "" ? rest : `${rest}?${rawQuery}`;
}

/** Which of a service's two queues an address is, and what lies below it. */
export function queueAddress(rest: string): { queue: "input" | "sink"; path: string } {
  if (rest !== "/sink" && !rest.startsWith("/sink/")) return { queue: "input", path: rest };
  return { queue: "sink", path: rest.slice("/sink".length) || "/" };
}

/** The service whose processes are asked for; the newer address and the older one. */
export function parseDiscoveryAddress(url: string): string | undefined {
  const match =
    /^(?:\/api\/v1\/servicediscovery|\/exported\/apis\/eas\.alibaba-inc\.k8s\.io\/v1)\/upstreams\/([^/?]+)(?:\?.*)?$/.exec(
      url,
    );
  return match?.[1];
}
