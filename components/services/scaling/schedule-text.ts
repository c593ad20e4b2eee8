import cronstrue from "cronstrue";
import "cronstrue/locales/zh_CN";
import type { Locale } from "@/lib/i18n/locales";
import { isSchedule } from "@/lib/services/cron-schedule";

const LOCALES = { en: "en", "zh-CN": "zh_CN" } as const satisfies Record<Locale, string>;

/** A schedule in words; undefined when it is none. */
export function scheduleText(schedule: string, locale: Locale): string | undefined {
  if (!isSchedule(schedule)) return undefined;
  try {
    return cronstrue.toString(schedule, { locale: LOCALES[locale], use24HourTimeFormat: true });
  } catch {
    // Its parser knows less than the one that decides what a schedule is.
    return undefined;
  }
}
