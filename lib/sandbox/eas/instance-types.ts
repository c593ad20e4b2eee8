/** Public instance types with the numbers that a source states (reference: regions-and-instances.md §3). No prices. */
export interface InstanceType {
  name: string;
  cpu: number;
  memoryGb: number;
  gpu?: { model: string; count: number; memoryGb: number };
}

const gpuType = (
  name: string,
  cpu: number,
  memoryGb: number,
  model: string,
  gpuMemoryGb: number,
  count = 1,
): InstanceType => ({ name, cpu, memoryGb, gpu: { model, count, memoryGb: gpuMemoryGb } });

export const INSTANCE_TYPES: readonly InstanceType[] = [
  gpuType("ml.gu7i.c8m30.1-gu30", 8, 30, "GU30", 24),
  gpuType("ml.gu7i.c16m60.1-gu30", 16, 60, "GU30", 24),
  gpuType("ml.gu7i.c32m188.1-gu30", 32, 188, "GU30", 24),
  gpuType("ecs.gn6i-c4g1.xlarge", 4, 15, "T4", 16),
  gpuType("ecs.gn6i-c8g1.2xlarge", 8, 31, "T4", 16),
  gpuType("ecs.gn6i-c16g1.4xlarge", 16, 62, "T4", 16),
  gpuType("ecs.gn6v-c8g1.2xlarge", 8, 32, "V100", 16),
  gpuType("ecs.gn6e-c12g1.3xlarge", 12, 92, "V100", 32),
  gpuType("ecs.gn7i-c8g1.2xlarge", 8, 30, "A10", 24),
  gpuType("ecs.gn7i-c16g1.4xlarge", 16, 60, "A10", 24),
  gpuType("ecs.gn7e-c16g1.4xlarge", 16, 125, "A100", 80),
  gpuType("ecs.gn7e-c16g1.8xlarge", 32, 250, "A100", 80, 2),
  gpuType("ecs.gn7e-c16g1.16xlarge", 64, 500, "A100", 80, 4),
  gpuType("ecs.gn7e-c16g1.32xlarge", 128, 1000, "A100", 80, 8),
  { name: "ecs.r7.large", cpu: 2, memoryGb: 16 },
  { name: "ecs.r7.xlarge", cpu: 4, memoryGb: 32 },
];

export function findInstanceType(name: string): InstanceType | undefined {
  return INSTANCE_TYPES.find((type) => type.name === name);
}

/** What may be had without naming a type: cores with the memory sizes (GB) that go with them. */
export const FREE_PAIRS = [1, 2, 4, 8, 16, 32].map((cpu) => ({ CPU: cpu, Memory: [cpu * 2, cpu * 4, cpu * 8] }));
