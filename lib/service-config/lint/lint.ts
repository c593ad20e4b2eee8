import { viewConfig } from "../config-view";
import type { ConfigDocument } from "../document";
import type { LintFacts, LintFinding, Rule } from "./finding";
import { hardwareRules, networkRules } from "./hardware";
import { exclusiveRules, nameRules, spellingRules } from "./identity";
import { diskRules, ownImageRules, portRules, queueRules, timeRules } from "./limits";
import { modelRules, sharedRootRules } from "./model";
import { diffusersMountRules, mountRules, resultPlaceRules } from "./mounts";
import { bucketRules, imageRules, regionRules } from "./place";
import { autoscalerRules, probeRules, secretRules } from "./scaling";

/** In the order of the screen. */
const RULES: readonly Rule[] = [
  nameRules,
  imageRules,
  ownImageRules,
  exclusiveRules,
  hardwareRules,
  regionRules,
  bucketRules,
  mountRules,
  diffusersMountRules,
  resultPlaceRules,
  modelRules,
  sharedRootRules,
  timeRules,
  queueRules,
  portRules,
  diskRules,
  autoscalerRules,
  probeRules,
  networkRules,
  secretRules,
  spellingRules,
];

/** All findings; rules whose facts are unknown stay silent. */
export function lintDocument({ value }: ConfigDocument, facts: LintFacts): LintFinding[] {
  const view = viewConfig(value);
  const level = view.isOwnImage ? "warning" : "error";
  return RULES.flatMap((rule) => rule({ value, view, facts, level })).filter(
    (finding) => finding !== false && finding !== undefined,
  );
}
