import { ServiceError } from "./answer";
import type { Flags } from "./arguments";
import type { ChannelOrder } from "./control/follow";
import type { ContainerFiles, FileTree } from "./files";
import type { WorkerLog } from "./log";
import { convertLora, loadLora, mergeLora } from "./lora";
import { APP, PythonError } from "./python-error";
import { type PythonObject, type PythonValue, pythonStr, pythonType } from "./python-json";
import { checkPath, joinPath, pathText } from "./results";
import { type LoadedService, MODEL_ROOT } from "./startup";
import { given } from "./values";
import { openWeights, type Tensor } from "./weights";

/** The weights that requests exchange, and what stays of that for later requests (reference: diffusers-service.md §9). */
export class Models {
  /** Without Blade a request's LoRA stays loaded for all later ones. */
  private loadedLora: string;
  private controlnetWeights = "";
  /** Set together with the ControlNet's weights only, so that it stays too. */
  channelOrder: ChannelOrder = "rgb";

  constructor(
    private readonly flags: Flags,
    private readonly loaded: LoadedService,
    private readonly files: ContainerFiles,
    private readonly log: WorkerLog,
  ) {
    this.loadedLora = loaded.lora ?? "";
  }

  /** What the pictures come from, as a text. */
  flavour(requestLora: string): string {
    const { blade, pipeline } = this.loaded;
    return [blade?.fingerprint ?? pipeline.fingerprint, requestLora || this.loadedLora, this.controlnetWeights].join(
      "|",
    );
  }

  /** Returns the LoRA that counts for this request alone, as a text. */
  async changeLora(fields: PythonObject): Promise<string> {
    if (!fields.has("lora_path")) return "";
    const { paths, weights } = readLora(fields);
    const { files, flags, loaded, log } = this;
    const refuse = (message: string) => new ServiceError("input", message);
    if (paths.length !== weights.length) {
      throw refuse("The input length of lora_paths and lora_attns must be the same");
    }
    const found: string[] = [];
    for (const given of paths) {
      const path = pathText(given);
      if (!(await this.exists(path))) {
        throw refuse(`lora path: ${path} not exists! Make sure you have mount the correct oss path`);
      }
      found.push(flags.useBlade || !path.endsWith(".safetensors") ? path : await this.convert(path));
    }
    if (flags.useBlade && !loaded.blade?.active) {
      throw refuse("Please wait util the blade optimization done to add lora model");
    }
    if (!flags.useBlade && found.length !== 1) {
      throw refuse(
        "Ori diffusers api only allow one lora model. You can use blade optimization for multiple lora models.",
      );
    }
    await this.describing("", "change_lora", async () => {
      const tree = await files.tree(MODEL_ROOT);
      for (const path of found) await (flags.useBlade ? mergeLora : loadLora)(files, tree, relative(path));
      if (flags.useBlade) weights.forEach(checkWeight);
    });
    log.info("successully change lora model!");
    if (flags.useBlade) return found.map((path, index) => `${path}=${pythonStr(weights[index] ?? null)}`).join(",");
    // Without Blade the weight is not applied.
    this.loadedLora = found[0] ?? "";
    return "";
  }

  async changeControlnet(fields: PythonObject): Promise<void> {
    if (!fields.has("controlnet_path")) return;
    const { files, flags, log } = this;
    if (flags.funcName !== "controlnet") {
      throw new ServiceError("input", "You should set --func_name controlnet to use controlnet.");
    }
    const path = pathText(given(fields, "controlnet_path", null));
    const full = joinPath(MODEL_ROOT, path);
    if (!(await this.exists(path))) {
      throw new ServiceError(
        "input",
        `controlnet_path path: ${full} not exists! Make sure you have mount the correct oss path`,
      );
    }
    await this.describing("Load controlnet error: ", "change_controlnet", async () => {
      const tensors = await openWeights(files, await files.tree(MODEL_ROOT), relative(path), "torch");
      checkControlnet(tensors, this.loaded.pipeline.controlnetWidth);
    });
    this.controlnetWeights = path;
    this.channelOrder = given(fields, "process_func", null) === "normal" ? "bgr" : "rgb";
    log.info("successully change controlnet model!");
  }

