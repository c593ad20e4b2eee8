import { createHash } from "node:crypto";
import type { ContainerFiles, FileTree } from "./files";
import {
  DIFFUSERS_CLASSES,
  EXPECTED_MODULES,
  type ModuleName,
  OPTIONAL_MODULES,
  TRANSFORMERS_CLASSES,
} from "./libraries";
import type { WorkerLog } from "./log";
import { PythonError } from "./python-error";
import { openWeights, type Tensor } from "./weights";

/** What requests need to know of the models that were loaded. */
export interface Pipeline {
  /** SD 2.x when the UNet listens to 1024 wide text embeddings (SD 1.x: 768). */
  crossAttentionWidth: number;
  /** 4; others load, but no request works. */
  unetChannels: number;
  hasSafetyChecker: boolean;
  /** The scheduler's `steps_offset`, 1 in most models. */
  stepsOffset: number;
  /** Tells this model from others: two models give two pictures. */
  fingerprint: string;
  /** Cross-attention width of the ControlNet, when one is loaded. */
  controlnetWidth?: number;
}

type Json = Record<string, unknown>;

interface LoadContext {
  files: ContainerFiles;
  tree: FileTree;
  log: WorkerLog;
}

const LPW_PIPELINE =
  "<class 'diffusers_modules.local.lpw_stable_diffusion.StableDiffusionLongPromptWeightingPipeline'>";
const CONTROLNET_PIPELINE =
  "<class 'diffusers.pipelines.stable_diffusion.pipeline_stable_diffusion_controlnet.StableDiffusionControlNetPipeline'>";

/** Loads `base_model/` (and a ControlNet folder) with the rules of diffusers 0.15 (reference: diffusers-service.md §10). */
export async function loadPipeline(
  context: LoadContext,
  options: { funcName: string; controlnet?: string; closeSafety: boolean },
): Promise<Pipeline> {
  const { funcName, controlnet } = options;
  if (funcName !== "base" && funcName !== "controlnet") {
    throw new PythonError("ValueError", `Unrecognized function name: ${funcName}. We support base(t2i)/controlnet`);
  }
  const controlnetWidth = controlnet === undefined ? undefined : await loadControlnet(context, controlnet);
  const pipelineClass = funcName === "base" ? LPW_PIPELINE : CONTROLNET_PIPELINE;
  const index = await readConfig(context, "base_model", "model_index.json");
  const wanted = chooseModules(context, index, pipelineClass, options.closeSafety);
  let unet: Json = {};
  let scheduler: Json = {};
  for (const [name, [library, className]] of wanted) {
    checkClass(library, className);
    const folder = context.tree.isDirectory(`base_model/${name}`) ? `base_model/${name}` : "base_model";
    const config = await LOADERS[name](context, folder, className);
    if (name === "unet") unet = config;
    if (name === "scheduler") scheduler = config;
  }
  const names = wanted.map(([name]) => name);
  checkComplete(pipelineClass, names);
  const hasSafetyChecker = names.includes("safety_checker");
  if (hasSafetyChecker && !names.includes("feature_extractor")) {
    throw new PythonError(
      "ValueError",
      `Make sure to define a feature extractor when loading ${pipelineClass} if you want to use the safety checker. ` +
        "If you do not want to use the safety checker, you can pass `'safety_checker=None'` instead.",
    );
  }
  if (!hasSafetyChecker) {
    context.log.print(`You have disabled the safety checker for ${pipelineClass} by passing \`safety_checker=None\`.`);
  }
  return {
    crossAttentionWidth: integer(unet.cross_attention_dim, 1280),
    unetChannels: integer(unet.in_channels, 4),
    hasSafetyChecker,
    stepsOffset: integer(scheduler.steps_offset, 0),
    fingerprint: await fingerprint(context, "base_model/unet"),
    controlnetWidth,
  };
}

