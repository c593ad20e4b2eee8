import { Lexer, type Token, type Tokens } from "marked";

/* A guide is Markdown without HTML, but for one kind of comment: `<!-- a b -->` before a heading names its ids. */

export interface Section {
  /** All that lead here, the heading's own first. */
  ids: readonly string[];
  depth: number;
  title: string;
  heading: readonly Token[];
  body: readonly Token[];
  /** What a search looks into. */
  text: string;
}

export interface Guide {
  title: string;
  /** What stands before the first section. */
  lead: readonly Token[];
  sections: readonly Section[];
}

const IDS = /^<!--([\w\s-]+)-->\s*$/;

export function parseGuide(markdown: string): Guide {
  const [first, ...rest] = Lexer.lex(markdown).filter(({ type }) => type !== "space");
  if (!isHeading(first) || first.depth !== 1) throw new Error("A guide begins with its title.");
  const lead: Token[] = [];
  const sections: (Section & { body: Token[] })[] = [];
  let ids: string[] | undefined;
  for (const token of rest) {
    const named = token.type === "html" ? IDS.exec(token.raw.trim())?.[1] : undefined;
    if (named !== undefined) ids = named.trim().split(/\s+/);
    else if (isHeading(token)) {
      if (!ids) throw new Error(`The heading "${token.text}" has no id.`);
      const title = plainText(token.tokens);
      sections.push({ ids, depth: token.depth, title, heading: token.tokens, body: [], text: title });
      ids = undefined;
    } else (sections.at(-1)?.body ?? lead).push(token);
  }
  return { title: first.text, lead, sections: sections.map((one) => ({ ...one, text: plainText(one.body) })) };
}

const isHeading = (token: Token | undefined): token is Tokens.Heading => token?.type === "heading";

/** What stands by itself; everything else runs on within its line. */
const BLOCKS = ["paragraph", "heading", "list", "list_item", "table", "code", "blockquote", "space"];

/** The words of tokens, without their marks. */
export function plainText(tokens: readonly Token[]): string {
  return tokens
    .map((token): string => {
      if (token.type === "table") {
        const { header, rows } = token as Tokens.Table;
        return [header, ...rows].flatMap((row) => row.map((cell) => plainText(cell.tokens))).join(" ");
      }
      if (token.type === "list") return plainText((token as Tokens.List).items);
      if ("tokens" in token && token.tokens) return plainText(token.tokens);
      return "text" in token ? token.text : "";
    })
    .join(tokens.some(({ type }) => BLOCKS.includes(type)) ? " " : "")
    .replace(/\s+/g, " ")
    .trim();
}

/** Every token of a guide, nested ones too. */
export function* everyToken(tokens: readonly Token[]): Generator<Token> {
  for (const token of tokens) {
    yield token;
    if (token.type === "list") yield* everyToken((token as Tokens.List).items);
    else if (token.type === "table") {
      const { header, rows } = token as Tokens.Table;
      for (const cell of [header, ...rows].flat()) yield* everyToken(cell.tokens);
    } else if ("tokens" in token && token.tokens) yield* everyToken(token.tokens);
  }
}

export const tokensOf = ({ lead, sections }: Guide): Token[] => [
  ...everyToken([...lead, ...sections.flatMap(({ heading, body }) => [...heading, ...body])]),
];

/** A link between guides as they lie in the folder, `calls.md#no_instance`, or to a picture. */
export function guideLink(href: string): { guide: string; heading?: string } | undefined {
  const [, guide, heading] = /^(?:\.\/)?([\w-]+)\.md(?:#([\w-]+))?$/.exec(href) ?? [];
  return guide === undefined ? undefined : { guide, heading };
}

/** `../../../public/guides/en/check.webp` → `/guides/en/check.webp` */
export function pictureAddress(href: string): string {
  return href.replace(/^(\.\.\/)+public(?=\/)/, "");
}
