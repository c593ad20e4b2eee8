import { z } from "zod";
import type { Context } from "@/lib/context.server";
import { readConfig } from "@/lib/service-config/config-facts";
import type { ServiceNameInput } from "./names";

const AddressSchema = z.object({
  /** EAS's word for the gateway: `DefaultGateway`, `PrivateGateway`, `Nlb` … */
  type: z.string(),
  internet: z.array(z.string()),
  intranet: z.array(z.string()),
});

/** How to call a service. The token is not here: revealToken gives it. */
export const CallInformationSchema = z.object({
  name: z.string(),
  isAsync: z.boolean(),
  /** The address that snippets use: the internet one where there is one. */
  endpoint: z.string().optional(),
  addresses: z.array(AddressSchema),
  /** Of an asynchronous service: where requests go in, where answers come out, and the door that answers at once. */
  queue: z.object({ input: z.string(), output: z.string(), direct: z.string().optional() }).optional(),
});
export type CallInformation = z.infer<typeof CallInformationSchema>;

export async function callInformation(ctx: Pick<Context, "eas">, { name }: ServiceNameInput): Promise<CallInformation> {
  const [service, { endpoints }] = await Promise.all([
    ctx.eas.describeService(name),
    ctx.eas.describeServiceEndpoints(name),
  ]);
  const addresses = endpoints.map(({ type, internet, intranet }) => ({ type, internet, intranet }));
  const listed = addresses.flatMap(({ internet }) => internet)[0] ?? addresses.flatMap(({ intranet }) => intranet)[0];
  const endpoint = (service.internetEndpoint ?? service.intranetEndpoint ?? listed)?.replace(/\/$/, "");
  const isAsync = service.serviceType === "Async" || readConfig(service.config).isAsync;
  const direct = service.secondaryInternetEndpoint ?? service.secondaryIntranetEndpoint;
  return {
    name,
    isAsync,
    endpoint,
    addresses,
    // eas-gateway-and-queue.md §1: the sink lies below the service's own address.
    queue: isAsync && endpoint ? { input: endpoint, output: `${endpoint}/sink`, direct } : undefined,
  };
}