function chooseModules(context: LoadContext, index: Json, pipelineClass: string, closeSafety: boolean) {
  const ignored = Object.keys(index).filter(
    (key) => !key.startsWith("_") && key !== "requires_safety_checker" && !isExpected(key),
  );
  if (ignored.length > 0) {
    const shown = ignored.map((key) => `'${key}': ${JSON.stringify(index[key])}`).join(", ");
    context.log.print(
      `The config attributes {${shown}} were passed to ${pipelineClass}, but are not expected and will be ignored. ` +
        "Please verify your model_index.json configuration file.",
    );
  }
  const wanted: [ModuleName, [string, string]][] = [];
  for (const [name, value] of Object.entries(index)) {
    if (!isExpected(name) || !Array.isArray(value)) continue;
    const [library, className] = value;
    // [null, null]: the component is not loaded at all.
    if (typeof library !== "string" || typeof className !== "string") continue;
    if (name === "safety_checker" && closeSafety) continue;
    wanted.push([name, [library, className]]);
  }
  return wanted;
}

const isExpected = (name: string): name is ModuleName => EXPECTED_MODULES.some((expected) => expected === name);

function checkComplete(pipelineClass: string, names: readonly ModuleName[]): void {
  const missing = EXPECTED_MODULES.filter((name) => !names.includes(name) && !OPTIONAL_MODULES.has(name));
  if (missing.length === 0) return;
  const set = (list: readonly string[]) => `{${list.map((name) => `'${name}'`).join(", ")}}`;
  throw new PythonError(
    "ValueError",
    `Pipeline ${pipelineClass} expected ${set(EXPECTED_MODULES)}, but only ${set(names)} were passed.`,
  );
}

function checkClass(library: string, className: string): void {
  const missing = (message: string) => new PythonError("AttributeError", message);
  if (library === "diffusers") {
    if (!DIFFUSERS_CLASSES.has(className)) throw missing(`module 'diffusers' has no attribute '${className}'`);
  } else if (library === "transformers") {
    if (!TRANSFORMERS_CLASSES.has(className)) throw missing(`module transformers has no attribute ${className}`);
  } else if (library === "stable_diffusion") {
    if (className !== "StableDiffusionSafetyChecker") {
      throw missing(`module 'diffusers.pipelines.stable_diffusion' has no attribute '${className}'`);
    }
  } else {
    throw new PythonError("ModuleNotFoundError", `No module named '${library}'`);
  }
}

const LOADERS: Record<ModuleName, (context: LoadContext, folder: string, className: string) => Promise<Json>> = {
  vae: (context, folder) => loadDiffusersModel(context, folder),
  unet: loadUnet,
  text_encoder: (context, folder) => loadTransformersModel(context, folder),
  safety_checker: (context, folder) => loadTransformersModel(context, folder),
  scheduler: (context, folder) => readConfig(context, folder, "scheduler_config.json"),
  feature_extractor: (context, folder) => readTransformersConfig(context, folder, "preprocessor_config.json"),
  tokenizer: loadTokenizer,
};

async function loadUnet(context: LoadContext, folder: string, className: string): Promise<Json> {
  const config = await loadDiffusersModel(context, folder);
  if (config.addition_embed_type === "text_time") {
    const { log } = context;
    log.print(
      "The config attributes {'addition_embed_type': 'text_time', 'addition_time_embed_dim': " +
        `${integer(config.addition_time_embed_dim, 256)}} were passed to ${className}, but are not expected and will be ` +
        "ignored. Please verify your config.json configuration file.",
    );
    throw new PythonError("KeyError", "'add_embedding.linear_1.bias'");
  }
  return config;
}

/** unet, vae, controlnet: one unsharded file, safetensors first. */
async function loadDiffusersModel(context: LoadContext, folder: string): Promise<Json> {
  const config = await readConfig(context, folder, "config.json");
  const names = ["diffusion_pytorch_model.safetensors", "diffusion_pytorch_model.bin"];
  const name = names.find((candidate) => context.tree.isFile(`${folder}/${candidate}`));
  if (name === undefined) {
    throw new PythonError(
      "OSError",
      `Error no file named diffusion_pytorch_model.bin found in directory ${context.tree.root}/${folder}.`,
    );
  }
  const tensors = await openWeights(context.files, context.tree, `${folder}/${name}`, "diffusers");
  checkOwnNames(tensors, folder);
  checkWidth(tensors, integer(config.cross_attention_dim, 1280), folder);
  return config;
}

