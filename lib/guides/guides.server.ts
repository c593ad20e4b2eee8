import "server-only";

import { readFile } from "node:fs/promises";
import { join } from "node:path";
import type { Locale } from "@/lib/i18n/locales";
import { GUIDES, type GuideId } from "./guides";
import { type Guide, parseGuide } from "./parse-guide";

/** Read once a process: they change with the version only. */
const parsed = new Map<string, Promise<Guide>>();

export function readGuide(id: GuideId, locale: Locale): Promise<Guide> {
  const key = `${locale}/${id}`;
  const known = parsed.get(key);
  if (known) return known;
  const guide = readFile(join(process.cwd(), "lib/guides", `${key}.md`), "utf8").then(parseGuide);
  parsed.set(key, guide);
  // A file that could not be read is asked for again.
  guide.catch(() => parsed.delete(key));
  return guide;
}

export function readGuides(locale: Locale): Promise<{ id: GuideId; guide: Guide }[]> {
  return Promise.all(GUIDES.map(async (id) => ({ id, guide: await readGuide(id, locale) })));
}
