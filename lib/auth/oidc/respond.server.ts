import "server-only";
import { unstable_rethrow } from "next/navigation";
import { log, logUnexpected } from "@/lib/log.server";
import { paths } from "@/lib/paths";
import { OidcRefusal } from "./sign-in";

/** A path of ours, or the provider's address. Relative: which name the browser knows us by is the proxy's business. */
export function leadTo(location: string): Response {
  return new Response(null, { status: 303, headers: { location, "cache-control": "no-store" } });
}

/** Back to the sign-in page, which says why in a sentence; the provider's own words are for the log. */
export function refused(error: unknown): Response {
  unstable_rethrow(error);
  if (error instanceof OidcRefusal) {
    if (error.cause)
      log.warn("sign-in through the provider failed", { problem: error.problem, reason: wordsOf(error.cause) });
    return leadTo(paths.signIn(undefined, error.problem));
  }
  logUnexpected(error, "oidc");
  return leadTo(paths.signIn(undefined, "failed"));
}

/** What the library and the provider say, without the answer itself, which may hold tokens. */
function wordsOf(error: unknown): string {
  if (!(error instanceof Error)) return "unknown";
  const more = ["code", "error", "error_description"].flatMap((key) => {
    const value: unknown = Reflect.get(error, key);
    return typeof value === "string" ? [value] : [];
  });
  const cause = error.cause instanceof Error ? [wordsOf(error.cause)] : [];
  return [error.message, ...more, ...cause].join("; ");
}
