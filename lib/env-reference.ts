import { readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { z } from "zod";
import { EnvSchema } from "./env";
import texts from "./env-reference.json";

/** The table of all variables, from the schema that reads them. Names, defaults and choices are the schema's, words are beside it. */

export type DocsLanguage = "en" | "zh-CN";

interface Words {
  en: string;
  "zh-CN": string;
  /** What happens without it, where that is no value. */
  default?: Record<DocsLanguage, string>;
}

interface Style {
  head: string;
  none: string;
  choices(all: string[]): string;
}

const STYLES: Record<DocsLanguage, Style> = {
  en: { head: "| name | meaning | default |", none: "none", choices: (all) => ` (${all.join(", ")})` },
  "zh-CN": { head: "| 名称 | 含义 | 默认值 |", none: "无", choices: (all) => `（${all.join("、")}）` },
};
/** Set by Next and by the launcher, not by people. */
const NOT_FOR_PEOPLE = ["NODE_ENV"];
const WORDS: Readonly<Record<string, Words>> = texts;

export const README_OF: Record<DocsLanguage, string> = { en: "README.md", "zh-CN": "README.zh-CN.md" };

export function environmentNames(): string[] {
  return Object.keys(EnvSchema.shape).filter((name) => !NOT_FOR_PEOPLE.includes(name));
}

/** Markdown, one row a variable, in the order of the schema. */
export function environmentTable(language: DocsLanguage): string {
  const { head, none, choices: list } = STYLES[language];
  const rows = environmentNames().map((name) => {
    const words = WORDS[name];
    if (!words) throw new Error(`lib/env-reference.json has no words for ${name}`);
    const choices = choicesOf(name);
    const meaning = choices ? `${words[language]}${list(choices.map(code))}` : words[language];
    const value = defaultOf(name);
    return `| ${code(name)} | ${meaning} | ${words.default?.[language] ?? (value === undefined ? none : code(value))} |`;
  });
  return [head, "| --- | --- | --- |", ...rows].join("\n");
}

const code = (text: string) => `\`${text}\``;

function schemaOf(name: string): z.ZodType {
  return (EnvSchema.shape as Record<string, z.ZodType>)[name] ?? z.never();
}

function defaultOf(name: string): string | undefined {
  const { data } = schemaOf(name).safeParse(undefined);
  return data === undefined ? undefined : String(data);
}

function choicesOf(name: string): string[] | undefined {
  const schema = schemaOf(name);
  const inner = schema instanceof z.ZodOptional ? schema.unwrap() : schema;
  return inner instanceof z.ZodEnum ? inner.options.map(String) : undefined;
}

const BLOCK = /(<!-- configuration -->\n)[\s\S]*?(<!-- \/configuration -->)/;

/** The page with its table made anew; its words around the two marks stay. */
export function withTable(page: string, language: DocsLanguage): string {
  if (!BLOCK.test(page)) throw new Error(`${README_OF[language]} has no marks for the table of variables`);
  return page.replace(BLOCK, (_, begin: string, end: string) => `${begin}\n${environmentTable(language)}\n\n${end}`);
}

/** `npm run docs:environment` */
if (process.argv[1] === import.meta.filename) {
  for (const language of ["en", "zh-CN"] as const) {
    const path = join(process.cwd(), README_OF[language]);
    writeFileSync(path, withTable(readFileSync(path, "utf8"), language));
  }
}
