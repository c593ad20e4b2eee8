import { FUNCS } from "@/lib/playground/limits";

/** Which pictures a gallery shows. Pure: the address and the page read the same; the server reads it by filters-schema.ts. */

/** An empty text filters nothing. */
export interface GalleryChoice {
  text: string;
  service: string;
  by: string;
  func: string;
  model: string;
  tag: string;
  /** `yyyy-mm-dd` in the person's own time zone, both included. */
  from: string;
  to: string;
  starred: boolean;
  /** Those that failed, which are not shown otherwise. */
  failed: boolean;
}

export const EVERYTHING: GalleryChoice = {
  text: "",
  service: "",
  by: "",
  func: "",
  model: "",
  tag: "",
  from: "",
  to: "",
  starred: false,
  failed: false,
};

/** Stands for the function, and in the address for the service, of a picture that nobody knows more of. */
export const UNKNOWN = "unknown";

/** The choice as it stands in the address; what is as usual is left out. */
export function toSearch(choice: GalleryChoice): string {
  const search = new URLSearchParams();
  const { text, starred, failed, ...rest } = choice;
  if (text !== "") search.set("q", text);
  for (const [key, value] of Object.entries(rest)) if (value !== "") search.set(key, value);
  if (starred) search.set("starred", "1");
  if (failed) search.set("failed", "1");
  return search.size > 0 ? `?${search}` : "";
}

/** Reads an address, whoever wrote it. */
export function fromSearch(search: URLSearchParams): GalleryChoice {
  const text = (key: string) => search.get(key) ?? "";
  const day = (key: string) => (dayStart(text(key)) ? text(key) : "");
  const func = text("func");
  return {
    text: text("q").slice(0, 200),
    service: text("service").slice(0, 128),
    by: text("by").slice(0, 200),
    func: [...FUNCS, UNKNOWN].find((one) => one === func) ?? "",
    model: text("model").slice(0, 1100),
    tag: text("tag").slice(0, 50),
    from: day("from"),
    to: day("to"),
    starred: text("starred") === "1",
    failed: text("failed") === "1",
  };
}

/** The choice as the routes want it; days become moments of this person's time zone. */
export function toFilters({ text, from, to, starred, failed, ...rest }: GalleryChoice): Record<string, string> {
  const filters: Record<string, string> = {};
  if (text.trim() !== "") filters.q = text.trim();
  for (const [key, value] of Object.entries(rest)) if (value !== "") filters[key] = value;
  const start = dayStart(from);
  const end = dayStart(to, 1);
  if (start) filters.from = start.toISOString();
  if (end) filters.to = end.toISOString();
  if (starred) filters.starred = "1";
  if (failed) filters.failed = "1";
  return filters;
}

/** When a day begins here, or so many days later. */
function dayStart(day: string, later = 0): Date | undefined {
  const [, year, month, date] = /^(\d{4})-(\d\d)-(\d\d)$/.exec(day) ?? [];
  if (!year || !month || !date) return undefined;
  const start = new Date(Number(year), Number(month) - 1, Number(date) + later);
  return Number.isNaN(start.getTime()) || Number(year) < 1970 ? undefined : start;
}

export function isFiltered(choice: GalleryChoice): boolean {
  return toSearch(choice) !== "";
}
