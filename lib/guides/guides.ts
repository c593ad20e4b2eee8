/** The guides, in the order in which they are offered. Each is a Markdown file per language, `<language>/<id>.md`. */
export const GUIDES = [
  "first-deployment",
  "account",
  "operating",
  "service",
  "model",
  "configuration",
  "calls",
  "console",
] as const;
export type GuideId = (typeof GUIDES)[number];

/** Those that are read through; the others are looked into when something goes wrong. */
export const WAYS = ["first-deployment", "account", "operating"] as const satisfies readonly GuideId[];
export const TROUBLES = ["service", "model", "configuration", "calls", "console"] as const satisfies readonly GuideId[];

export function isGuide(name: string): name is GuideId {
  return GUIDES.some((guide) => guide === name);
}

/** All pictures of the guides are of this size, which a test holds. */
export const PICTURE = { width: 1280, height: 800 } as const;