/**
 * How the tensors of each component begin; weights of nobody's names pass, so that tiny models can be made up. transformers
 * fills what it does not find with noise, and starts.
 */
const OWN_NAMES: Readonly<Record<string, RegExp>> = {
  unet: /^(conv_in|conv_out|conv_norm_out|time_embedding|down_blocks|mid_block|up_blocks)\./,
  vae: /^(encoder|decoder|quant_conv|post_quant_conv)\./,
};
const OTHER_FILES =
  /^(lora_|first_stage_model\.|model\.diffusion_model\.|cond_stage_model\.|text_model\.|vision_model\.)|\.lora_(up|down)\./;

function checkOwnNames(tensors: ReadonlyMap<string, Tensor> | undefined, folder: string): void {
  const own = OWN_NAMES[folder.split("/").at(-1) ?? ""];
  const names = [...(tensors?.keys() ?? [])];
  if (!own || names.some((name) => own.test(name))) return;
  const others = [OTHER_FILES, ...Object.values(OWN_NAMES)];
  if (!names.some((name) => others.some((pattern) => pattern.test(name)))) return;
  throw new PythonError("ValueError", `Cannot load ${folder} because the keys are missing`);
}

const CROSS_ATTENTION = /^down_blocks\.\d+\.attentions\.0\.transformer_blocks\.0\.attn2\.to_k\.weight$/;

/** The model is built by its config; weights of another width do not fit into it. */
function checkWidth(tensors: ReadonlyMap<string, Tensor> | undefined, width: number, folder: string): void {
  if (tensors?.size === 0) throw new PythonError("ValueError", `Cannot load ${folder} because the keys are missing`);
  for (const [name, { shape }] of tensors ?? []) {
    const own = shape.at(-1);
    if (!CROSS_ATTENTION.test(name) || own === undefined || own === width) continue;
    throw new PythonError(
      "ValueError",
      `Cannot load <class 'diffusers.models'> from ${folder} because ${name} expected shape ` +
        `torch.Size([320, ${width}]), but got torch.Size([320, ${own}]).`,
    );
  }
}

/** text_encoder, safety_checker: one file or shards with an index, safetensors first. */
async function loadTransformersModel(context: LoadContext, folder: string): Promise<Json> {
  const { tree } = context;
  const config = await readTransformersConfig(context, folder, "config.json");
  const candidates = [
    "model.safetensors",
    "model.safetensors.index.json",
    "pytorch_model.bin",
    "pytorch_model.bin.index.json",
  ];
  const name = candidates.find((candidate) => tree.isFile(`${folder}/${candidate}`));
  if (name === undefined) {
    throw new PythonError(
      "OSError",
      "Error no file named pytorch_model.bin, tf_model.h5, model.ckpt.index or flax_model.msgpack found in directory " +
        `${tree.root}/${folder}.`,
    );
  }
  const parts = name.endsWith(".index.json") ? await shardNames(context, folder, name) : [name];
  for (const part of parts) {
    const tensors = await openWeights(context.files, tree, `${folder}/${part}`, "transformers");
    checkEmbedding(tensors, config.hidden_size);
  }
  return config;
}

const EMBEDDING = "text_model.embeddings.token_embedding.weight";

function checkEmbedding(tensors: ReadonlyMap<string, Tensor> | undefined, hidden: unknown): void {
  const own = tensors?.get(EMBEDDING)?.shape.at(-1);
  if (own === undefined || typeof hidden !== "number" || own === hidden) return;
  throw new PythonError(
    "RuntimeError",
    `Error(s) in loading state_dict for CLIPTextModel:\n\tsize mismatch for ${EMBEDDING}: copying a param with shape ` +
      `torch.Size([49408, ${own}]) from checkpoint, the shape in current model is torch.Size([49408, ${hidden}]).`,
  );
}

async function shardNames(context: LoadContext, folder: string, indexName: string): Promise<string[]> {
  const index = await readConfig(context, folder, indexName);
  const names = [...new Set(Object.values((index.weight_map ?? {}) as Json).map(String))].sort();
  const absent = names.find((name) => !context.tree.isFile(`${folder}/${name}`));
  if (absent !== undefined) throw notFound(context, folder, absent);
  return names;
}

