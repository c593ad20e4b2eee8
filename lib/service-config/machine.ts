/** What the rules need of an instance type. EAS's MachineSpec fits. */
export interface MachineFacts {
  instanceType: string;
  cpu: number;
  memoryGb: number;
  gpu?: { model: string; count: number; memoryGb?: number };
  available: boolean;
  stockStatus?: string;
  /** What a spot instance costs of the full price, as a fraction. */
  spotDiscount?: number;
  /** The same without the protected first hour. */
  unprotectedSpotDiscount?: number;
}

/**
 * Blade runs on A10, A100 and PAI's GU series only (diffusers-service.md §2). EAS names the model `GU30`, `A10`, `NVIDIA A10` …
 */
export function supportsBlade(gpuModel: string | undefined): boolean {
  return gpuModel !== undefined && /\b(A10|A100|GU\d+)\b/i.test(gpuModel);
}

/** Only one word for "there is some" is documented, `WithStock`; what says the opposite is a word that says so. */
export function hasStock(machine: Pick<MachineFacts, "available" | "stockStatus">): boolean {
  if (!machine.available) return false;
  return machine.stockStatus === undefined || !/no.?stock|without|soldout|closed/i.test(machine.stockStatus);
}

/** How many of the types with a card can be had now. */
export function gpuStock(machines: readonly MachineFacts[]): { count: number; total: number } {
  const gpus = machines.filter(({ gpu }) => gpu);
  return { count: gpus.filter(hasStock).length, total: gpus.length };
}

/** The wanted type where it is in stock, else one that is: with Blade, then with the smallest card. Sold out, it stays. */
export function machineInStock<M extends MachineFacts>(machines: readonly M[], wanted: string): M | undefined {
  const named = machines.find(({ instanceType }) => instanceType === wanted);
  if (named && hasStock(named)) return named;
  const rank = ({ gpu }: M) => (supportsBlade(gpu?.model) ? 0 : 10_000) + (gpu?.memoryGb ?? 1000) * (gpu?.count ?? 1);
  const free = machines.filter((machine) => machine.gpu && hasStock(machine)).sort((a, b) => rank(a) - rank(b));
  return free[0] ?? named ?? machines[0];
}

/** GB beside the weights that a picture of 512 × 512 takes, from the document's own measurements (diffusers-service.md §7). */
const HEADROOM_GB = { plain: 4.9, blade: 3.4 };

/** GPU memory in GB that a model takes: its weights as the container holds them (fp16), and room to work. */
export function gpuMemoryNeed(weightsBytes: number, blade: boolean): number {
  return weightsBytes / 1e9 + HEADROOM_GB[blade ? "blade" : "plain"];
}
