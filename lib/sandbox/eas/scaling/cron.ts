import { CronExpressionParser } from "cron-parser";

/*
 * Schedules of six fields, seconds first (reference: eas-openapi.md §7.4). A job whose moment falls into an excluded date
 * is passed over.
 */

/** The controller's own time, as no source says otherwise. */
export const DEFAULT_TIME_ZONE = "Asia/Shanghai";

export function isTimeZone(name: string): boolean {
  try {
    new Intl.DateTimeFormat("en", { timeZone: name });
    return true;
  } catch {
    return false;
  }
}

/** Undefined when the text is a schedule; else what is wrong with it. */
export function scheduleProblem(text: string): string | undefined {
  if (text.trim().split(/\s+/).length !== 6) return "must have six fields: second minute hour day month weekday";
  try {
    CronExpressionParser.parse(text);
    return undefined;
  } catch (error) {
    return error instanceof Error ? error.message : String(error);
  }
}

/** The first moment of the schedule after the given one; undefined when there is none. */
export function nextRun(schedule: string, timeZone: string, after: number): number | undefined {
  try {
    return CronExpressionParser.parse(schedule, { currentDate: new Date(after), tz: timeZone })
      .next()
      .getTime();
  } catch {
    return undefined;
  }
}

export function isExcluded(excludeDates: readonly string[], timeZone: string, at: number): boolean {
  // Whole seconds: the expressions know no smaller unit.
  const second = Math.floor(at / 1000) * 1000;
  return excludeDates.some((expression) => nextRun(expression, timeZone, second - 1) === second);
}
