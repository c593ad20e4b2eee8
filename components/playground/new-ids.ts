import { toTaskId } from "@/lib/playground/task-id";

export const newTaskId = () => toTaskId(crypto.getRandomValues(new Uint8Array(10)));

/** 63 bits: every generator of random numbers takes them. */
export function newSeed(): string {
  const [bits = 0n] = crypto.getRandomValues(new BigUint64Array(1));
  return BigInt.asUintN(63, bits).toString();
}
