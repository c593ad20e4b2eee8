import { isSecretName, redactText } from "@/lib/redact";
import { type ConfigDocument, leavesOf, readDocument, replaceRanges } from "./document";
import { isObject, type Path } from "./json-path";

/**
 * Secrets of a configuration that runs do not reach the browser, yet its text is edited there: they are hidden in place, and
 * what comes back hidden is filled in again from what is stored.
 */

export const HIDDEN = "******";
/** What `redactText` leaves in a command line or an address. */
export const HIDDEN_PART = "[hidden]";

/** The text with its secrets hidden and all else as it stands; undefined when it is no configuration. */
export function hideSecrets(text: string): string | undefined {
  const read = readDocument(text);
  if (!read.ok) return undefined;
  const changes = leavesOf(read.document).flatMap(({ path, value, from, to }) => {
    const hidden = hiddenText(read.document, path, value);
    return hidden === value ? [] : [{ from, to, text: JSON.stringify(hidden) }];
  });
  return replaceRanges(text, changes);
}

function hiddenText({ value: root }: ConfigDocument, path: Path, value: string): string {
  const key = path.at(-1);
  const parent = path.slice(0, -1).reduce<unknown>((here, part) => step(here, part), root);
  // `env` entries: {name, value}.
  const variable = key === "value" && isObject(parent) && typeof parent.name === "string" ? parent.name : undefined;
  const isSecret =
    path.some((part) => typeof part === "string" && isSecretName(part)) ||
    (variable !== undefined && isSecretName(variable));
  if (isSecret) return value === "" ? value : HIDDEN;
  return redactText(value);
}

const step = (here: unknown, part: string | number): unknown =>
  Array.isArray(here) && typeof part === "number" ? here[part] : isObject(here) ? here[String(part)] : undefined;

const isHidden = (value: string) => value === HIDDEN || value.includes(HIDDEN_PART);

export type Restored = { ok: true; text: string } | { ok: false; path: Path };

/** `edited` with what is hidden in it taken from `stored`; not ok where nobody knows what is meant. */
export function restoreSecrets(edited: string, stored: string | undefined): Restored {
  const read = readDocument(edited);
  if (!read.ok) return { ok: true, text: edited };
  const known = stored === undefined ? undefined : readDocument(stored);
  const secrets = new Map<string, { raw: string; shown: string }>();
  if (known?.ok)
    for (const { path, value, from, to } of leavesOf(known.document)) {
      const shown = hiddenText(known.document, path, value);
      const raw = known.document.text.slice(from, to);
      if (shown !== value) secrets.set(identify(known.document, path), { raw, shown });
    }
  const changes: { from: number; to: number; text: string }[] = [];
  for (const { path, value, from, to } of leavesOf(read.document)) {
    if (!isHidden(value)) continue;
    const former = secrets.get(identify(read.document, path));
    if (former?.shown !== value) return { ok: false, path };
    changes.push({ from, to, text: former.raw });
  }
  return { ok: true, text: replaceRanges(edited, changes) };
}

/** The path, with elements of lists by their name rather than their place: they may have been moved. */
function identify({ value: root }: ConfigDocument, path: Path): string {
  let here: unknown = root;
  const parts = path.map((part) => {
    here = step(here, part);
    if (typeof part !== "number" || !isObject(here)) return part;
    return here.name ?? here.mount_path ?? part;
  });
  return JSON.stringify(parts);
}
