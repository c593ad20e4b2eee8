import type { FindingExtras } from "./findings";
import type { Folder } from "./folder";
import type { Probe } from "./probe";
import type { ModelFile, Repair } from "./types";

/** What the service will be started with, as far as the model folder is concerned. */
export interface CheckFlags {
  func: "base" | "controlnet";
  blade: boolean;
  translate: boolean;
  closeSafety: boolean;
  /** Not the public image: statements about its loaders become warnings. */
  customImage?: boolean;
}

export interface CheckContext extends Probe {
  flags: CheckFlags;
  /** The model root as the container will see it. */
  root: Folder<ModelFile>;
  /** Repairs as extras of a finding; none for files in OSS, which stay as they are. */
  offer(proof: string | undefined, ...repairs: Repair[]): FindingExtras;
}