async function loadTokenizer(context: LoadContext, folder: string, className: string): Promise<Json> {
  const { tree } = context;
  const path = `${tree.root}/${folder}`;
  const has = (name: string) => tree.isFile(`${folder}/${name}`);
  if (!className.startsWith("CLIP")) return {};
  if (!has("vocab.json") && !has("tokenizer.json")) {
    throw new PythonError(
      "OSError",
      `Can't load tokenizer for '${path}'. If you were trying to load it from 'https://huggingface.co/models', make ` +
        `sure you don't have a local directory with the same name. Otherwise, make sure '${path}' is the correct path ` +
        `to a directory containing all relevant files for a ${className} tokenizer.`,
    );
  }
  // The fast one makes its own file from the two others where it is not there.
  const own = className.endsWith("Fast") && has("tokenizer.json");
  if (!own && !(has("vocab.json") && has("merges.txt"))) {
    throw new PythonError("TypeError", "expected str, bytes or os.PathLike object, not NoneType");
  }
  await checkVocabulary(context, `${folder}/${own ? "tokenizer.json" : "vocab.json"}`);
  return {};
}

/** Read by Python's own `json`, whose messages these are as far as a cut file has them. */
async function checkVocabulary({ files, tree }: LoadContext, path: string): Promise<void> {
  let vocabulary: unknown;
  try {
    vocabulary = JSON.parse(await files.readText(`${tree.root}/${path}`));
  } catch (error) {
    if (!(error instanceof SyntaxError)) throw error;
    throw new PythonError("json.decoder.JSONDecodeError", "Expecting value: line 1 column 1 (char 0)");
  }
  if (Array.isArray(vocabulary)) throw new PythonError("AttributeError", "'list' object has no attribute 'items'");
}

/** ControlNetModel.from_pretrained: diffusers format directly in the folder. Returns its cross-attention width. */
async function loadControlnet(context: LoadContext, folder: string): Promise<number> {
  const config = await loadDiffusersModel(context, folder);
  return integer(config.cross_attention_dim, 1280);
}

function notFound({ tree }: LoadContext, folder: string, name: string): PythonError {
  const path = `${tree.root}/${folder}`;
  return new PythonError(
    "OSError",
    `${path} does not appear to have a file named ${name}. Checkout 'https://huggingface.co/${path}/main' for available files.`,
  );
}

function readTransformersConfig(context: LoadContext, folder: string, name: string): Promise<Json> {
  if (!context.tree.isFile(`${folder}/${name}`)) throw notFound(context, folder, name);
  return readConfig(context, folder, name);
}

async function readConfig({ files, tree }: LoadContext, folder: string, name: string): Promise<Json> {
  const path = `${tree.root}/${folder}/${name}`;
  if (!tree.isFile(`${folder}/${name}`)) {
    throw new PythonError("OSError", `Error no file named ${name} found in directory ${tree.root}/${folder}.`);
  }
  const invalid = () =>
    new PythonError("OSError", `It looks like the config file at '${path}' is not a valid JSON file.`);
  let value: unknown;
  try {
    value = JSON.parse(await files.readText(path));
  } catch (error) {
    if (error instanceof SyntaxError) throw invalid();
    if (error instanceof PythonError && error.type === "UnicodeDecodeError") throw invalid();
    throw error;
  }
  if (typeof value !== "object" || value === null || Array.isArray(value)) throw invalid();
  return value as Json;
}

/** Sizes and first bytes of the weights: enough to tell models apart without reading gigabytes. */
async function fingerprint({ files, tree }: LoadContext, folder: string): Promise<string> {
  const hash = createHash("sha1");
  for (const path of tree.filesBelow(folder).sort()) {
    const size = tree.size(path);
    hash.update(`${path} ${size}`);
    if (size > 0) hash.update(await files.read(`${tree.root}/${path}`, { start: 0, end: Math.min(size, 4096) }));
  }
  return hash.digest("hex").slice(0, 12);
}

const integer = (value: unknown, fallback: number) =>
  typeof value === "number" && Number.isInteger(value) ? value : fallback;
