import type { GenerateInput } from "./input";
import { isTaskId } from "./task-id";

/** The JSON of one call: diffusers-service.md, section 5. */
export interface RequestBody {
  task_id: string;
  func_name: "t2i";
  prompt: string;
  negative_prompt: string;
  steps: number;
  cfg_scale: number;
  width: number;
  height: number;
  image_num: 1;
  /** Left out = random; the service does not remember it from call to call. */
  seed?: string;
  save_dir: string;
  use_base64: boolean;
  use_translate?: boolean;
}

/** Subfolder of the result folder: the service's own default, sent all the same. */
export const SAVE_DIR = "result";

/**
 * Every parameter, whether it is the default or not: what a request leaves out takes the value of the previous request,
 * whoever sent it (diffusers-service.md, section 9). One picture per request, since names within a batch collide.
 */
export function toRequestBody(input: GenerateInput, taskId: string): RequestBody {
  if (!isTaskId(taskId)) throw new RangeError(`not a task id: ${taskId}`);
  return {
    task_id: taskId,
    func_name: input.func,
    prompt: input.prompt,
    negative_prompt: input.negativePrompt,
    steps: input.steps,
    cfg_scale: input.cfgScale,
    width: input.width,
    height: input.height,
    image_num: 1,
    ...(input.seed === "" ? {} : { seed: input.seed }),
    save_dir: SAVE_DIR,
    use_base64: false,
    ...(input.useTranslate === undefined ? {} : { use_translate: input.useTranslate }),
  };
}

export interface PlannedRequest {
  taskId: string;
  body: RequestBody;
}

/** One request per picture. A given seed counts up from picture to picture, or all would be the same. */
export function planRequests(input: GenerateInput, newTaskId: () => string): PlannedRequest[] {
  return Array.from({ length: input.imageNum }, (_, at) => {
    const taskId = newTaskId();
    return { taskId, body: toRequestBody({ ...input, seed: nextSeed(input.seed, at) }, taskId) };
  });
}

function nextSeed(seed: string, steps: number): string {
  return seed === "" ? "" : BigInt.asUintN(64, BigInt(seed) + BigInt(steps)).toString();
}
