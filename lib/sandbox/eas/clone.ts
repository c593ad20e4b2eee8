import { type Handler, serviceOf } from "./cloud";
import { addService } from "./commands";
import { refuseCommand } from "./guard/refusals";
import { mergeJson } from "./json-path";
import { parseConfigText, readName } from "./service-spec";
import { addressesOf } from "./wire";

/** CloneService: the source's configuration with what the body overrides, the name above all (reference: eas-openapi.md §7.1). */
export const cloneService: Handler = async (call) => {
  const source = serviceOf(call);
  refuseCommand(source, "clone");
  const overrides = parseConfigText(call.body);
  const name = readName(overrides);
  const { token: _, ...config } = source.config;
  const merged = mergeJson(mergeJson(config, overrides), { name, metadata: { name } });
  const service = await addService(call, merged, { status: "Cloning", labels: source.labels, clonedFrom: source.name });
  return {
    ServiceId: service.id,
    ServiceName: service.name,
    Status: "Cloning",
    ...addressesOf(service, call.cloud),
  };
};
