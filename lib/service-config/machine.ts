/** What the rules need of an instance type. EAS's MachineSpec fits. */
export interface MachineFacts {
  instanceType: string;
  cpu: number;
  memoryGb: number;
  gpu?: { model: string; count: number; memoryGb?: number };
  available: boolean;
  stockStatus?: string;
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
