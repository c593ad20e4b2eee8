/** What can be told of a prompt before it is drawn. */

/** CLIP reads so many tokens in one go, its two marks for beginning and end among them. */
export const TOKEN_LIMIT = 77;
const MARKS = 2;

/** As CLIP's tokenizer cuts a text: words, single digits, runs of anything else. */
const PIECES =
  /\p{Script=Han}|\p{Script=Hiragana}|\p{Script=Katakana}|\p{Script=Hangul}|\p{L}+|\p{N}|[^\s\p{L}\p{N}]+/gu;
const HAN = /\p{Script=Han}/u;
const EAST_ASIAN = /[\p{Script=Han}\p{Script=Hiragana}\p{Script=Katakana}\p{Script=Hangul}]/u;

/** Words up to this length mostly have a token of their own; longer ones are put together from pieces. */
const WHOLE_WORD = 13;
const WORD_PIECE = 7;
/** Three bytes, of which CLIP knows few pairs. */
const PER_SIGN = 2.5;
/** English words for one Chinese sign, by usual translations. */
const PER_TRANSLATED_SIGN = 0.7;

export function hasChinese(text: string): boolean {
  return HAN.test(text);
}

/**
 * About how many tokens CLIP will see, marks included: an estimate, since its vocabulary is not at hand. `translated`: Chinese
 * becomes English first.
 */
export function estimateTokens(text: string, { translated = false } = {}): number {
  const perSign = translated ? PER_TRANSLATED_SIGN : PER_SIGN;
  let tokens = 0;
  for (const [piece] of withoutWeights(text).matchAll(PIECES)) {
    if (EAST_ASIAN.test(piece)) tokens += perSign;
    else if (/\p{L}/u.test(piece)) tokens += piece.length <= WHOLE_WORD ? 1 : Math.ceil(piece.length / WORD_PIECE);
    else tokens += Math.ceil(piece.length / 2);
  }
  return MARKS + Math.ceil(tokens);
}

/** `(word:1.2)` and `[word]` are read as emphasis and not passed on. */
function withoutWeights(text: string): string {
  return text.replace(/:\s*\d+(?:\.\d+)?\s*(?=\))/g, "").replace(/(?<!\\)[()[\]]/g, " ");
}

/** What becomes of Chinese in a prompt: `none` there is; the service translates it, or could but is told not to, or cannot. */
export type ChineseFate = "none" | "translated" | "switched_off" | "untranslatable";

export function chineseFate(
  prompt: string,
  { translates, useTranslate }: { translates: boolean; useTranslate: boolean | undefined },
): ChineseFate {
  if (!hasChinese(prompt)) return "none";
  if (!translates) return "untranslatable";
  return useTranslate === false ? "switched_off" : "translated";
}

const PLACE = "{prompt}";

/** A saved piece laid around a text where it says `{prompt}`, else put behind it. */
export function applyPiece(text: string, piece: string): string {
  const [own, added] = [text.trim(), piece.trim()];
  // A function: in a text `$$` and `$&` would mean something else.
  if (added.includes(PLACE)) return added.replaceAll(PLACE, () => own);
  if (added === "" || own === added || own.endsWith(`, ${added}`)) return own;
  return own === "" ? added : `${own.replace(/[,，]\s*$/, "")}, ${added}`;
}
