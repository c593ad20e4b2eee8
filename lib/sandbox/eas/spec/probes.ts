import { invalidParameter } from "@/lib/sandbox/eas/fault";
import { isJsonObject, type JsonObject } from "@/lib/sandbox/eas/json-path";
import { integerAt, optionalTextAt } from "./values";

/*
 * startup_check, liveness_check and readiness_check of a container (reference: eas-service-json.md §4). Defaults disagree
 * between sources; the health-check page's are taken. `health_check` is read as a readiness check.
 */

export interface Probe {
  /** How it asks; a command cannot be run here and passes once the process listens. */
  action: { kind: "http"; path: string; port?: number } | { kind: "tcp"; port?: number } | { kind: "exec" };
  initialDelaySeconds: number;
  periodSeconds: number;
  timeoutSeconds: number;
  successThreshold: number;
  failureThreshold: number;
}

export interface Probes {
  startup?: Probe;
  liveness?: Probe;
  readiness?: Probe;
}

export function readProbes(container: JsonObject, at: string): Probes {
  return {
    startup: readProbe(container, at, "startup_check"),
    liveness: readProbe(container, at, "liveness_check"),
    readiness: readProbe(container, at, "readiness_check") ?? readProbe(container, at, "health_check"),
  };
}

function readProbe(container: JsonObject, at: string, key: string): Probe | undefined {
  const probe = container[key];
  if (probe === undefined || probe === null) return undefined;
  const label = `${at}.${key}`;
  if (!isJsonObject(probe)) throw invalidParameter(`${label} must be an object.`);
  const number = (name: string, fallback: number, min: number) =>
    integerAt(probe, name, { fallback, min, label: `${label}.${name}` });
  return {
    action: readAction(probe, label),
    initialDelaySeconds: number("initial_delay_seconds", 10, 0),
    periodSeconds: number("period_seconds", 10, 1),
    timeoutSeconds: number("timeout_seconds", 1, 1),
    successThreshold: number("success_threshold", 1, 1),
    failureThreshold: number("failure_threshold", 3, 1),
  };
}

function readAction(probe: JsonObject, label: string): Probe["action"] {
  const given = ["http_get", "tcp_socket", "exec"].filter((kind) => probe[kind] !== undefined && probe[kind] !== null);
  if (given.length !== 1) throw invalidParameter(`${label} must have exactly one of http_get, tcp_socket, exec.`);
  const [kind = ""] = given;
  const action = probe[kind];
  if (!isJsonObject(action)) throw invalidParameter(`${label}.${kind} must be an object.`);
  const port = () =>
    action.port === undefined
      ? undefined
      : integerAt(action, "port", { fallback: 0, min: 1, max: 65535, label: `${label}.${kind}.port` });
  if (kind === "http_get") {
    const scheme = optionalTextAt(action, "scheme", `${label}.http_get.scheme`) ?? "HTTP";
    if (scheme !== "HTTP" && scheme !== "HTTPS")
      throw invalidParameter(`${label}.http_get.scheme [${scheme}] must be HTTP or HTTPS.`);
    return { kind: "http", path: optionalTextAt(action, "path", `${label}.http_get.path`) ?? "/", port: port() };
  }
  if (kind === "tcp_socket") return { kind: "tcp", port: port() };
  const { command } = action;
  if (!Array.isArray(command) || command.length === 0 || !command.every((part) => typeof part === "string"))
    throw invalidParameter(`${label}.exec.command must be an array of strings.`);
  return { kind: "exec" };
}

/** How long a process may take until it passes: the delay and as many periods as may fail. */
export function budgetSeconds({ initialDelaySeconds, periodSeconds, failureThreshold }: Probe): number {
  return initialDelaySeconds + periodSeconds * failureThreshold;
}
