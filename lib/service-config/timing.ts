/**
 * Seconds that a request takes, for judging the keepalive. Measured by the document on an A10 with 50 steps
 * (diffusers-service.md §7); other cards and sizes are scaled from there by pixels and steps.
 */
const SECONDS_AT_512 = { plain: 6.14, blade: 2.68 };
/** From 512² to 768² both pipelines grow a little faster than the pixels (6.14 → 14.88, 2.68 → 6.45). */
const GROWTH = 1.09;
/** A T4 takes about three times as long as an A10. */
const SLOWER_CARD = 3;

export interface RequestSize {
  width: number;
  height: number;
  steps: number;
  count: number;
}

/** The largest request that the playground offers without asking twice. */
export const WORST_REQUEST: RequestSize = { width: 1024, height: 1024, steps: 50, count: 4 };

export function worstCaseSeconds(blade: boolean, size: RequestSize = WORST_REQUEST): number {
  const pixels = (size.width * size.height) / (512 * 512);
  const one = SECONDS_AT_512[blade ? "blade" : "plain"] * pixels ** GROWTH * (size.steps / 50);
  // Blade has only fast cards to run on.
  return Math.ceil(one * size.count * (blade ? 1 : SLOWER_CARD));
}
