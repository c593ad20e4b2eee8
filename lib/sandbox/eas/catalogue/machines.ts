import type { Handler } from "@/lib/sandbox/eas/cloud";
import { invalidParameter } from "@/lib/sandbox/eas/fault";
import { FREE_PAIRS, findInstanceType, INSTANCE_TYPES } from "@/lib/sandbox/eas/instance-types";
import { booleanParameter, oneOf, textParameter, toTimestamp } from "@/lib/sandbox/eas/query";
import { REGIONS } from "@/lib/sandbox/eas/regions";
import { spotDiscount, spotHistory } from "./spot";

/* What can be bought (reference: eas-openapi.md §7.6). */

export const describeMachineSpec: Handler = ({ cloud, query }) => {
  oneOf("ChargeType", textParameter(query, "ChargeType"), ["PostPaid", "PrePaid"]);
  const resources = oneOf("ResourceType", textParameter(query, "ResourceType") ?? "Public", ["Public", "Dedicated"]);
  const wanted = textParameter(query, "InstanceTypes")?.split(",");
  const InstanceMetas = INSTANCE_TYPES.filter(({ name }) => !wanted || wanted.includes(name)).map((type) => {
    const available = cloud.stock.isOffered(type.name);
    const spot = resources === "Public" ? spotDiscount(type, cloud.clock.now()) : undefined;
    return {
      InstanceType: type.name,
      CPU: type.cpu,
      Memory: type.memoryGb,
      // Types without a GPU have no such key.
      ...(type.gpu ? { GPU: type.gpu.model, GPUMemory: type.gpu.memoryGb } : {}),
      GPUAmount: type.gpu?.count ?? 0,
      IsAvailable: available,
      StockStatus: available ? "WithStock" : "NoStock",
      // Types that cannot be bid for have neither.
      ...(spot ? { SpotDiscount: spot.protected, NonProtectSpotDiscount: spot.unprotected } : {}),
      Vendor: "ECS",
    };
  });
  // Cores and memory at will there are on public resources only.
  return { InstanceMetas, Types: resources === "Public" ? FREE_PAIRS : [] };
};

export const describeSpotDiscountHistory: Handler = ({ cloud, query }) => {
  const type = textParameter(query, "InstanceType");
  if (!type) throw invalidParameter("InstanceType is required.");
  if (!findInstanceType(type)) throw invalidParameter(`InstanceType [${type}] is not supported in this region.`);
  const isProtected = booleanParameter(query, "IsProtect") ?? true;
  const zones = ["b", "i"].map((letter) => `${cloud.region}-${letter}`);
  return {
    SpotDiscounts: spotHistory(type, zones, cloud.clock.now()).map(({ at, zone, discount }) => ({
      InstanceType: type,
      // A text here, a number in DescribeMachineSpec.
      SpotDiscount: String(isProtected ? discount.protected : discount.unprotected),
      Timestamp: toTimestamp(at),
      ZoneId: zone,
    })),
  };
};

export const describeRegions: Handler = () => ({ Regions: REGIONS });
