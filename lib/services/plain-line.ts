/** Long enough for any message; a program that prints a picture as text must not hang the page. */
const LONGEST = 10_000;

const [ESC, BEL, CSI] = [27, 7, 155].map((code) => String.fromCharCode(code));
/** Colours and cursor movements, titles and links, single commands: ECMA-48's escape sequences. */
const SEQUENCES = new RegExp(
  [
    `(?:${ESC}\\[|${CSI})[0-?]*[ -/]*[@-~]`,
    `${ESC}\\][^${BEL}${ESC}]*(?:${BEL}|${ESC}\\\\)?`,
    `${ESC}[PX^_][^${ESC}]*(?:${ESC}\\\\)?`,
    `${ESC}[ -/]*[0-~]`,
  ].join("|"),
  "g",
);
/** Everything that moves, hides or turns text around; tabs, and what joins the parts of one sign, excepted. */
const CONTROL = /(?![\t\u200d])[\p{Cc}\p{Cf}]/gu;

/** A line without what would paint, move or hide text: a progress bar shows how it ended. */
export function plainLine(line: string): string {
  const last = line.trimEnd().split("\r").at(-1) ?? "";
  const plain = last
    .slice(0, LONGEST * 2)
    .replace(SEQUENCES, "")
    .replace(CONTROL, "");
  return plain.length > LONGEST ? `${plain.slice(0, LONGEST)}…` : plain;
}
