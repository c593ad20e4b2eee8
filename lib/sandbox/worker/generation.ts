import { ServiceError } from "./answer";
import type { ChannelOrder } from "./control/follow";
import { isProcessFunction, PROCESS_FUNCTIONS } from "./control/kinds";
import { controlled, type Draw, imageToImage, inpaint, outpaint } from "./edits";
import { checkInputs, type Inputs } from "./inputs";
import { expandSides } from "./outpaint";
import { generationMs, type Job, outOfMemory, outOfMemoryText } from "./pace";
import { checkSides, type OpenedPicture, type Picture, type PilImage, resize, transform } from "./pictures";
import type { Pipeline } from "./pipeline";
import { PythonError } from "./python-error";
import { type PythonObject, pythonRepr, pythonStr } from "./python-json";
import { drawMark } from "./render/mark";
import { renderPicture } from "./render/render";
import { isOffensive } from "./render/scene";
import type { ParsedRequest } from "./request";
import { comparable, given, pilSide, pythonInt, type StickyValues, seedNumber, side } from "./values";

export interface GenerationSetup {
  pipeline: Pipeline;
  gpu: string | undefined;
  useBlade: boolean;
  /** Memory that another process holds on the card: an optimisation under way. */
  otherGb: number;
  /** The card refuses this request whatever its size. */
  isMemoryFull: boolean;
  /** As the request gave it, or a random one. */
  seed: Parameters<typeof seedNumber>[0];
  /** Model, LoRA and ControlNet weights in use, as a text. */
  flavour: string;
  /** Set by the last `controlnet_path`. */
  channelOrder: ChannelOrder;
  sleep(ms: number): Promise<void>;
  warn(message: string): void;
  /** Bare output: the progress bar of the pipeline. */
  print(text: string): void;
}

export interface Generated {
  pictures: Picture[];
  /** How many of them the program will try to save. */
  wanted: number;
  /** null without a safety checker. */
  isNsfw: boolean[] | null;
}

/** One request as it will be worked on. */
interface Plan {
  job: Job;
  inputs: Inputs;
  /** Pixels of the given pictures; what is wrong with them shows here. */
  prepare(): Promise<(draw: Draw) => Promise<Picture>>;
}

/** Makes the pictures of one request: the pipeline's own refusals first, then its time, then the drawing. */
export async function generate(
  request: ParsedRequest,
  values: StickyValues,
  setup: GenerationSetup,
): Promise<Generated> {
  const { pipeline, flavour } = setup;
  const seed = seedNumber(setup.seed);
  const { job, inputs, prepare } = plan(request, values, setup);
  checkHardware(job, setup);
  const make = await prepare();
  const ms = generationMs(job, setup.gpu ?? "", setup.useBlade);
  await setup.sleep(ms);
  setup.print(progressBar(job.steps, ms));
  const { prompt, negativePrompt, cfgScale, images } = inputs;
  const isBlack = pipeline.hasSafetyChecker && isOffensive(prompt);
  // An image pipeline without a single step works on an empty batch.
  if (request.functionName !== "t2i" && request.functionName !== "controlnet" && job.steps === 0) {
    if (pipeline.hasSafetyChecker) throw new PythonError("IndexError", "list index out of range");
    return { pictures: [], wanted: images, isNsfw: null };
  }
  const pictures: Picture[] = [];
  for (let index = 0; index < images; index++) {
    const draw: Draw = (width, height) =>
      renderPicture({ prompt, negativePrompt, seed, width, height, steps: job.steps, cfgScale, index, flavour });
    const picture = await make(draw);
    if (isBlack) picture.pixels.fill(0);
    pictures.push(picture);
  }
  const isNsfw = pipeline.hasSafetyChecker ? Array.from({ length: inputs.batch }, () => isBlack) : null;
  return { pictures, wanted: images, isNsfw };
}

/** The last state of the bar that the pipeline draws while it denoises. */
function progressBar(steps: number, ms: number): string {
  const seconds = Math.max(ms / 1000, 0.01);
  const clock = [seconds / 60, seconds % 60].map((part) => String(Math.floor(part)).padStart(2, "0")).join(":");
  return `100%|██████████| ${steps}/${steps} [${clock}<00:00, ${(steps / seconds).toFixed(2)}it/s]`;
}

function plan(request: ParsedRequest, values: StickyValues, setup: GenerationSetup): Plan {
  const { fields, functionName, image, mask } = request;
  if (functionName === "t2i" || !image) return planText(values);
  switch (functionName) {
    case "i2i":
    case "inpaint":
      return planImage(fields, values, { image, mask }, setup);
    case "outpaint":
      return planOutpaint(fields, values, image, setup);
    case "controlnet":
      return planControlnet(fields, values, image, setup);
  }
}

/** The pipeline's own default: it takes it for a side of 0. */
const DEFAULT_SIDE = 512;

/** Rounded up to multiples of 8 for the pipeline, and brought back to the wished size when it is saved. */
function planText(values: StickyValues): Plan {
  const up = (value: number) => Math.ceil(Math.floor(value) / 8) * 8 || DEFAULT_SIDE;
  const width = up(side(values.width));
  const height = up(side(values.height));
  const inputs = checkInputs(values, "base", () => undefined);
  if (Math.min(width, height) < 0) {
    const shape = [inputs.batch, 4, Math.floor(height / 8), Math.floor(width / 8)];
    throw new PythonError(
      "RuntimeError",
      `Trying to create tensor with negative dimension ${shape.find((length) => length < 0)}: [${shape.join(", ")}]`,
    );
  }
  const make = async (draw: Draw) => {
    const picture = await draw(width, height);
    drawMark(picture);
    return picture;
  };
  return { job: { width, height, steps: inputs.steps, images: inputs.batch }, inputs, prepare: async () => make };
}

