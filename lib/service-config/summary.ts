import { imageAddress } from "./defaults";
import { type Draft, toOssUri } from "./draft";
import type { MachineFacts } from "./machine";

/** What the review's sentence says will happen; the words are the screen's. */
export interface DraftSummary {
  name: string;
  region: string;
  instances: number;
  instanceType: string;
  gpu?: { model: string; count: number; memoryGb?: number };
  /** A charge runs from Running on; EAS tells no price. */
  isCharged: boolean;
  mode: "sync" | "async";
  func: "base" | "controlnet";
  image: string;
  modelUri: string;
  resultUri: string;
  modelSizeBytes?: number;
  blade: boolean;
  translate: boolean;
}

export function summarizeDraft({ check, model, service }: Draft, machine?: MachineFacts): DraftSummary {
  return {
    name: service.name,
    region: service.region,
    instances: service.instances,
    instanceType: service.instanceType,
    gpu: machine?.gpu,
    isCharged: service.instances > 0,
    mode: service.mode,
    func: service.func,
    image: imageAddress(service.image, service.region),
    modelUri: toOssUri(model.bucket, service.modelPath),
    resultUri: toOssUri(check.bucket, service.resultPath),
    modelSizeBytes: model.report?.sizeBytes,
    blade: service.blade,
    translate: service.translate,
  };
}
