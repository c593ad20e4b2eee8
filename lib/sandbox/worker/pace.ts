/**
 * How long things take, and how much GPU memory they want. Measured by the service's authors on an A10 with 50 steps
 * (reference: diffusers-service.md §7); other sizes and cards are scaled from that.
 */

interface GpuModel {
  memoryGb: number;
  /** Time on this card relative to an A10. */
  timeFactor: number;
  /** Blade supports A10, A100 and the GU series only (reference: diffusers-service.md §2). */
  blade: boolean;
}

const A10: GpuModel = { memoryGb: 24, timeFactor: 1, blade: true };

const GPUS: Readonly<Record<string, GpuModel>> = {
  A10,
  A100: { memoryGb: 80, timeFactor: 0.5, blade: true },
  GU30: { memoryGb: 24, timeFactor: 1, blade: true },
  GU108: { memoryGb: 96, timeFactor: 0.5, blade: true },
  V100: { memoryGb: 16, timeFactor: 1.1, blade: false },
  P100: { memoryGb: 16, timeFactor: 2.2, blade: false },
  P4: { memoryGb: 8, timeFactor: 4, blade: false },
  T4: { memoryGb: 16, timeFactor: 2.4, blade: false },
};

/** Tolerates vendor spellings such as `NVIDIA A10` and `GU30`. Unknown cards count as an A10 without Blade. */
export function gpuModel(name: string): GpuModel {
  const word = name.toUpperCase().match(/GU\d+|A100|A10|V100|P100|P4|T4/)?.[0];
  if (word === undefined) return { ...A10, blade: false };
  return GPUS[word] ?? A10;
}

/** Pixels, seconds without Blade, seconds with Blade. Without Blade the A10 has no third value: the curve goes on. */
const MEASURED: readonly (readonly [number, number, number])[] = [
  [512 * 512, 6.14, 2.68],
  [768 * 768, 14.88, 6.45],
  [1024 * 1024, 29, 14.36],
];

/** At speed 1 a 512² picture of 50 steps shall take about three seconds without Blade. */
const DEMONSTRATION_FACTOR = 0.49;

export interface Job {
  width: number;
  height: number;
  steps: number;
  images: number;
}

/** Simulated time of one request at speed 1. */
export function generationMs(job: Job, gpu: string, useBlade: boolean): number {
  const seconds = secondsFor50Steps(job.width * job.height, useBlade ? 2 : 1);
  const share = (Math.max(job.steps, 1) / 50) * Math.max(job.images, 1);
  return seconds * share * gpuModel(gpu).timeFactor * DEMONSTRATION_FACTOR * 1000;
}

function secondsFor50Steps(pixels: number, column: 1 | 2): number {
  const [first, second, third] = MEASURED;
  if (!first || !second || !third) return 0;
  if (pixels <= first[0]) return (first[column] * pixels) / first[0];
  const [low, high] = pixels <= second[0] ? [first, second] : [second, third];
  const share = (pixels - low[0]) / (high[0] - low[0]);
  return low[column] + share * (high[column] - low[column]);
}

/**
 * Without Blade attention needs memory with the square of the area: 6.98 GB at 512², 15.35 GB at 768², out of memory at
 * 1024² on 24 GB. With Blade it stays nearly flat: 5.44, 5.77, 5.98 GB.
 */
export function memoryGb(job: Job, useBlade: boolean): number {
  const images = Math.max(job.images, 1);
  const megapixels = (job.width * job.height) / (1024 * 1024);
  if (useBlade) return 5.27 + (0.6 * megapixels + 0.12 * megapixels * megapixels) * images;
  return 4.92 + 32.9 * megapixels * megapixels * images;
}

/** Text of torch's refusal, or undefined when the job fits. */
export function outOfMemory(job: Job, gpu: string, useBlade: boolean, otherGb = 0): string | undefined {
  const isTooMuch = memoryGb(job, useBlade) + otherGb > usableGb(gpu);
  return isTooMuch ? outOfMemoryText(job, gpu, useBlade, otherGb) : undefined;
}

/** What the optimisation's own process holds: a second copy of the model and its traces. Not measured. */
export const OPTIMISING_GB = 9;

/** The driver and the context take their part of the card. */
const usableGb = (gpu: string) => gpuModel(gpu).memoryGb * 0.925;

/** What torch says when it cannot get what this job wants. */
export function outOfMemoryText(job: Job, gpu: string, useBlade: boolean, otherGb = 0): string {
  const usable = usableGb(gpu);
  const base = useBlade ? 5.27 : 4.92;
  const gib = (value: number) => `${value.toFixed(2)} GiB`;
  return (
    `CUDA out of memory. Tried to allocate ${gib((memoryGb(job, useBlade) - base) / 2)} (GPU 0; ${gib(usable)} total capacity; ` +
    `${gib(base)} already allocated; ${gib(Math.max(0, usable - base - otherGb - 0.4))} free; ${gib(base + 0.3)} reserved in total by PyTorch) ` +
    "If reserved memory is >> allocated memory try setting max_split_size_mb to avoid fragmentation. " +
    "See documentation for Memory Management and PYTORCH_CUDA_ALLOC_CONF"
  );
}

/** Start-up and background stages at speed 1, in milliseconds. */
export const STAGE_MS = {
  imports: 1500,
  convertCheckpoint: 5000,
  convertLora: 700,
  loadPipeline: 2500,
  loadControlnet: 900,
  loadTranslation: 1500,
  loadBlade: 700,
  copyBlade: 900,
  /** About 30 minutes in truth; a minute is long enough for a demonstration. */
  optimiseBlade: 55_000,
  saveBladePart: 1200,
} as const;
