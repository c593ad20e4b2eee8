import type { IncomingMessage } from "node:http";
import type { RouteMatch } from "@/lib/sandbox/core/router";
import type { Signer } from "@/lib/sandbox/sts/credentials";
import { refusalOf } from "@/lib/sandbox/sts/permission";
import type { Cloud } from "./cloud";
import { ApiFault } from "./fault";
import type { Api, Operation } from "./operations";

/**
 * What a session with temporary credentials may do here: action `eas:<Operation>` on the service, group or other
 * resource that the path names, on everything for operations that name none (reference: eas-openapi.md, section 2, RAM).
 */

/** Prefixes as on the vendor's pages "RAM authorization" of both interfaces. */
function actionOf(api: Api, operation: Operation): string {
  if (api === "eas") return `eas:${operation}`;
  return operation === "ListImages" ? `paiimage:${operation}` : `paiworkspace:${operation}`;
}

/** Path parameters that name a resource, and how RAM writes it. A benchmark task goes by the name in the path. */
const RESOURCE_KINDS = {
  service: "service",
  group: "group",
  task: "benchmarktask",
  resource: "resource",
  gateway: "gateway",
  workspace: "workspace",
} as const;

function resourceOf({ region, account }: Cloud, api: Api, params: Readonly<Record<string, string>>): string {
  const product = api === "eas" ? "eas" : "paiworkspace";
  const named = Object.entries(RESOURCE_KINDS).find(([parameter]) => params[parameter] !== undefined);
  const id = named ? `${named[1]}/${params[named[0]]}` : "*";
  return `acs:${product}:${region}:${account.uid}:${id}`;
}

export function requireRight(
  cloud: Cloud,
  signer: Signer,
  api: Api,
  { operation, params }: RouteMatch<Operation>,
  incoming: IncomingMessage,
): void {
  if (!signer.session) return;
  const facts = {
    "acs:SourceIp": (incoming.socket.remoteAddress ?? "").replace(/^::ffff:/, ""),
    "acs:UserAgent": incoming.headers["user-agent"],
    "acs:CurrentTime": new Date(cloud.clock.now()).toISOString(),
    "acs:SecureTransport": "false",
  };
  const request = { action: actionOf(api, operation), resource: resourceOf(cloud, api, params), facts };
  if (!refusalOf(signer.session, request)) return;
  const message = "User not authorized to operate on the specified resource, or this API doesn't support RAM.";
  throw new ApiFault(403, "Forbidden.RAM", message);
}
