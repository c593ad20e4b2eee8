import { redactText } from "./redact";

/**
 * The one error type. A code exists only where a user would act differently; texts live in the messages under
 * `errors.<code>.title` and `errors.<code>.hint`.
 */
export const ERROR_CODES = [
  "not_signed_in",
  "forbidden",
  "not_found",
  "conflict",
  "invalid_input",
  "invalid_credentials",
  "permission_denied",
  "clock_skew",
  "quota_exceeded",
  "out_of_stock",
  "arrears",
  "throttled",
  "timeout",
  "network",
  "cancelled",
  "not_ready",
  "rate_limited",
  "upstream",
  "internal",
] as const;

export type ErrorCode = (typeof ERROR_CODES)[number];

/** What the other side said, word for word. Shown under "details", never translated. */
export interface VendorError {
  code?: string;
  message?: string;
  status?: number;
  requestId?: string;
}

export interface AppErrorOptions {
  params?: Record<string, string | number>;
  retryable?: boolean;
  vendor?: VendorError;
  cause?: unknown;
}

/** Next holds several copies of this module in one process, and what they share throws errors of any of them. */
const BRAND = Symbol.for("easel.AppError");

export class AppError extends Error {
  static override [Symbol.hasInstance](value: unknown): boolean {
    return typeof value === "object" && value !== null && BRAND in value;
  }

  readonly [BRAND] = true;
  override readonly name = "AppError";
  readonly code: ErrorCode;
  readonly params: Record<string, string | number>;
  readonly retryable: boolean;
  readonly vendor?: VendorError;

  constructor(code: ErrorCode, options: AppErrorOptions = {}) {
    super(options.vendor?.message ?? code, { cause: options.cause });
    this.code = code;
    this.params = options.params ?? {};
    this.retryable = options.retryable ?? false;
    this.vendor = options.vendor;
  }
}

/** The serialisable form: crosses from server to browser. Carries no cause and no stack. */
export interface ErrorView {
  code: ErrorCode;
  params: Record<string, string | number>;
  retryable: boolean;
  vendor?: VendorError;
  /** For `internal`: names the entry in the server's log. */
  logId?: string;
}

/** The vendor's words may repeat the request, its security token included. */
export function toErrorView({ code, params, retryable, vendor }: AppError, logId?: string): ErrorView {
  const shown = vendor?.message === undefined ? vendor : { ...vendor, message: redactText(vendor.message) };
  return { code, params, retryable, vendor: shown, logId };
}

export function fromErrorView(view: ErrorView): AppError {
  return new AppError(view.code, { params: view.params, retryable: view.retryable, vendor: view.vendor });
}
