import type { Handler } from "./cloud";
import { FREE_PAIRS, INSTANCE_TYPES } from "./instance-types";
import { textParameter } from "./query";
import { REGIONS } from "./regions";

/* What can be bought (reference: eas-openapi.md §7.6). */

export const describeMachineSpec: Handler = ({ cloud, query }) => {
  const wanted = textParameter(query, "InstanceTypes")?.split(",");
  const InstanceMetas = INSTANCE_TYPES.filter(({ name }) => !wanted || wanted.includes(name)).map((type) => {
    const available = cloud.stock.isOffered(type.name);
    return {
      InstanceType: type.name,
      CPU: type.cpu,
      Memory: type.memoryGb,
      // Types without a GPU have no such key.
      ...(type.gpu ? { GPU: type.gpu.model, GPUMemory: type.gpu.memoryGb } : {}),
      GPUAmount: type.gpu?.count ?? 0,
      IsAvailable: available,
      StockStatus: available ? "WithStock" : "NoStock",
      Vendor: "ECS",
    };
  });
  return { InstanceMetas, Types: FREE_PAIRS };
};

export const describeRegions: Handler = () => ({ Regions: REGIONS });
