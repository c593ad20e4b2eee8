import { leavesOf, readDocument } from "@/lib/service-config/document";
import type { Path } from "@/lib/service-config/json-path";
import { HIDDEN, HIDDEN_PART, hideSecrets } from "@/lib/service-config/secrets";

/*
 * An export is pasted into repositories and pipelines, and often made of a configuration whose secrets never reached the
 * browser. So it holds none: each is read from a variable when the export runs, which ends with the variable's name where
 * that is not set.
 */

export interface Secret {
  variable: string;
  path: Path;
}

/** A value that is or holds secrets: its own words and, between them, what is read. */
export type Gap = readonly (string | Secret)[];

export interface Split {
  /** The configuration's text with the gaps where their values stand, quotes included. */
  pieces: (string | Gap)[];
  secrets: Secret[];
}

export function splitSecrets(config: string): Split {
  const text = hideSecrets(config) ?? config;
  const read = readDocument(text);
  const split: Split = { pieces: [], secrets: [] };
  let done = 0;
  for (const { path, value, from, to } of read.ok ? leavesOf(read.document) : []) {
    if (value !== HIDDEN && !value.includes(HIDDEN_PART)) continue;
    const words = value === HIDDEN ? ["", ""] : value.split(HIDDEN_PART);
    const gap = words.flatMap((word, index) => {
      if (index === 0) return word === "" ? [] : [word];
      const secret = { variable: variableFor(read.ok ? read.document.value : {}, path, split.secrets), path };
      split.secrets.push(secret);
      return word === "" ? [secret] : [secret, word];
    });
    split.pieces.push(text.slice(done, from), gap);
    done = to;
  }
  split.pieces.push(text.slice(done));
  return split;
}

/** Of a name of its own: the keys of whoever deploys are variables too. */
function variableFor(root: unknown, path: Path, taken: readonly Secret[]): string {
  const names = path.filter((part) => typeof part === "string");
  const parent = path.slice(0, -1).reduce<unknown>((here, part) => Object(here)[part], root);
  const own = Object(parent).name;
  // An entry of `env` is known by its name, a password by what it opens.
  const words = names.at(-1) === "value" && typeof own === "string" ? [own] : names.slice(-2);
  const base = ["SERVICE", ...words]
    .join("_")
    .replaceAll(/([a-z])([A-Z])/g, "$1_$2")
    .replaceAll(/\W+/g, "_")
    .toUpperCase();
  const isTaken = (name: string) => taken.some(({ variable }) => variable === name);
  let variable = base;
  for (let n = 2; isTaken(variable); n++) variable = `${base}_${n}`;
  return variable;
}

/** The text with everything between the gaps, and every gap, written as a language wants it. */
export function joinPieces({ pieces }: Split, write: { text(text: string): string; gap(gap: Gap): string }): string {
  return pieces.map((piece) => (typeof piece === "string" ? write.text(piece) : write.gap(piece))).join("");
}

/** As it stands between the quotes of a JSON text. */
export const inJson = (text: string) => JSON.stringify(text).slice(1, -1);
