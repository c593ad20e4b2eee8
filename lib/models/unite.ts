/** What files that come do to those that lie at a model root already. */

export interface Union {
  /** Of the same size as what comes: sent only where the content differs. */
  same: string[];
  /** Another file takes their place. */
  replaced: string[];
  /** Stay as they are, beside what comes. */
  kept: string[];
}

export function uniteWith(
  existing: readonly { path: string; sizeBytes: number }[],
  incoming: readonly { target: string; source: { sizeBytes: number } }[],
): Union {
  const sizes = new Map(incoming.map(({ target, source }) => [target, source.sizeBytes]));
  const union: Union = { same: [], replaced: [], kept: [] };
  for (const { path, sizeBytes } of existing) {
    const size = sizes.get(path);
    if (size === undefined) union.kept.push(path);
    else if (size === sizeBytes) union.same.push(path);
    else union.replaced.push(path);
  }
  return union;
}
