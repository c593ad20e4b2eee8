import { readFileSync } from "node:fs";
import { expect, type Locator, type Page, test } from "@playwright/test";
import { Lexer, type Token, type Tokens } from "marked";
import { everyToken } from "@/lib/guides/parse-guide";
import type { Locale } from "@/lib/i18n/locales";

/* What README tells a newcomer to do, as data: the story of the walk-through carries out these words and no others. */

/** Something that the text names in bold, and the value that it gives in `code` behind it. */
export interface Move {
  name: string;
  value?: string;
}

export interface Walk {
  commands: string[];
  /** The lines that it says will be printed. */
  prints: string[];
  steps: Move[][];
}

const README: Record<Locale, string> = { en: "README.md", "zh-CN": "README.zh-CN.md" };

/** The section before the guides: commands in `sh`, what they print, and a numbered list. */
export function readWalk(locale: Locale): Walk {
  const tokens = Lexer.lex(readFileSync(README[locale], "utf8"));
  const headings = tokens.flatMap((token, at) => (token.type === "heading" && token.depth === 2 ? [at] : []));
  const section = tokens.slice(headings[0], headings[1]);
  const codes = section.filter((token): token is Tokens.Code => token.type === "code");
  const list = section.find((token): token is Tokens.List => token.type === "list" && token.ordered);
  return {
    commands: codes.filter(({ lang }) => lang === "sh").flatMap(({ text }) => text.split("\n")),
    prints: codes.filter(({ lang }) => !lang).flatMap(({ text }) => text.split("\n")),
    steps: (list?.items ?? []).map(({ tokens: inner }) => movesOf([...everyToken(inner)])),
  };
}

function movesOf(tokens: readonly Token[]): Move[] {
  const moves: Move[] = [];
  for (const token of tokens) {
    if (token.type === "strong") moves.push({ name: token.text });
    const last = moves.at(-1);
    if (token.type === "codespan" && last && last.value === undefined) last.value = token.text;
  }
  return moves;
}

/** One after the other: a field is filled in, a button or link pressed, a choice taken, anything else waited for. */
export async function carryOut(page: Page, moves: readonly Move[], own: readonly string[] = []): Promise<void> {
  const filled: { target: Locator; value: string }[] = [];
  for (const [index, { name, value }] of moves.entries()) {
    const given = value ?? own[index];
    await test.step(given ? `${name}: ${given}` : name, async () => {
      // The same name once more is the button that confirms, in the dialog that the first one opens.
      if (moves[index - 1]?.name === name) await expect(page.getByRole("dialog")).toBeVisible();
      const found = await whatIsNamed(page, name);
      if (found.kind === "field") {
        await found.target.fill(given ?? "");
        filled.push({ target: found.target, value: given ?? "" });
        return;
      }
      for (const field of filled.splice(0)) await typeAgain(field);
      if (found.kind === "choice") await found.target.check({ force: true });
      else if (found.kind === "press") await found.target.click();
      else await expect(found.target).toBeVisible();
    });
  }
}

/** A page that is still coming to life may empty a field once; a person sees that and types again. */
async function typeAgain({ target, value }: { target: Locator; value: string }): Promise<void> {
  if ((await target.isVisible()) && (await target.inputValue()) !== value) await target.fill(value);
}

type Named = { kind: "field" | "choice" | "press" | "look"; target: Locator };

/** By what a person can tell it: its name on the screen. `…` stands for what changes. Waits until there is one. */
async function whatIsNamed(page: Page, name: string): Promise<Named> {
  const [before = "", after] = name.split("…");
  const exact = new RegExp(`^${escaped(before)}${after === undefined ? "" : `.*${escaped(after)}`}$`);
  const begins = new RegExp(`^${escaped(before)}`);
  // The last of several is the innermost or the latest: the button of a form stands behind the one that opens it.
  const ways: Named[] = [
    { kind: "field", target: page.getByRole("textbox", { name: exact }).last() },
    { kind: "press", target: page.getByRole("button", { name: exact, disabled: false }).last() },
    { kind: "choice", target: page.getByRole("radio", { name: begins }).first() },
    { kind: "press", target: page.getByRole("main").getByRole("link", { name: exact }).first() },
    { kind: "press", target: page.getByRole("link", { name: exact }).first() },
    { kind: "press", target: page.getByRole("button", { name: begins, disabled: false }).last() },
  ];
  // What can be pressed or filled in, or will be, is no text to be looked for.
  const used = ways.reduce((all, { target }) => all.or(target), page.getByRole("button", { name: begins }));
  // A page may be called as its button is, which comes later.
  const text = page.getByRole("main").getByText(exact).and(page.locator(":not(h1, h2, h3)")).first();
  let found: Named | undefined;
  await expect
    .poll(
      async () => {
        for (const way of ways) {
          if (!(await way.target.isVisible())) continue;
          found = way;
          return true;
        }
        // In this order: the page may have come only after the ways were tried.
        if (!(await text.isVisible()) || (await used.count()) > 0) return false;
        found = { kind: "look", target: text };
        return true;
      },
      { timeout: 60_000, message: `“${name}”, which README names, is on the page` },
    )
    .toBe(true);
  if (!found) throw new Error(`Nothing is called ${name}.`);
  return found;
}

const escaped = (text: string) => text.replace(/[.*+?^${}()|[\]\\]/g, "\\$&");
