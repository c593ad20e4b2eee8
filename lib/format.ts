import type { Locale } from "./i18n/locales";

/** Sizes, times and numbers in words. All take the locale; none reads a clock. */

export function formatNumber(value: number, locale: Locale, maximumFractionDigits = 0): string {
  return new Intl.NumberFormat(locale, { maximumFractionDigits }).format(value);
}

/** A share between 0 and 1 as whole percent, rounded down so that 100 % means all of it. */
export function formatPercent(share: number, locale: Locale): string {
  return new Intl.NumberFormat(locale, { style: "percent" }).format(
    Math.floor(Math.min(1, Math.max(0, share)) * 100) / 100,
  );
}

/** Amounts below ten cents keep two digits that say something: what a picture costs is often less than a cent. */
export function formatMoney(amount: number, currency: string, locale: Locale): string {
  return new Intl.NumberFormat(locale, {
    style: "currency",
    currency,
    currencyDisplay: "narrowSymbol",
    ...(amount !== 0 && Math.abs(amount) < 0.0995 ? { maximumSignificantDigits: 2 } : {}),
  }).format(amount);
}

const BYTE_UNITS = ["B", "KB", "MB", "GB", "TB"] as const;

/** Decimal units, as clouds bill and disks are sold; GB and above with exactly one decimal. */
export function formatBytes(sizeBytes: number, locale: Locale): string {
  let value = sizeBytes;
  let unit = 0;
  // 999.95 would be shown as "1,000.0", so the step is taken where rounding starts to show it.
  while (value >= (unit >= 2 ? 999.95 : 999.5) && unit < BYTE_UNITS.length - 1) {
    value /= 1000;
    unit += 1;
  }
  const digits = unit >= 3 ? 1 : 0;
  const number = new Intl.NumberFormat(locale, { minimumFractionDigits: digits, maximumFractionDigits: digits });
  return `${number.format(value)} ${BYTE_UNITS[unit]}`;
}

export function formatRate(bytesPerSecond: number, locale: Locale): string {
  return `${formatBytes(bytesPerSecond, locale)}/s`;
}

/** For what runs: `9 s`, `2:10`, `1:05:09`. */
export function formatElapsed(ms: number, locale: Locale): string {
  const seconds = Math.max(0, Math.floor(ms / 1000));
  if (seconds < 60) return formatUnit(seconds, "second", locale);
  const pad = (value: number) => String(value).padStart(2, "0");
  const hours = Math.floor(seconds / 3600);
  const minutes = Math.floor((seconds % 3600) / 60);
  return hours > 0 ? `${hours}:${pad(minutes)}:${pad(seconds % 60)}` : `${minutes}:${pad(seconds % 60)}`;
}

/** For what is planned or usual: `45 sec`, `4 min`, `2 hr`, in the largest unit that says enough. */
export function formatDuration(ms: number, locale: Locale): string {
  const seconds = Math.max(0, Math.round(ms / 1000));
  if (seconds < 90) return formatUnit(seconds, "second", locale);
  if (seconds < 90 * 60) return formatUnit(Math.round(seconds / 60), "minute", locale);
  if (seconds < 36 * 3600) return formatUnit(Math.round(seconds / 360) / 10, "hour", locale);
  return formatUnit(Math.round(seconds / 86_400), "day", locale);
}

function formatUnit(value: number, unit: "second" | "minute" | "hour" | "day", locale: Locale): string {
  return new Intl.NumberFormat(locale, { style: "unit", unit, unitDisplay: "short", maximumFractionDigits: 1 }).format(
    value,
  );
}

const STEPS = [
  ["year", 365 * 86_400],
  ["month", 30 * 86_400],
  ["day", 86_400],
  ["hour", 3600],
  ["minute", 60],
] as const;

/** `5 minutes ago`, `in 2 days`; `now` within the same minute. */
export function formatRelative(at: number, now: number, locale: Locale): string {
  const format = new Intl.RelativeTimeFormat(locale, { numeric: "auto" });
  const seconds = (at - now) / 1000;
  for (const [unit, size] of STEPS) {
    if (Math.abs(seconds) >= size) return format.format(Math.trunc(seconds / size), unit);
  }
  return format.format(0, "second");
}

/** Date and time of day, to the second, in the reader's time zone. */
export function formatDateTime(at: number, locale: Locale, timeZone?: string): string {
  return new Intl.DateTimeFormat(locale, { dateStyle: "medium", timeStyle: "medium", timeZone }).format(at);
}
