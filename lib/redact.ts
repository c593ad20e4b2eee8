const HIDDEN = "[hidden]";

/** Keys whose value never belongs in a log, whatever their spelling (camelCase, snake_case, Pascal, header-style). */
const SECRET_KEY =
  /secret|passw(?:or)?d|\bpwd\b|_pwd$|token(?!s|iz)|authorization|cookie|signature|set-?up-?code|credential|access_?key$|api_?key|private_?key|docker_?auth|sealed|database_?url/i;

/** Whether what goes by this name is a secret. */
export function isSecretName(name: string): boolean {
  return SECRET_KEY.test(name);
}

const SECRET_TEXT: readonly [RegExp, string][] = [
  // Signed URLs and OSS/EAS query parameters.
  [
    /([?&](?:x-oss-signature|x-oss-security-token|Signature|security-token|SecurityToken|token)=)[^&\s"']+/gi,
    `$1${HIDDEN}`,
  ],
  // Authorization headers as they appear in dumped requests.
  [/\b(authorization["']?\s*[:=]\s*["']?)[^\r\n"']+/gi, `$1${HIDDEN}`],
  [/\b((?:ACS3-HMAC-SHA256|OSS4-HMAC-SHA256|Bearer)\s)[^\r\n"']+/g, `$1${HIDDEN}`],
  // The same as a line of a canonical request, which a refused signature is answered with.
  [/\b((?:x-acs-|x-oss-)?security-token["']?\s*[:=]\s*["']?)[^\s&,"']+/gi, `$1${HIDDEN}`],
  // The console's own: tokens of programs, and links that let somebody in.
  [/\b(easel_)[\w-]{20,}/g, `$1${HIDDEN}`],
  [/(\/invite\/)[\w-]{20,}/g, `$1${HIDDEN}`],
  // user:password@host in addresses.
  [/(\b[a-z][a-z0-9+.-]{0,20}:\/\/[^\s:/@]{1,200}:)[^\s@/]{1,400}@/gi, `$1${HIDDEN}@`],
  // "secret": "…" inside JSON text.
  [/("[^"]{0,80}(?:secret|password|token)[^"]{0,80}"\s*:\s*")(?:[^"\\]|\\.)*"/gi, `$1${HIDDEN}"`],
  // API_TOKEN=…, --api-key=… and --api-key …
  [
    /((?:^|\s)(?:--)?[\w-]{0,60}(?:secret|passw(?:or)?d|token|credentials?|access[_-]?key|api[_-]?key|private[_-]?key)=)(?:"[^"]*"|'[^']*'|[^\s"']+)/gi,
    `$1${HIDDEN}`,
  ],
  [
    /((?:^|\s)--[\w-]{0,60}(?:secret|passw(?:or)?d|token|credentials?|access[_-]?key|api[_-]?key|private[_-]?key)\s+)(?!-)(?:"[^"]*"|'[^']*'|[^\s"']+)/gi,
    `$1${HIDDEN}`,
  ],
];

/** A copy of `value` that is fit for a log. Depth and width are bounded: error objects of SDKs drag whole sockets along. */
export function redact(value: unknown, depth = 0): unknown {
  if (typeof value === "string") return redactText(value);
  if (typeof value === "bigint") return value.toString();
  if (typeof value !== "object" || value === null) return value;
  if (depth > 5) return "[deep]";
  if (value instanceof Date) return value.toISOString();
  if (value instanceof Error) {
    const { name, message, stack, cause } = value;
    // Own fields such as a status or a code tell something; objects are an SDK's sockets and clients.
    const facts = Object.entries(own(value, depth)).filter(([, item]) => typeof item !== "object");
    return {
      ...Object.fromEntries(facts),
      name,
      message: redactText(message),
      stack: stack && redactText(stack),
      ...(cause === undefined ? {} : { cause: redact(cause, depth + 1) }),
    };
  }
  if (Array.isArray(value)) return value.slice(0, 50).map((item) => redact(item, depth + 1));
  if (ArrayBuffer.isView(value)) return `[${value.byteLength} bytes]`;
  return own(value, depth);
}

function own(value: object, depth: number): Record<string, unknown> {
  const result: Record<string, unknown> = {};
  for (const [key, item] of Object.entries(value).slice(0, 50)) {
    if (key === "cause" || key === "stack") continue;
    result[key] = isSecretName(key) && item !== undefined && item !== null ? HIDDEN : redact(item, depth + 1);
  }
  return result;
}

/** For words that come from elsewhere: a vendor's message, a container's log. Bounded patterns: a line may be megabytes. */
export function redactText(text: string): string {
  return SECRET_TEXT.reduce((current, [pattern, replacement]) => current.replace(pattern, replacement), text);
}
