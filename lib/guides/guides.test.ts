import { existsSync, readdirSync, readFileSync } from "node:fs";
import sharp from "sharp";
import { describe, expect, test } from "vitest";
import { ERROR_CODES } from "@/lib/errors";
import { LOCALES } from "@/lib/i18n/locales";
import en from "@/lib/i18n/messages/en.json";
import zh from "@/lib/i18n/messages/zh-CN.json";
import { FINDING_CODES } from "@/lib/models/findings";
import { paths } from "@/lib/paths";
import { DECODED_IDS } from "@/lib/playground/decoder";
import { CHECK_IDS } from "@/lib/prerequisites/types";
import { REASON_CODES } from "@/lib/services/failure-signatures";
import { GUIDES, type GuideId, PICTURE } from "./guides";
import { HELP_TOPICS, help } from "./help";
import { type Guide, guideLink, parseGuide, pictureAddress, tokensOf } from "./parse-guide";
import { namesOnScreen, unknownNames } from "./testing";

const MESSAGES = { en, "zh-CN": zh };
const folder = (locale: string) => `lib/guides/${locale}`;
const read = (locale: string, id: string): Guide => parseGuide(readFileSync(`${folder(locale)}/${id}.md`, "utf8"));
const GUIDE_IN: Record<string, Record<GuideId, Guide>> = Object.fromEntries(
  LOCALES.map((locale) => [
    locale,
    Object.fromEntries(GUIDES.map((id) => [id, read(locale, id)])) as Record<GuideId, Guide>,
  ]),
);
const guideIn = (locale: string, id: GuideId): Guide => GUIDE_IN[locale]?.[id] ?? read(locale, id);
const idsOf = ({ sections }: Guide) => sections.flatMap(({ ids }) => ids);

/** Every code that the console links to help with, and the guide that holds it. */
const CODES: [GuideId, readonly string[]][] = [
  ["service", REASON_CODES],
  ["model", FINDING_CODES],
  ["configuration", Object.keys(en.lint)],
  ["calls", DECODED_IDS],
  ["account", CHECK_IDS],
  ["console", ERROR_CODES],
  ["console", Object.keys(en.auth.oidc.problems).map((problem) => `oidc_${problem}`)],
];

