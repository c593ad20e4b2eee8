import { invalidParameter } from "@/lib/sandbox/eas/fault";
import type { JsonObject } from "@/lib/sandbox/eas/json-path";
import { valueAt } from "@/lib/sandbox/eas/json-path";
import { booleanAt, objectAt, optionalTextAt } from "./values";

/* networking and cloud.networking (reference: eas-service-json.md §3, §7). There is the shared gateway and no other. */

export interface Networking {
  /** Reachable from inside the VPC only. */
  internetDisabled: boolean;
  /** A browser page of its own. */
  webService: boolean;
}

export function readNetworking(config: JsonObject): Networking {
  return {
    internetDisabled: valueAt(config, "networking.disable_internet_endpoint") === true,
    webService: valueAt(config, "metadata.enable_webservice") === true,
  };
}

export function checkNetworking(config: JsonObject): void {
  booleanAt(config, "networking.disable_internet_endpoint");
  booleanAt(config, "metadata.enable_webservice");
  booleanAt(config, "metadata.enable_grpc");
  const vpc = objectAt(config, "cloud.networking") ?? {};
  const keys = ["vpc_id", "vswitch_id", "security_group_id"];
  const missing = keys.filter((key) => !optionalTextAt(vpc, key, `cloud.networking.${key}`));
  if (missing.length > 0 && missing.length < keys.length)
    throw invalidParameter(
      `cloud.networking needs vpc_id, vswitch_id and security_group_id together, missing: ${missing.join(", ")}.`,
    );
  const gateway = optionalTextAt(config, "networking.gateway");
  const loadBalancers = valueAt(config, "networking.nlb");
  const registry = valueAt(config, "networking.nacos");
  const given = [gateway && "networking.gateway", loadBalancers && "networking.nlb", registry && "networking.nacos"];
  const [first] = given.filter((one) => typeof one === "string" && one !== "");
  if (!first) return;
  if (missing.length > 0)
    throw invalidParameter(`${first} needs cloud.networking with vpc_id, vswitch_id and security_group_id.`);
  if (gateway) throw invalidParameter(`networking.gateway [${gateway}] is not found.`);
  throw invalidParameter(`${first} is not supported in this region.`);
}
