import "server-only";
import { requestOrigin } from "@/lib/auth/request-origin";
import { env } from "@/lib/env";
import { openApiDocument } from "./openapi";

/** Not by the request's own URL: its host and port are those that the server is bound to. */
export async function describeApi(_: unknown, { request }: { request: Pick<Request, "headers"> }) {
  return openApiDocument(env().publicUrl ?? requestOrigin(request.headers));
}
