/** How long a password would hold, in four words. A hint for the person, never a rule: the rule is its length. */
export type Strength = "short" | "weak" | "fair" | "strong";

const CLASSES: readonly [RegExp, number][] = [
  [/[a-z]/, 26],
  [/[A-Z]/, 26],
  [/[0-9]/, 10],
  [/[^\x20-\x7e]/u, 2000],
  [/[\x20-\x2f\x3a-\x40\x5b-\x60\x7b-\x7e]/, 33],
];

const MIN_LENGTH = 8;
const FAIR_BITS = 45;
const STRONG_BITS = 65;

/** Characters that repeat their neighbour, or count on from it, add nothing. */
function effectiveLength(characters: readonly string[]): number {
  return characters.filter((character, index) => {
    const before = characters[index - 1]?.codePointAt(0);
    const step = before === undefined ? undefined : (character.codePointAt(0) ?? 0) - before;
    return step === undefined || Math.abs(step) > 1;
  }).length;
}

export function passwordStrength(password: string): Strength {
  const characters = [...password];
  if (characters.length < MIN_LENGTH) return "short";
  const alphabet = CLASSES.reduce((sum, [pattern, size]) => (pattern.test(password) ? sum + size : sum), 0);
  const bits = effectiveLength(characters) * Math.log2(Math.max(2, alphabet));
  if (bits >= STRONG_BITS) return "strong";
  return bits >= FAIR_BITS ? "fair" : "weak";
}
