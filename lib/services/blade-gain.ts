/** What is needed of a picture to compare times. */
export interface TimedPicture {
  elapsedMs?: number;
  useBlade?: boolean;
  input: { func: string; width?: number; height?: number; steps: number };
}

export interface Gain {
  size: string;
  steps: number;
  withMs?: number;
  withoutMs?: number;
}

/** The median seconds before and after, of pictures that can be compared; the kind with most of them, both sides first. */
export function bladeGain(pictures: readonly TimedPicture[]): Gain | undefined {
  const kinds = new Map<string, { gain: Gain; on: number[]; off: number[] }>();
  for (const { elapsedMs, useBlade, input } of pictures) {
    const { func, width, height, steps } = input;
    if (elapsedMs === undefined || useBlade === undefined || func !== "t2i" || !width || !height) continue;
    const size = `${width} × ${height}`;
    const kind = kinds.get(`${size} ${steps}`) ?? { gain: { size, steps }, on: [], off: [] };
    kinds.set(`${size} ${steps}`, kind);
    (useBlade ? kind.on : kind.off).push(elapsedMs);
  }
  const rank = ({ on, off }: { on: number[]; off: number[] }) =>
    (on.length > 0 && off.length > 0 ? 1000 : 0) + on.length + off.length;
  const best = [...kinds.values()].sort((a, b) => rank(b) - rank(a))[0];
  return best && { ...best.gain, withMs: middle(best.on), withoutMs: middle(best.off) };
}

function middle(values: readonly number[]): number | undefined {
  return values.toSorted((a, b) => a - b)[Math.floor((values.length - 1) / 2)];
}
