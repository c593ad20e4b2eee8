import type { ConfigView } from "./config-view";
import type { MachineFacts } from "./machine";

/** What the review's sentence says will happen; the words are the screen's. */
export interface ConfigSummary {
  name: string;
  instances: number;
  instanceTypes: string[];
  gpu?: { model: string; count: number; memoryGb?: number };
  /** A charge runs from Running on; EAS tells no price. */
  isCharged: boolean;
  mode: "sync" | "async";
  image: string;
  modelUri?: string;
  resultUri?: string;
  /** Of the diffusers program; absent for another one. */
  flags?: { func: "base" | "controlnet"; blade: boolean; translate: boolean };
}

export function summarizeConfig(view: ConfigView, machines: readonly MachineFacts[] = []): ConfigSummary {
  const instanceTypes = view.instanceTypes.map(({ type }) => type);
  return {
    name: view.name ?? "",
    instances: view.instances,
    instanceTypes,
    gpu: machines.find(({ instanceType }) => instanceType === instanceTypes[0])?.gpu,
    isCharged: view.instances > 0,
    mode: view.isAsync ? "async" : "sync",
    image: view.image,
    modelUri: view.model?.uri,
    resultUri: view.result?.uri,
    ...(view.isDiffusers && view.parsed && { flags: view.parsed.flags }),
  };
}
