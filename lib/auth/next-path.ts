/** Where to go after sign-in: a path of ours, never another site (`//host`, `/\host` and schemes are refused). */
export function safeNextPath(value: string | null | undefined): string {
  if (!value?.startsWith("/")) return "/";
  try {
    const base = "http://easel.invalid";
    const url = new URL(value, base);
    return url.origin === base ? `${url.pathname}${url.search}${url.hash}` : "/";
  } catch {
    return "/";
  }
}
