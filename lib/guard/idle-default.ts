import { type ConfigView, viewConfig } from "@/lib/service-config/config-view";
import { applyPatches, readDocument } from "@/lib/service-config/document";
import { type Path, valueAt } from "@/lib/service-config/json-path";
import { IDLE_LABEL } from "./rule";

/** Whether a new service stops by itself when nobody uses it: part of its configuration, so that it holds everywhere. */

export const IDLE_PATH: Path = ["labels", IDLE_LABEL];
export const IDLE_SPAN = "60m";

/**
 * A service to try things with: one instance of the image that we know, which answers at once. What has a queue, several
 * instances or an image of its own is meant for other programs, whose calls the guard sees less well or not at all.
 */
export function isForTrying({ isDiffusers, isOwnImage, isAsync, instances }: ConfigView): boolean {
  return isDiffusers && !isOwnImage && !isAsync && instances === 1;
}

/** Stops by itself where it is for trying, as long as nobody decided otherwise or wrote a label of their own. */
export function withIdleDefault(text: string, isDecided: boolean): string {
  const read = readDocument(text);
  if (!read.ok || isDecided) return text;
  const { value } = read.document;
  const label = valueAt(value, IDLE_PATH);
  const wanted = isForTrying(viewConfig(value)) ? IDLE_SPAN : undefined;
  if (label === wanted || (label !== undefined && label !== IDLE_SPAN)) return text;
  return applyPatches(text, [{ path: IDLE_PATH, value: wanted }]);
}
