import type { ContainerSpec } from "@/lib/sandbox/core/types";
import type { Flags } from "./arguments";
import { Blade } from "./blade";
import { classifyBaseModel, convertCheckpoint } from "./checkpoint";
import type { ContainerFiles, FileTree } from "./files";
import type { WorkerLog } from "./log";
import { chooseStartLora, convertLora, loadLora } from "./lora";
import { STAGE_MS } from "./pace";
import { loadPipeline, type Pipeline } from "./pipeline";
import { PythonError } from "./python-error";

export interface StartContext {
  spec: ContainerSpec;
  flags: Flags;
  files: ContainerFiles;
  log: WorkerLog;
  /** Sleeps for a duration given at speed 1. */
  sleep(ms: number): Promise<void>;
  /** Throws what a test or a person asked for, at the moment when the models come into memory. */
  beforeLoading?(): void;
}

/** What the process holds in memory once it serves. */
export interface LoadedService {
  pipeline: Pipeline;
  /** The LoRA that was loaded at start, below the model root. */
  lora?: string;
  hasTranslation: boolean;
  blade?: Blade;
}

/** Fixed by the image (reference: diffusers-service.md §3). */
export const MODEL_ROOT = "/oss";
export const RESULT_ROOT = "/result";

/** The stages of the program's start in its own order; throws what it would raise. */
export async function startService(context: StartContext): Promise<LoadedService> {
  const { spec, flags, files, log, sleep } = context;
  for (const mount of spec.mounts) {
    const mode = mount.readOnly ? "ro" : "rw";
    log.print(`mount: oss://${mount.bucket}/${mount.prefix} on ${mount.mountPath} (${mode})`);
  }
  await sleep(STAGE_MS.imports);
  if (flags.removeOpt && (await files.exists(`${MODEL_ROOT}/optimized_model`))) {
    log.info("Removing optimized blade model when first use the new image!");
    await files.removeTree(`${MODEL_ROOT}/optimized_model`);
  }
  let tree = await files.tree(MODEL_ROOT);
  if (await prepareBaseModel(context, tree)) tree = await files.tree(MODEL_ROOT);
  const lora = flags.useBlade ? undefined : await prepareLora(context, tree);
  const controlnet = flags.funcName === "controlnet" ? findControlnet(tree) : undefined;
  log.print(controlnet === undefined ? "None" : `${MODEL_ROOT}/${controlnet}`);

  if (controlnet !== undefined) await sleep(STAGE_MS.loadControlnet);
  context.beforeLoading?.();
  log.print(`Fetching pipeline components from ${MODEL_ROOT}/base_model`);
  const pipeline = await loadPipeline(
    { files, tree, log },
    { funcName: flags.funcName, controlnet, closeSafety: flags.closeSafety },
  );
  await sleep(STAGE_MS.loadPipeline);
  if (lora !== undefined) await loadLora(files, await files.tree(MODEL_ROOT), lora);
  if (flags.useTranslate) await loadTranslation(context, tree);

  if (!flags.useBlade) return { pipeline, lora, hasTranslation: flags.useTranslate };
  if ((tree.names("lora_model") ?? []).length > 0) {
    log.warning(
      "We do not use the lora model during service intialization. You are allowed to add the lora model by post with " +
        "key 'lora_path' after optimization.",
    );
  }
  const blade = new Blade({
    files,
    log,
    root: MODEL_ROOT,
    controlnet: controlnet !== undefined,
    notUseDefault: flags.notUseDefaultBlade,
    gpu: spec.gpu,
    crossAttentionWidth: pipeline.crossAttentionWidth,
    fingerprint: pipeline.fingerprint,
    sleep,
  });
  await blade.start();
  return { pipeline, hasTranslation: flags.useTranslate, blade };
}

/** Returns whether the folder was written to. */
async function prepareBaseModel({ files, log, sleep }: StartContext, tree: FileTree): Promise<boolean> {
  if (!tree.exists("base_model")) {
    throw new PythonError("ValueError", "base_model dir must be provided to load the base model for diffusers!");
  }
  const names = tree.names("base_model");
  if (!names) throw new PythonError("NotADirectoryError", `[Errno 20] Not a directory: '${MODEL_ROOT}/base_model'`);
  const kind = classifyBaseModel(names);
  if (kind.kind === "diffusers") {
    log.info("The provided base model is ready to load!");
    return false;
  }
  const folder = `${MODEL_ROOT}/base_model`;
  log.info(`Start converting ${folder}/${kind.name} to ${folder}`);
  await sleep(STAGE_MS.convertCheckpoint);
  log.print("global_step key not found in model");
  await convertCheckpoint(files, tree, kind.name);
  log.info("Convert base model successfully!");
  return true;
}

/** Chooses and converts; loaded is it later, when the pipeline stands. */
async function prepareLora({ files, log, sleep }: StartContext, tree: FileTree): Promise<string | undefined> {
  const choice = chooseStartLora(tree.names("lora_model") ?? []);
  if (!choice) return undefined;
  const path = `lora_model/${choice.name}`;
  if (!choice.convert) {
    log.info("The provided lora model is ready to load!");
    return path;
  }
  const target = path.replaceAll(".safetensors", ".bin");
  log.info(`Start converting lora model ${MODEL_ROOT}/${path} to ${MODEL_ROOT}/${target}`);
  await sleep(STAGE_MS.convertLora);
  return convertLora(files, tree, path);
}

function findControlnet(tree: FileTree): string {
  const found = tree.find("controlnet");
  if (found !== undefined) return found;
  throw new PythonError("ValueError", "The controlnet dir must be provided when using the function controlnet");
}

/** The ModelScope pipeline: configuration.json directly in the folder, TensorFlow weights below it (reference §4.3, §10). */
async function loadTranslation({ files, log, sleep }: StartContext, tree: FileTree): Promise<void> {
  const folder = tree.find("translate");
  if (folder === undefined) {
    throw new PythonError("ValueError", "Please put the translation model in the translate dir.");
  }
  const path = `${MODEL_ROOT}/${folder}`;
  log.print(`modelscope - INFO - initiate model from ${path}`);
  if (!tree.isFile(`${folder}/configuration.json`)) {
    throw new PythonError("ValueError", `${path}/configuration.json: configuration file not found in the model folder`);
  }
  try {
    JSON.parse(await files.readText(`${path}/configuration.json`));
  } catch (error) {
    if (!(error instanceof SyntaxError)) throw error;
    throw new PythonError("json.decoder.JSONDecodeError", "Expecting value: line 1 column 1 (char 0)");
  }
  if (!tree.filesBelow(`${folder}/tf_ckpts`).some((file) => tree.size(file) > 0)) {
    throw new PythonError("ValueError", `The passed save_path is not a valid checkpoint: ${path}/tf_ckpts`);
  }
  await sleep(STAGE_MS.loadTranslation);
  log.print("modelscope - INFO - translation pipeline is ready");
}
