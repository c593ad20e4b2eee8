import type { Folder } from "./folder";
import type { Probe } from "./probe";
import type { ModelFile } from "./types";

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
  /** What is fetched beside it, and cannot be looked at yet. */
  coming: ReadonlySet<"translate">;
}
