import { ServiceError } from "./answer";
import {
  controlled,
  type Draw,
  imageToImage,
  inpaint,
  isProcessFunction,
  outpaint,
  PROCESS_FUNCTIONS,
  type Sides,
} from "./edits";
import { generationMs, type Job, outOfMemory, outOfMemoryText } from "./pace";
import { type Picture, resize, transform } from "./pictures";
import type { Pipeline } from "./pipeline";
import { PythonError } from "./python-error";
import { type PythonObject, pythonRepr, pythonStr } from "./python-json";
import { drawMark } from "./render/mark";
import { renderPicture } from "./render/render";
import { isOffensive } from "./render/scene";
import type { ParsedRequest } from "./request";
import { prompt, realNumber, type StickyValues, side, wholeNumber } from "./values";

export interface GenerationSetup {
  pipeline: Pipeline;
  gpu: string | undefined;
  useBlade: boolean;
  /** The card refuses this request whatever its size. */
  isMemoryFull: boolean;
  seed: bigint;
  /** LoRA and ControlNet weights in use, as a text. */
  flavour: string;
  sleep(ms: number): Promise<void>;
  warn(message: string): void;
  /** Bare output: the progress bar of the pipeline. */
  print(text: string): void;
}

export interface Generated {
  pictures: Picture[];
  /** null without a safety checker. */
  isNsfw: boolean[] | null;
}

/** Makes the pictures of one request: the pipeline's own refusals first, then its time, then the drawing. */
export async function generate(
  request: ParsedRequest,
  values: StickyValues,
  setup: GenerationSetup,
): Promise<Generated> {
  const plan = planJob(request, values, setup);
  checkHardware(plan.job, setup);
  const ms = generationMs(plan.job, setup.gpu ?? "", setup.useBlade);
  await setup.sleep(ms);
  setup.print(progressBar(plan.job.steps, ms));
  const text = prompt(values.prompt);
  const negativePrompt = pythonStr(values.negative_prompt);
  const cfgScale = realNumber(values.cfg_scale);
  const { pipeline, seed, flavour } = setup;
  const isBlack = pipeline.hasSafetyChecker && isOffensive(text);
  const pictures: Picture[] = [];
  for (let index = 0; index < plan.job.images; index++) {
    const draw: Draw = (width, height) =>
      renderPicture({
        prompt: text,
        negativePrompt,
        seed,
        width,
        height,
        steps: plan.job.steps,
        cfgScale,
        index,
        flavour,
      });
    const picture = await plan.make(draw);
    if (isBlack) picture.pixels.fill(0);
    else drawMark(picture);
    pictures.push(picture);
  }
  return { pictures, isNsfw: pipeline.hasSafetyChecker ? pictures.map(() => isBlack) : null };
}

/** The last state of the bar that the pipeline draws while it denoises. */
function progressBar(steps: number, ms: number): string {
  const seconds = Math.max(ms / 1000, 0.01);
  const clock = `00:${String(Math.min(59, Math.floor(seconds))).padStart(2, "0")}`;
  return `100%|██████████| ${steps}/${steps} [${clock}<00:00, ${(steps / seconds).toFixed(2)}it/s]`;
}

interface Plan {
  job: Job;
  make(draw: Draw): Promise<Picture>;
}

function planJob(
  { fields, functionName, image, mask }: ParsedRequest,
  values: StickyValues,
  setup: GenerationSetup,
): Plan {
  const resizeMode = Number(fields.get("resize_mode") ?? 0n);
  if (functionName === "t2i" || !image) return textToImage(values);
  const sizes = { steps: stepCount(values), images: imageCount(values) };
  switch (functionName) {
    case "i2i":
    case "inpaint": {
      const strength = denoisingStrength(fields, setup);
      const width = wholeNumber(values.width);
      const height = wholeNumber(values.height);
      checkSide(width, height);
      return {
        job: { width, height, ...sizes, steps: Math.ceil(sizes.steps * strength) },
        make: async (draw) => {
          const base = await transform(image, width, height, resizeMode);
          if (!mask) return imageToImage(base, strength, draw);
          return inpaint(base, await transform(mask, width, height, resizeMode), strength, draw);
        },
      };
    }
    case "outpaint": {
      const strength = denoisingStrength(fields, setup);
      const sides = expandSides(fields);
      const type = pythonStr(fields.get("expand_type") ?? "copy");
      const [left, right, up, down] = sides;
      return {
        job: { width: image.width + left + right, height: image.height + up + down, ...sizes },
        make: (draw) => outpaint(image, sides, type, strength, draw),
      };
    }
    case "controlnet":
      return planControlnet(fields, values, image, resizeMode, sizes);
  }
}

/** Rounded up to multiples of 8 for the pipeline, and brought back to the wished size afterwards. */
function textToImage(values: StickyValues): Plan {
  const width = side(values.width);
  const height = side(values.height);
  const up = (value: number) => Math.ceil(Math.floor(value) / 8) * 8;
  checkSide(width, height);
  return {
    job: { width: up(width), height: up(height), steps: stepCount(values), images: imageCount(values) },
    make: async (draw) => {
      const picture = await draw(up(width), up(height));
      return resize(picture, wholeNumber(values.width), wholeNumber(values.height));
    },
  };
}