  private async exists(path: string): Promise<boolean> {
    const full = joinPath(MODEL_ROOT, path);
    if (full.includes("\0")) throw new PythonError("ValueError", "embedded null byte");
    try {
      checkPath(full);
    } catch {
      return false;
    }
    return this.files.exists(full.replace(/(.)\/+$/, "$1"));
  }

  /** Before the LoRA is loaded it is written anew, beside the file that was asked for. */
  private async convert(path: string): Promise<string> {
    const target = path.replaceAll(".safetensors", ".bin");
    this.log.info(`Converting lora model from ${joinPath(MODEL_ROOT, path)} to ${joinPath(MODEL_ROOT, target)}`);
    return this.describing("Convert lora model error: ", "change_lora", async () => {
      const tree: FileTree = await this.files.tree(MODEL_ROOT);
      return convertLora(this.files, tree, relative(path));
    });
  }

  private async describing<T>(prefix: string, frame: string, work: () => Promise<T>): Promise<T> {
    try {
      return await work();
    } catch (error) {
      if (!(error instanceof PythonError)) throw error;
      this.log.traceback(error, [[APP, 400, frame]]);
      throw new ServiceError("unexpected", prefix + error.message);
    }
  }
}

/** A path below the model root; an absolute one that leads there counts too. */
function relative(path: string): string {
  const full = joinPath(MODEL_ROOT, path);
  return full.startsWith(`${MODEL_ROOT}/`) ? full.slice(MODEL_ROOT.length + 1).replace(/\/+$/, "") : full;
}

function readLora(fields: PythonObject): { paths: PythonValue[]; weights: PythonValue[] } {
  const asked = given(fields, "lora_path", null);
  const paths = typeof asked === "string" ? [asked] : asked;
  if (!Array.isArray(paths)) throw noLength(paths);
  const weight = given(
    fields,
    "lora_attn",
    Array.from(paths, () => 0.75),
  );
  // The service spreads a float over the list, but not an int.
  const weights = typeof weight === "number" ? paths.map(() => weight) : weight;
  if (typeof weights === "string") return { paths, weights: [...weights] };
  if (!Array.isArray(weights)) throw noLength(weights);
  return { paths, weights };
}

function noLength(value: PythonValue): PythonError {
  if (value instanceof Map) return new PythonError("TypeError", "unhashable type: 'slice'");
  return new PythonError("TypeError", `object of type '${pythonType(value)}' has no len()`);
}

/** `tensor * scale`. */
function checkWeight(weight: PythonValue): void {
  if (typeof weight === "number" || typeof weight === "bigint" || typeof weight === "boolean") return;
  throw new PythonError("TypeError", `unsupported operand type(s) for *: 'Tensor' and '${pythonType(weight)}'`);
}

/** Names that tell other kinds of weights from a ControlNet in diffusers' format. */
const FOREIGN = /^(control_model\.|model\.diffusion_model\.|lora_|add_embedding\.)/;
const CONTROLNET_TEXT = "down_blocks.0.attentions.0.transformer_blocks.0.attn2.to_k.weight";

/** `load_state_dict` of the ControlNet that was loaded at start. */
function checkControlnet(tensors: Map<string, Tensor> | undefined, width: number | undefined): void {
  const failed = (why: string) =>
    new PythonError("RuntimeError", `Error(s) in loading state_dict for ControlNetModel:\n\t${why}`);
  for (const name of tensors?.keys() ?? []) {
    if (FOREIGN.test(name))
      throw failed('Missing key(s) in state_dict: "conv_in.weight", "conv_in.bias", "time_embedding.linear_1.weight".');
  }
  const own = tensors?.get(CONTROLNET_TEXT)?.shape.at(-1);
  if (own !== undefined && width !== undefined && own !== width) {
    throw failed(
      `size mismatch for ${CONTROLNET_TEXT}: copying a param with shape torch.Size([320, ${own}]) from checkpoint, the ` +
        `shape in current model is torch.Size([320, ${width}]).`,
    );
  }
}
