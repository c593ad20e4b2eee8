import type { IncomingMessage } from "node:http";
import { readBody } from "@/lib/sandbox/core/read-body";
import type { SignedRequest } from "@/lib/sandbox/eas/signature";
import { splitTarget } from "@/lib/sandbox/eas/signature";
import { StsFault } from "./fault";
import type { Parameters } from "./rpc-signature";

/** An RPC request as it came: parameters of the query and of a form are one set. */
export interface StsRequest {
  signed: SignedRequest;
  body: Uint8Array;
  parameters: Parameters;
  /** ACS3 names action and version in headers, the RPC signature in parameters. */
  action: string | undefined;
  version: string | undefined;
  format: "JSON" | "XML";
  /** Of the client, without the prefix that IPv6 gives to IPv4 addresses. */
  sourceIp: string;
}

/** A policy of 2,048 characters, encoded, and what goes with it. */
const MAX_BODY_BYTES = 256 * 1024;

export async function readRequest(incoming: IncomingMessage): Promise<StsRequest> {
  const body = await readBody(incoming, MAX_BODY_BYTES);
  if (!body) throw new StsFault(413, "RequestEntityTooLarge", "The request body is too large.");
  const headers = Object.fromEntries(
    Object.entries(incoming.headers).flatMap(([name, value]) =>
      value === undefined ? [] : [[name, Array.isArray(value) ? value.join(",") : value] as const],
    ),
  );
  const target = incoming.url ?? "/";
  const isForm = (headers["content-type"] ?? "").split(";")[0]?.trim() === "application/x-www-form-urlencoded";
  const form = isForm ? Buffer.from(body).toString("utf8") : "";
  const parameters = new Map([...new URLSearchParams(splitTarget(target).query), ...new URLSearchParams(form)]);
  return {
    signed: { method: incoming.method ?? "GET", target, headers },
    body,
    parameters,
    action: headers["x-acs-action"] ?? parameters.get("Action"),
    version: headers["x-acs-version"] ?? parameters.get("Version"),
    format: formatOf(parameters.get("Format"), headers.accept),
    sourceIp: (incoming.socket.remoteAddress ?? "").replace(/^::ffff:/, ""),
  };
}

/** XML unless asked otherwise; a wrong word is refused later, in XML. */
function formatOf(parameter: string | undefined, accept: string | undefined): "JSON" | "XML" {
  if (parameter !== undefined) return parameter.toUpperCase() === "JSON" ? "JSON" : "XML";
  return accept?.includes("application/json") ? "JSON" : "XML";
}
