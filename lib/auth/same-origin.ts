/**
 * Whether a write comes from our own pages. Browsers send Origin with every non-GET fetch; a request without one is not
 * from a page (a script with a stolen cookie is beyond this check) and is refused, as no client of ours omits it.
 */
export function isSameOrigin(headers: Headers): boolean {
  if (headers.get("sec-fetch-site") === "same-origin") return true;
  const origin = headers.get("origin");
  const host = headers.get("x-forwarded-host") ?? headers.get("host");
  if (!origin || !host) return false;
  try {
    return new URL(origin).host === host.toLowerCase();
  } catch {
    return false;
  }
}
