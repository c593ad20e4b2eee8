/** The one that follows by so many, around the end of 64 bits; a random one stays random. */
export function nextSeed(seed: string, steps: number): string {
  return seed === "" ? "" : BigInt.asUintN(64, BigInt(seed) + BigInt(steps)).toString();
}