/** `/help/calls#no_instance` → its guide has a section of that id, in every language. */
function expectTarget(path: string): void {
  const [, id = "", heading] = /^\/help\/([\w-]+)(?:#([\w-]+))?$/.exec(path) ?? [];
  for (const locale of LOCALES) {
    expect(GUIDES, path).toContain(id);
    if (heading) expect(idsOf(guideIn(locale, id as GuideId)), `${locale} ${path}`).toContain(heading);
  }
}

describe.each(LOCALES)("the guides in %s", (locale) => {
  test("are the files of the folder", () => {
    expect(readdirSync(folder(locale)).sort()).toEqual(GUIDES.map((id) => `${id}.md`).sort());
  });

  test.each(GUIDES)("%s: each id once, each section with something in it", (id) => {
    const guide = guideIn(locale, id);
    expect(idsOf(guide)).toEqual([...new Set(idsOf(guide))]);
    expect(guide.lead.length).toBeGreaterThan(0);
    const { sections } = guide;
    // A heading may be there for those below it alone.
    const empty = sections.filter(
      ({ body, depth }, at) => body.length === 0 && (sections[at + 1]?.depth ?? 0) <= depth,
    );
    expect(empty.map(({ title }) => title)).toEqual([]);
    expect(sections.filter(({ depth }) => depth !== 2 && depth !== 3)).toEqual([]);
  });

  test.each(GUIDES)("%s: no HTML, and every link leads somewhere", async (id) => {
    for (const token of tokensOf(guideIn(locale, id))) {
      expect(token.type, token.raw).not.toBe("html");
      if (token.type === "link") {
        const ours = guideLink(token.href);
        if (ours) expectTarget(`/help/${ours.guide}${ours.heading ? `#${ours.heading}` : ""}`);
        else expect(token.href).toMatch(/^https:\/\/([\w-]+\.)+\w+\//);
      }
      if (token.type !== "image") continue;
      expect(token.text, "what the picture shows").not.toBe("");
      expect(token.href).toMatch(new RegExp(`^../../../public/guides/${locale}/[\\w-]+\\.webp$`));
      const { width, height } = await sharp(`public${pictureAddress(token.href)}`).metadata();
      expect({ width, height }, token.href).toEqual(PICTURE);
    }
  });

  test.each(GUIDES)("%s: what is bold is called so on the screen", (id) => {
    const names = namesOnScreen(MESSAGES[locale]);
    // A mark that Markdown does not take for one stays in the text.
    expect(
      tokensOf(guideIn(locale, id)).filter(
        (one) => one.type === "text" && !("tokens" in one && one.tokens) && one.raw.includes("**"),
      ),
    ).toEqual([]);
    const bold = tokensOf(guideIn(locale, id)).flatMap((token) => (token.type === "strong" ? token.text : []));
    expect(unknownNames(bold, names)).toEqual([]);
  });
});

describe("the two languages", () => {
  test.each(GUIDES)("%s: the same sections, commands, pictures and links in the same order", (id) => {
    const [first, ...others] = LOCALES.map((locale) => shapeOf(guideIn(locale, id)));
    for (const other of others) expect(other).toEqual(first);
  });
});

function shapeOf(guide: Guide) {
  const found = tokensOf(guide);
  const of = (type: string, what: "href" | "text") =>
    found.flatMap((token) => (token.type === type ? String(token[what as keyof typeof token]) : []));
  return {
    sections: guide.sections.map(({ ids, depth }) => ({ ids, depth })),
    code: of("code", "text"),
    pictures: of("image", "href").map((href) => href.replace(/^.*\//, "")),
    links: of("link", "href").sort(),
  };
}

describe("help from within the console", () => {
  test.each(CODES)("%s has a heading for each of its codes", (id, codes) => {
    for (const locale of LOCALES)
      expect(
        codes.filter((code) => !idsOf(guideIn(locale, id)).includes(code)),
        locale,
      ).toEqual([]);
  });

  test("knows no code that the console does not have", () => {
    for (const id of ["service", "model", "calls"] as const) {
      const codes: readonly string[] = CODES.find(([guide]) => guide === id)?.[1] ?? [];
      const known = (one: string) => codes.includes(one) || !one.includes("_");
      expect(idsOf(guideIn("en", id)).filter((one) => !known(one))).toEqual([]);
    }
  });

  test("every link has its target", () => {
    for (const topic of Object.keys(HELP_TOPICS)) expectTarget(help.topic(topic as keyof typeof HELP_TOPICS));
    for (const code of REASON_CODES) expectTarget(help.reason(code));
    for (const code of FINDING_CODES) expectTarget(help.finding(code));
    for (const code of Object.keys(en.lint)) expectTarget(help.lint(code));
    for (const code of DECODED_IDS) expectTarget(help.answer(code));
    for (const code of CHECK_IDS) expectTarget(help.check(code));
    for (const code of ERROR_CODES) expectTarget(paths.help("console", code));
  });
});

test("no picture lies about that no page shows", () => {
  for (const locale of LOCALES) {
    const shown = [
      ...GUIDES.flatMap((id) =>
        tokensOf(guideIn(locale, id)).flatMap((token) => (token.type === "image" ? token.href : [])),
      ),
      readFileSync(locale === "en" ? "README.md" : "README.zh-CN.md", "utf8"),
    ].join("\n");
    const files = existsSync(`public/guides/${locale}`) ? readdirSync(`public/guides/${locale}`) : [];
    expect(files.filter((file) => !shown.includes(`public/guides/${locale}/${file}`))).toEqual([]);
  }
});
