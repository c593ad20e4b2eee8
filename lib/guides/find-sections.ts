import { decodePasted } from "@/lib/playground/decoder";
import {
  CONTAINER_REASONS,
  IMAGE_REASONS,
  LAST_WORDS,
  MOUNT_REASONS,
  matchOf,
  SERVICE_REASONS,
} from "@/lib/services/failure-signatures";
import type { GuideId } from "./guides";
import type { Guide, Section } from "./parse-guide";

export interface Hit {
  guide: GuideId;
  section: Section;
}

const MAX_HITS = 12;
/** As long as a pasted traceback; the rest of it says no more. */
const MAX_QUERY = 4000;

/** The sections that fit best. A pasted message, status or body is understood as the console understands it. */
export function findSections(guides: readonly { id: GuideId; guide: Guide }[], asked: string): Hit[] {
  const query = asked.slice(0, MAX_QUERY);
  const all = guides.flatMap(({ id, guide }) => guide.sections.map((section) => ({ guide: id, section })));
  const known = knownIds(query).flatMap(
    ({ guide, id }) => all.find((hit) => hit.guide === guide && hit.section.ids.includes(id)) ?? [],
  );
  const terms = termsOf(query);
  const scored = all
    .map((hit) => ({ hit, score: scoreOf(hit.section, terms) }))
    .filter(({ score }) => score > 0)
    .sort((a, b) => b.score - a.score)
    .map(({ hit }) => hit);
  return [...new Set([...known, ...scored])].slice(0, MAX_HITS);
}

/** What the reason engine and the decoder of answers make of these words. */
function knownIds(query: string): { guide: GuideId; id: string }[] {
  const reason = [CONTAINER_REASONS, IMAGE_REASONS, MOUNT_REASONS, SERVICE_REASONS, LAST_WORDS]
    .map((signatures) => matchOf(signatures, query)?.code)
    .find((code) => code !== undefined);
  const answer = decodePasted(query)?.id;
  return [
    ...(reason ? [{ guide: "service", id: reason } as const] : []),
    ...(answer && answer !== "unknown" ? [{ guide: "calls", id: answer } as const] : []),
  ];
}

/** Words that stand in every sentence. */
const COMMON = new Set(
  "the and for with not does why how what when from this that was are is it to of in on at or a an".split(" "),
);

/** Latin words as they are; Chinese, which has no blanks, in pairs of characters. */
export function termsOf(query: string): string[] {
  const words = query.toLowerCase().match(/[\p{Script=Latin}\d_.-]+|\p{Script=Han}+/gu) ?? [];
  const terms = words.flatMap((word) => {
    if (!/\p{Script=Han}/u.test(word)) return COMMON.has(word) ? [] : [word];
    const characters = [...word];
    if (characters.length === 1) return characters;
    return characters.slice(1).map((character, index) => `${characters[index]}${character}`);
  });
  return [...new Set(terms)];
}

/** At least half of the terms; the title and the ids count thrice. */
function scoreOf({ title, ids, text }: Section, terms: readonly string[]): number {
  const head = `${title} ${ids.join(" ")} ${ids.join(" ").replaceAll("_", " ")}`.toLowerCase();
  const body = text.toLowerCase();
  let score = 0;
  let met = 0;
  for (const term of terms) {
    const inHead = head.includes(term);
    if (inHead || body.includes(term)) met += 1;
    score += (inHead ? 3 : 0) + (body.includes(term) ? 1 : 0);
  }
  return met * 2 >= terms.length ? score : 0;
}