function planControlnet(
  fields: PythonObject,
  values: StickyValues,
  image: NonNullable<ParsedRequest["image"]>,
  resizeMode: number,
  sizes: { steps: number; images: number },
): Plan {
  const width = wholeNumber(values.width);
  const height = wholeNumber(values.height);
  checkSide(width, height);
  const processFunction = fields.get("process_func") ?? undefined;
  if (processFunction !== undefined && !isProcessFunction(processFunction)) {
    throw new ServiceError(
      "input",
      `We only support process function list of ${pythonRepr([...PROCESS_FUNCTIONS])}. But got ${pythonStr(processFunction)}.`,
    );
  }
  if (width % 8 !== 0 || height % 8 !== 0) {
    throw new PythonError(
      "ValueError",
      `\`height\` and \`width\` have to be divisible by 8 but are ${height} and ${width}.`,
    );
  }
  const scale = realNumber(fields.get("control_scale") ?? 1);
  return {
    job: { width, height, ...sizes },
    make: (draw) => controlled(image, width, height, { resizeMode, processFunction, scale }, draw),
  };
}

function checkSide(width: number, height: number): void {
  const smallest = Math.min(width, height);
  if (smallest < 0) {
    const latent = Math.floor(smallest / 8);
    throw new PythonError(
      "RuntimeError",
      `Trying to create tensor with negative dimension ${latent}: [1, 4, ${latent}, ${latent}]`,
    );
  }
  if (smallest < 1) {
    throw new PythonError(
      "RuntimeError",
      "cannot reshape tensor of 0 elements into shape [2, 0, 8, -1] because the unspecified dimension size -1 can be any value and is ambiguous",
    );
  }
}

function stepCount(values: StickyValues): number {
  const { steps } = values;
  if (typeof steps === "string") throw new PythonError("TypeError", 'can only concatenate str (not "int") to str');
  const count = wholeNumber(steps);
  if (count < -1) throw new PythonError("ValueError", `Number of samples, ${count + 1}, must be non-negative.`);
  return count;
}

function imageCount(values: StickyValues): number {
  const count = wholeNumber(values.image_num);
  if (count >= 1) return count;
  throw new PythonError(
    "RuntimeError",
    "cannot reshape tensor of 0 elements into shape [0, 77, -1] because the unspecified dimension size -1 can be any value and is ambiguous",
  );
}

function denoisingStrength(fields: PythonObject, { warn }: GenerationSetup): number {
  const strength = realNumber(fields.get("denoising_strength") ?? 0.55);
  if (strength < 0.1) {
    warn("You should put denoising_strength larger than 0.1. Change to 0.1 by default.");
    return 0.1;
  }
  if (strength > 1) {
    throw new PythonError("ValueError", `The value of strength should in [0.0, 1.0] but is ${pythonRepr(strength)}`);
  }
  return strength;
}

function expandSides(fields: PythonObject): Sides {
  const expand = fields.get("expand") ?? [128n, 128n, 128n, 128n];
  if (!Array.isArray(expand)) throw new PythonError("TypeError", "cannot unpack non-iterable int object");
  const [left, right, up, down, ...more] = expand.map(wholeNumber);
  if (left === undefined || right === undefined || up === undefined || down === undefined) {
    throw new PythonError("ValueError", `not enough values to unpack (expected 4, got ${expand.length})`);
  }
  if (more.length > 0) throw new PythonError("ValueError", "too many values to unpack (expected 4)");
  if (Math.min(left, right, up, down) < 0)
    throw new PythonError("ValueError", "could not broadcast input array: negative expand");
  return [left, right, up, down];
}

/** What the models and the card refuse, whatever the request says. */
function checkHardware(job: Job, { pipeline, gpu, useBlade, isMemoryFull }: GenerationSetup): void {
  const fail = (message: string) => new PythonError("RuntimeError", message);
  if (gpu === undefined) throw fail(`"LayerNormKernelImpl" not implemented for 'Half'`);
  const { unetChannels, crossAttentionWidth, controlnetWidth } = pipeline;
  if (controlnetWidth !== undefined && controlnetWidth !== crossAttentionWidth) {
    throw fail(`mat1 and mat2 shapes cannot be multiplied (154x${crossAttentionWidth} and ${controlnetWidth}x320)`);
  }
  if (unetChannels !== 4) {
    throw fail(
      `Given groups=1, weight of size [320, ${unetChannels}, 3, 3], expected input[2, 4, ${Math.ceil(job.height / 8)}, ` +
        `${Math.ceil(job.width / 8)}] to have ${unetChannels} channels, but got 4 channels instead`,
    );
  }
  const memory = isMemoryFull ? outOfMemoryText(job, gpu, useBlade) : outOfMemory(job, gpu, useBlade);
  if (memory) throw fail(memory);
}
