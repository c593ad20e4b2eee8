import { join } from "node:path";
import { z } from "zod";
import type { Faults } from "@/lib/sandbox/core/faults";
import { readJsonFile, writeJsonFile } from "@/lib/sandbox/core/json-file";
import { findInstanceType } from "./instance-types";

/** Which instance types can be had just now. All can, until the control port says otherwise. */
export interface Stock {
  isAvailable(instanceType: string): boolean;
  /** As the catalogue shows it: a fault on demand counts too, without being used up. */
  isOffered(instanceType: string): boolean;
  set(instanceType: string, available: boolean): Promise<void>;
  soldOut(): string[];
  /** Resolves when any type's stock changes. */
  waitForChange(signal: AbortSignal): Promise<void>;
  reset(): Promise<void>;
}

export async function openStock(folder: string, faults?: Faults): Promise<Stock> {
  const path = join(folder, "stock.json");
  const gone = new Set((await readJsonFile(path, (value) => z.array(z.string()).parse(value))) ?? []);
  const waiting = new Set<() => void>();
  const changed = async () => {
    await writeJsonFile(path, [...gone]);
    for (const wake of [...waiting]) wake();
  };
  return {
    isAvailable: (type) => findInstanceType(type) !== undefined && !gone.has(type),
    isOffered: (type) =>
      findInstanceType(type) !== undefined &&
      !gone.has(type) &&
      !faults?.peek("out-of-stock", {}, ({ instanceType }) => instanceType === "*" || instanceType === type),
    async set(type, available) {
      if (available) gone.delete(type);
      else gone.add(type);
      await changed();
    },
    soldOut: () => [...gone],
    waitForChange: (signal) =>
      new Promise((resolve, reject) => {
        if (signal.aborted) return reject(signal.reason);
        const finish = () => {
          waiting.delete(finish);
          signal.removeEventListener("abort", finish);
          if (signal.aborted) reject(signal.reason);
          else resolve();
        };
        waiting.add(finish);
        signal.addEventListener("abort", finish);
      }),
    async reset() {
      gone.clear();
      await changed();
    },
  };
}
