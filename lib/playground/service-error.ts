/** `json`, `input`, `image`, `server`: the service's own; `gateway`: EAS answered in its place; `unreadable`: neither. */
export const SERVICE_ERROR_KINDS = ["json", "input", "image", "server", "gateway", "unreadable"] as const;

export interface ServiceError {
  kind: (typeof SERVICE_ERROR_KINDS)[number];
  /** The service's error code, or the HTTP status. */
  code: number;
  /** Word for word, cut. */
  message: string;
  taskId?: string;
}

/** Gateway codes that have a text of their own: eas-gateway-and-queue.md, section 3. */
export const GATEWAY_CODES = [401, 404, 408, 429, 450, 502, 503, 504] as const;

type ServiceErrorTextKey =
  | `playground.errors.${ServiceError["kind"]}`
  | "playground.errors.out_of_memory"
  | `playground.errors.gateway_${(typeof GATEWAY_CODES)[number]}`;

/** The message key for an error; its parameters are `code` and `message`. */
export function serviceErrorKey(error: ServiceError): ServiceErrorTextKey {
  const known = error.kind === "gateway" ? GATEWAY_CODES.find((code) => code === error.code) : undefined;
  if (known !== undefined) return `playground.errors.gateway_${known}`;
  if (error.kind === "server" && /out of memory/i.test(error.message)) return "playground.errors.out_of_memory";
  return `playground.errors.${error.kind}`;
}
