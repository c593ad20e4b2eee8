import type { Draft } from "./draft";
import type { MachineFacts } from "./machine";

/** A draft without a fault, and instance types to judge it by: the starting point of tests. */

export const SOUND_DRAFT: Draft = {
  check: { bucket: "pictures", region: "cn-hangzhou" },
  model: {
    source: "upload",
    bucket: "pictures",
    root: "models/sd15/",
    report: {
      fileCount: 20,
      sizeBytes: 4_000_000_000,
      errors: 0,
      warnings: 0,
      folders: { baseModel: true, controlnet: true, translate: true, lora: false, optimizedModel: false },
      complete: true,
    },
  },
  service: {
    name: "easel_test",
    region: "cn-hangzhou",
    instanceType: "ml.gu7i.c8m30.1-gu30",
    image: { kind: "official" },
    func: "base",
    blade: true,
    translate: true,
    closeSafety: false,
    mode: "sync",
    modelPath: "models/sd15/",
    resultPath: "results/",
    instances: 1,
    extraDiskGb: 100,
    keepaliveMs: 500_000,
  },
};

export const MACHINES: MachineFacts[] = [
  {
    instanceType: "ml.gu7i.c8m30.1-gu30",
    cpu: 8,
    memoryGb: 30,
    gpu: { model: "GU30", count: 1, memoryGb: 24 },
    available: true,
    stockStatus: "WithStock",
  },
  {
    instanceType: "ecs.gn6i-c4g1.xlarge",
    cpu: 4,
    memoryGb: 15,
    gpu: { model: "T4", count: 1, memoryGb: 16 },
    available: true,
    stockStatus: "WithStock",
  },
  { instanceType: "ecs.c7.large", cpu: 2, memoryGb: 4, available: false },
];
