/** Where the browser or program reaches this console, as far as the request tells: a proxy's word before our own. */
export function requestOrigin(headers: Headers): string {
  // Next sets x-forwarded-proto itself when no proxy did.
  const first = (name: string) => headers.get(name)?.split(",")[0]?.trim();
  const protocol = first("x-forwarded-proto") === "https" ? "https" : "http";
  return `${protocol}://${first("x-forwarded-host") ?? first("host") ?? "localhost"}`;
}
