import { z } from "zod";
import type { Context } from "@/lib/context.server";
import type { Service } from "@/lib/eas/types";
import { readConfig } from "@/lib/service-config/config-facts";
import type { ServiceNameInput } from "./names";

const AddressSchema = z.object({
  /** EAS's word for the gateway: `DefaultGateway`, `PrivateGateway`, `Nlb` … */
  type: z.string(),
  internet: z.array(z.string()),
  intranet: z.array(z.string()),
});

/** One way in: from the Internet or from the same VPC. */
const WaySchema = z.object({
  network: z.enum(["internet", "vpc"]),
  /** Where requests go; of an asynchronous service its input queue. */
  url: z.string(),
  /** Of an asynchronous service: where answers come out, and the door that answers at once. */
  sink: z.string().optional(),
  direct: z.string().optional(),
});
export type Way = z.infer<typeof WaySchema>;

/** How to call a service. The token is not here: revealToken gives it. */
export const CallInformationSchema = z.object({
  name: z.string(),
  isAsync: z.boolean(),
  /** What the service was started as; absent when its command is not the diffusers service's. */
  diffusers: z.object({ func: z.enum(["base", "controlnet"]), translate: z.boolean() }).optional(),
  /** The first one is what snippets use. Empty while EAS has given no address. */
  ways: z.array(WaySchema),
  /** Every gateway that leads to the service, where there is more than the shared one. */
  addresses: z.array(AddressSchema),
});
export type CallInformation = z.infer<typeof CallInformationSchema>;

export async function callInformation(ctx: Pick<Context, "eas">, { name }: ServiceNameInput): Promise<CallInformation> {
  const [service, { endpoints }] = await Promise.all([
    ctx.eas.describeService(name),
    ctx.eas.describeServiceEndpoints(name),
  ]);
  const addresses = endpoints.map(({ type, internet, intranet }) => ({ type, internet, intranet }));
  const facts = readConfig(service.config);
  const flags = facts.isDiffusers ? facts.parsed?.flags : undefined;
  const isAsync = service.serviceType === "Async" || facts.isAsync;
  return {
    name,
    isAsync,
    diffusers: flags && { func: flags.func ?? "base", translate: flags.translate ?? false },
    ways: waysOf(service, addresses, isAsync),
    addresses,
  };
}

/** eas-gateway-and-queue.md §1: the sink lies below the service's own address. */
function waysOf(service: Service, addresses: z.infer<typeof AddressSchema>[], isAsync: boolean): Way[] {
  const internet = service.internetEndpoint ?? addresses.flatMap((one) => one.internet)[0];
  const vpc = service.intranetEndpoint ?? addresses.flatMap((one) => one.intranet)[0];
  const way = (network: Way["network"], address: string | undefined, direct: string | undefined): Way[] => {
    if (!address) return [];
    const url = address.replace(/\/$/, "");
    return [{ network, url, ...(isAsync ? { sink: `${url}/sink`, direct } : {}) }];
  };
  return [
    ...way("internet", internet, service.secondaryInternetEndpoint),
    ...way("vpc", vpc, service.secondaryIntranetEndpoint),
  ];
}
