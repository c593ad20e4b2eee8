import { taskIdOf } from "@/lib/generations/picture-name";
import type { FormValues } from "@/lib/playground/form-values";
import { recallValues } from "@/lib/playground/form-values";
import { inputImages } from "@/lib/playground/limits";
import { type ParsedParameters, parseParametersText } from "@/lib/playground/parameters-text";
import { PICTURE_BYTES_MAX, readPictureTexts } from "./picture-text";
import type { Picture } from "./view";

/** What a picture says of its settings, wherever the file came from. */
export type Dropped =
  /** One of ours, by the task id in its name. */
  { kind: "ours"; picture: Picture } | { kind: "text"; text: string; parsed: ParsedParameters } | { kind: "none" };

/** `find` looks a task id up in the gallery; undefined where it is not there. */
export async function readDropped(
  file: File,
  find: (taskId: string) => Promise<Picture | undefined>,
): Promise<Dropped> {
  const taskId = taskIdOf(file.name);
  const picture = taskId === undefined ? undefined : await find(taskId);
  if (picture?.generation) return { kind: "ours", picture };
  if (file.size > PICTURE_BYTES_MAX) return { kind: "none" };
  const texts = await readPictureTexts(new Uint8Array(await file.arrayBuffer()));
  return readText(texts.get("parameters") ?? "");
}

export function readText(text: string): Dropped {
  const parsed = parseParametersText(text);
  return parsed ? { kind: "text", text, parsed } : { kind: "none" };
}

/** What stands in the way of using a setting: of the reader's own words only input pictures, the rest as it was written. */
export type Unused = { kind: "inputs" } | { kind: "setting"; name: string; value: string };

/** The form's values with those settings, and what of them could not be used with this service. */
export function droppedValues(
  before: FormValues,
  dropped: Exclude<Dropped, { kind: "none" }>,
  service: string,
): { values: FormValues; unused: Unused[] } {
  if (dropped.kind === "text") {
    const { settings, unused } = dropped.parsed;
    return {
      values: { ...before, loras: [], ...settings, imageNum: 1 },
      unused: unused.map((one) => ({ kind: "setting", ...one })),
    };
  }
  const { generation } = dropped.picture;
  if (!generation) return { values: before, unused: [] };
  const values = recallValues(before, generation.input, generation.seed);
  const isElsewhere = generation.service !== service && inputImages(generation.input).length > 0;
  // Pictures lie in the result folder of the service that they were given to.
  if (!isElsewhere) return { values, unused: [] };
  return { values: { ...values, image: before.image, mask: before.mask }, unused: [{ kind: "inputs" }] };
}

/** Between the gallery and the playground, which is another page: within this tab, and once. */
const KEPT = "easel-dropped-parameters";

export function keepText(text: string): void {
  sessionStorage.setItem(KEPT, text);
}

export function takeText(): string {
  const text = sessionStorage.getItem(KEPT) ?? "";
  sessionStorage.removeItem(KEPT);
  return text;
}