/** What is saved of a text-to-image result; the first transformation is thrown away, but what it refuses counts. */
export async function resizeForSaving(picture: Picture, values: StickyValues, fields: PythonObject): Promise<Picture> {
  const mode = pythonInt(given(fields, "resize_mode", 0n));
  if (side(values.width) === picture.width && side(values.height) === picture.height) return picture;
  const [width, height] = [pilSide(values.width), pilSide(values.height)];
  await transform({ ...picture, mode: "RGB" }, width, height, mode);
  checkSides(width, height);
  return resize(picture, width, height);
}

interface GivenPictures {
  image: OpenedPicture;
  mask?: OpenedPicture;
}

function planImage(
  fields: PythonObject,
  values: StickyValues,
  { image, mask }: GivenPictures,
  setup: GenerationSetup,
): Plan {
  const mode = pythonInt(given(fields, "resize_mode", 0n));
  const fits = mode >= 0n && mode <= 2n;
  const width = fits ? pilSide(values.width) : image.width;
  const height = fits ? pilSide(values.height) : image.height;
  if (fits) checkSides(width, height);
  const strength = denoisingStrength(fields, setup);
  const inputs = checkInputs(values, "base", () => checkStrength(strength));
  const steps = stepsLeft(inputs.steps, strength, setup.pipeline.stepsOffset);
  return {
    job: { width, height, steps, images: inputs.batch },
    inputs,
    prepare: async () => {
      const base = await transform(await image.load(), width, height, mode);
      const cover = mask && (await transform(await mask.load(), width, height, mode));
      return (draw) => (cover ? inpaint(base, cover, strength, draw) : imageToImage(base, strength, draw));
    },
  };
}

function planOutpaint(fields: PythonObject, values: StickyValues, image: OpenedPicture, setup: GenerationSetup): Plan {
  const strength = denoisingStrength(fields, setup);
  const sides = expandSides(given(fields, "expand", [128n, 128n, 128n, 128n]));
  const type = pythonStr(given(fields, "expand_type", "copy"));
  const [left, right, up, down] = sides;
  const inputs = checkInputs(values, "base", () => checkStrength(strength));
  const steps = stepsLeft(inputs.steps, strength, setup.pipeline.stepsOffset);
  return {
    job: { width: image.width + left + right, height: image.height + up + down, steps, images: inputs.batch },
    inputs,
    prepare: async () => {
      const base = await image.load();
      return (draw) => outpaint(base, sides, type, strength, draw);
    },
  };
}

function planControlnet(
  fields: PythonObject,
  values: StickyValues,
  image: OpenedPicture,
  setup: GenerationSetup,
): Plan {
  const mode = pythonInt(given(fields, "resize_mode", 0n));
  const fits = mode >= 0n && mode <= 2n;
  const [width, height] = describing("Transform img failed in controlnet:", () => {
    const sides = [pilSide(values.width), pilSide(values.height)] as const;
    if (fits) checkSides(...sides);
    return sides;
  });
  const wanted = given(fields, "process_func", null);
  const processFunction = wanted === null ? undefined : wanted;
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
  const scale = given(fields, "control_scale", 1);
  const inputs = checkInputs(values, "controlnet", () => {
    // JSON's `1` is an int to Python, and this pipeline wants a float.
    if (typeof scale !== "number") {
      throw new PythonError(
        "TypeError",
        "For single controlnet: `controlnet_conditioning_scale` must be type `float`.",
      );
    }
  });
  const order = setup.channelOrder;
  return {
    job: { width, height, steps: inputs.steps, images: inputs.batch },
    inputs,
    prepare: async () => {
      const base = await describingAsync("Transform img failed in controlnet:", async () => {
        const loaded: PilImage = await image.load();
        return transform(loaded, width, height, mode);
      });
      return (draw) => controlled(base, width, height, { processFunction, scale: Number(scale), order }, draw);
    },
  };
}

/** Where the program puts words of its own before those of an exception. */
function describing<T>(prefix: string, work: () => T): T {
  try {
    return work();
  } catch (error) {
    throw withPrefix(prefix, error);
  }
}

async function describingAsync<T>(prefix: string, work: () => Promise<T>): Promise<T> {
  try {
    return await work();
  } catch (error) {
    throw withPrefix(prefix, error);
  }
}

function withPrefix(prefix: string, error: unknown): unknown {
  return error instanceof PythonError ? new PythonError(error.type, prefix + error.message) : error;
}

function denoisingStrength(fields: PythonObject, { warn }: GenerationSetup): number {
  const strength = comparable(given(fields, "denoising_strength", 0.55), "<");
  if (!(strength < 0.1)) return strength;
  warn("You should put denoising_strength larger than 0.1. Change to 0.1 by default.");
  return 0.1;
}

function checkStrength(strength: number): void {
  if (strength > 1) {
    throw new PythonError("ValueError", `The value of strength should in [0.0, 1.0] but is ${pythonRepr(strength)}`);
  }
}

/** How many of the steps an image pipeline really goes. */
export function stepsLeft(steps: number, strength: number, offset: number): number {
  const first = Math.min(Math.trunc(steps * strength) + offset, steps);
  return steps - Math.min(steps, Math.max(steps - first + offset, 0));
}

/** What the models and the card refuse, whatever the request says. */
function checkHardware(job: Job, { pipeline, gpu, useBlade, isMemoryFull, otherGb }: GenerationSetup): void {
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
  const memory = isMemoryFull ? outOfMemoryText(job, gpu, useBlade, otherGb) : outOfMemory(job, gpu, useBlade, otherGb);
  if (memory) throw fail(memory);
}
