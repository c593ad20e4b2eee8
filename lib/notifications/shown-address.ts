/**
 * As much of a webhook's address as tells which it is. Chat services put their key behind the question mark or into the last
 * steps of the path: what is long, or no word, is left out.
 */
export function shownAddress(address: string): string {
  const { origin, pathname, search } = new URL(address);
  const steps = pathname.split("/").map((step) => (step.length > 15 || /[A-Z0-9]{6,}/.test(step) ? "…" : step));
  return `${origin}${steps.join("/")}${search ? "?…" : ""}`;
}
