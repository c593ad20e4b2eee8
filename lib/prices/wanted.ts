import type { ConfigView } from "@/lib/service-config/config-view";
import type { MachineFacts } from "@/lib/service-config/machine";
import type { WantedType } from "./price";

/** What a configuration asks for, as the price rules want it. */
export function wantedOf(
  { instances, instanceTypes, isSpotProtected }: Pick<ConfigView, "instances" | "instanceTypes" | "isSpotProtected">,
  machines: readonly MachineFacts[] = [],
): { instances: number; types: WantedType[] } {
  const types = instanceTypes.map(({ type, bid }) => {
    const machine = machines.find(({ instanceType }) => instanceType === type);
    return { type, bid, spotShare: isSpotProtected ? machine?.spotDiscount : machine?.unprotectedSpotDiscount };
  });
  return { instances, types };
}
