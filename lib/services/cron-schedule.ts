import { CronExpressionParser } from "cron-parser";

/** Schedules of the cron scaler: six fields, seconds first, in a time zone (eas-openapi.md §7.4). Pure. */

export function isSchedule(text: string): boolean {
  // The parser would take five fields for a schedule without seconds, which EAS does not know.
  if (text.trim().split(/\s+/).length !== 6) return false;
  try {
    CronExpressionParser.parse(text);
    return true;
  } catch {
    return false;
  }
}

export function isTimeZone(name: string): boolean {
  try {
    new Intl.DateTimeFormat("en", { timeZone: name });
    return true;
  } catch {
    return false;
  }
}

interface Run {
  schedule: string;
  timeZone: string;
  excludeDates?: readonly string[];
}

/** Excluded moments are many where a whole year is excluded: the search ends somewhere. */
const MOST_LOOKED_AT = 400;

/** The next moments, in milliseconds since the epoch, without those that an excluded date takes away. */
export function nextRuns({ schedule, timeZone, excludeDates = [] }: Run, after: number, count: number): number[] {
  if (!isSchedule(schedule) || !isTimeZone(timeZone)) return [];
  const runs: number[] = [];
  try {
    const moments = CronExpressionParser.parse(schedule, { currentDate: new Date(after), tz: timeZone });
    for (let looked = 0; looked < MOST_LOOKED_AT && runs.length < count; looked++) {
      const at = moments.next().getTime();
      if (!excludeDates.some((expression) => fits(expression, timeZone, at))) runs.push(at);
    }
  } catch {
    // A schedule that never comes again, like the 30th of February.
  }
  return runs;
}

function fits(expression: string, timeZone: string, at: number): boolean {
  if (!isSchedule(expression)) return false;
  const next = CronExpressionParser.parse(expression, { currentDate: new Date(at - 1), tz: timeZone });
  return next.next().getTime() === at;
}

/** A whole day as the expression that excludes it; it comes again each year. */
export function excludedDay(isoDate: string): string | undefined {
  const match = /^\d{4}-(\d\d)-(\d\d)$/.exec(isoDate);
  return match ? `* * * ${Number(match[2])} ${Number(match[1])} *` : undefined;
}
