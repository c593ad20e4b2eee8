import type { QueryClient } from "@tanstack/react-query";
import type { Func } from "@/lib/playground/limits";
import { curl } from "@/lib/playground/snippets/curl";
import { madeParameters } from "@/lib/playground/snippets/parameters";
import { serviceQueries } from "@/lib/services/queries";

/** What a reader puts the token in the place of. */
const TOKEN = "YOUR_TOKEN";

interface Made {
  service: string;
  func: Func;
  /** As it was sent. */
  request: Record<string, unknown>;
}

/** The very call that made a picture, as the service's call page writes it, with a placeholder for the token. */
export async function madeCall(
  client: QueryClient,
  connectionId: string,
  { service, func, request }: Made,
): Promise<string> {
  const { ways } = await client.fetchQuery(serviceQueries.call(connectionId, service));
  const [way] = ways;
  if (!way) throw new Error("no address");
  return curl({ url: way.url, sink: way.sink, token: TOKEN, func, translate: false }, madeParameters(func, request));
}
