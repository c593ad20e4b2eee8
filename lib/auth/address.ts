/**
 * The address that the nearest proxy wrote down, which is the last one: those before it came with the request, where
 * anybody can write anything, and a new one for each guess would undo the limit per address. Behind no proxy Next fills
 * the header from the socket when it is empty.
 */
export function nearestAddress(forwardedFor: string | null): string {
  return forwardedFor?.split(",").at(-1)?.trim().slice(0, 64) || "unknown";
}
