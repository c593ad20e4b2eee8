import { existsSync, readFileSync } from "node:fs";
import { Lexer, type Token } from "marked";
import { expect, test } from "vitest";
import en from "@/lib/i18n/messages/en.json";
import zh from "@/lib/i18n/messages/zh-CN.json";
import { everyToken } from "./parse-guide";
import { namesOnScreen, unknownNames } from "./testing";

/* README in its two languages. The table of variables has a test of its own beside what makes it. */

const withoutTable = (text: string) => text.replace(/<!-- configuration -->[\s\S]*<!-- \/configuration -->/, "");
const tokensOf = (file: string) => [...everyToken(Lexer.lex(withoutTable(readFileSync(file, "utf8"))))];
const [english, chinese] = ["README.md", "README.zh-CN.md"].map(tokensOf) as [Token[], Token[]];

const all = (tokens: readonly Token[], type: string, read: (token: Token) => unknown) =>
  tokens.filter((token) => token.type === type).map(read);

/** Links and pictures of the other language stand for one another. */
const shared = (href: string) => href.replace(/(?<=guides\/)(en|zh-CN)\//, "…/").replace(/^README.*\.md/, "README");
const textOf = (token: Token) => ("text" in token ? String(token.text) : "");
const hrefOf = (token: Token) => ("href" in token ? shared(String(token.href)) : "");

/** Commands and names in code; a value for a field may be in the reader's language. */
const codes = (tokens: readonly Token[]) =>
  all(tokens, "codespan", textOf).filter((text) => !/lighthouse|灯塔/.test(String(text)));

test.each([
  ["headings", (tokens: Token[]) => all(tokens, "heading", (token) => "depth" in token && token.depth)],
  ["commands and what they print", (tokens: Token[]) => all(tokens, "code", textOf)],
  ["pictures", (tokens: Token[]) => all(tokens, "image", hrefOf)],
  ["links", (tokens: Token[]) => all(tokens, "link", hrefOf)],
  ["names in code", (tokens: Token[]) => codes(tokens).sort()],
  ["lists", (tokens: Token[]) => all(tokens, "list_item", () => "item").length],
  ["tables", (tokens: Token[]) => all(tokens, "table", (token) => "rows" in token && token.rows.length)],
] as const)("both languages have the same %s", (_, read) => {
  expect(read(chinese)).toEqual(read(english));
});

test.each([
  ["README.md", english, en],
  ["README.zh-CN.md", chinese, zh],
] as const)("%s: what is bold or in italics is called so on the screen", (_, tokens, messages) => {
  const marked = (type: string) => all(tokens, type, textOf).map(String);
  const names = namesOnScreen(messages);
  expect(marked("strong").length).toBeGreaterThan(10);
  expect(unknownNames(marked("strong"), names)).toEqual([]);
  expect(unknownNames(marked("em"), names).filter((text) => !NOT_ON_SCREEN.includes(text))).toEqual([]);
});

const NOT_ON_SCREEN = ["rehearsal cloud", "idle guard", "演练云", "闲置守护"];

test.each(["README.md", "README.zh-CN.md"])("%s: every file that it names is there", (file) => {
  const files = tokensOf(file)
    .flatMap((token) =>
      "href" in token && (token.type === "link" || token.type === "image") ? [String(token.href)] : [],
    )
    .filter((href) => !href.startsWith("https:"))
    .map((href) => href.replace(/#.*$/, ""));
  expect(files.filter((path) => !existsSync(path))).toEqual([]);
});

test.each(["README.md", "README.zh-CN.md"])("%s: every script that it names is one of package.json", (file) => {
  const { scripts } = JSON.parse(readFileSync("package.json", "utf8")) as { scripts: Record<string, string> };
  const named = [...readFileSync(file, "utf8").matchAll(/npm (?:run )?([a-z:]+)(?=`|\n| --)/g)].map(
    ([, name = ""]) => name,
  );
  expect(named.filter((name) => !(name in scripts))).toEqual([]);
});
