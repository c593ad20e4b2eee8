import type { Sheet } from "./view";

/** Links are good for an hour. */
export const RENEW_MS = 45 * 60_000;

/** Each answer signs all pictures anew, and the browser would load them again: links that are still good stay. */
export function keepLinks(before: unknown, now: unknown): unknown {
  const [old, fresh] = [before as Sheet | undefined, now as Sheet];
  if (!old || Date.parse(fresh.signedAt) - Date.parse(old.signedAt) >= RENEW_MS) return fresh;
  const known = new Map(
    [...old.cells, ...(old.before ?? [])]
      .flatMap((cell) => cell?.pictures ?? [])
      .map((picture) => [picture.key, picture]),
  );
  const withOld = (cells: Sheet["cells"]) =>
    cells.map(
      (cell) => cell && { ...cell, pictures: cell.pictures.map((picture) => known.get(picture.key) ?? picture) },
    );
  return {
    ...fresh,
    signedAt: old.signedAt,
    cells: withOld(fresh.cells),
    ...(fresh.before ? { before: withOld(fresh.before) } : {}),
  };
}
