const YEAR_SECONDS = 365 * 24 * 60 * 60;

/** A preference of this browser, which the server reads to render the first paint right. Not a secret. */
export function rememberInCookie(name: string, value: string): void {
  // biome-ignore lint/suspicious/noDocumentCookie: the Cookie Store API is missing in Firefox and Safari of last year
  document.cookie = `${name}=${value}; path=/; max-age=${YEAR_SECONDS}; samesite=lax`;
}
