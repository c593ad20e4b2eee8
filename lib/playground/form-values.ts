import type { GenerateInput, InputImage } from "./input";
import { computedSize, type Func, SAVE_DIR } from "./limits";
import type { Sides } from "./outpaint";

/** What the playground's form holds: the fields of all functions at once, so that a change of function loses nothing. */
export interface FormValues {
  func: Func;
  prompt: string;
  negativePrompt: string;
  steps?: number;
  cfgScale?: number;
  width?: number;
  height?: number;
  imageNum: number;
  seed: string;
  useTranslate?: boolean;
  useBase64?: boolean;
  saveDir: string;
  loras: { path: string; weight?: number }[];
  image?: InputImage;
  mask?: InputImage;
  denoisingStrength?: number;
  resizeMode: "stretch" | "crop" | "pad";
  expand: Partial<Sides>;
  expandType: "copy" | "reflect";
  /** Empty: the picture already is the control image. */
  processFunc: string;
  controlScale?: number;
  /** Empty: what the service was started with, or was last told. */
  controlnetPath: string;
}

export const FIRST_VALUES: FormValues = {
  func: "t2i",
  prompt: "",
  negativePrompt: "",
  steps: 50,
  cfgScale: 7,
  width: 512,
  height: 512,
  imageNum: 1,
  seed: "",
  saveDir: SAVE_DIR,
  loras: [],
  denoisingStrength: 0.55,
  resizeMode: "crop",
  expand: { left: 128, right: 128, up: 128, down: 128 },
  expandType: "copy",
  processFunc: "canny",
  controlScale: 1,
  controlnetPath: "",
};

/** Everything that made a picture, back in the form; what its function does not know keeps its value. */
export function recallValues(before: FormValues, input: GenerateInput, seed: string | undefined): FormValues {
  return {
    ...before,
    ...(input.func === "controlnet" && { processFunc: "", controlnetPath: "" }),
    ...input,
    imageNum: 1,
    seed: seed ?? input.seed,
  };
}

/** What the request would cost, once the numbers that decide it are there. */
export function wantedWork(values: FormValues) {
  const { func, steps = 0, width = 0, height = 0, denoisingStrength = 0, image, expand } = values;
  const strength = func === "t2i" || func === "controlnet" ? 1 : denoisingStrength;
  const size =
    func !== "outpaint"
      ? computedSize(func, { width, height })
      : {
          width: (image?.width ?? 0) + (expand.left ?? 0) + (expand.right ?? 0),
          height: (image?.height ?? 0) + (expand.up ?? 0) + (expand.down ?? 0),
        };
  const work = { steps, strength, ...size };
  return Object.values(work).every((value) => value > 0) ? work : undefined;
}
