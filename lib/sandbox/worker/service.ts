import { randomBytes } from "node:crypto";
import type { ContainerResponse } from "@/lib/sandbox/core/types";
import { crashAnswer, errorAnswer, jsonAnswer, ServiceError } from "./answer";
import type { Flags } from "./arguments";
import type { ContainerFiles } from "./files";
import { type Generated, generate } from "./generation";
import type { LinkReader } from "./links";
import { containerTime, type WorkerLog } from "./log";
import { checkLoraTensors } from "./lora";
import { encodePng } from "./pictures";
import { APP, PythonError } from "./python-error";
import { type PythonObject, type PythonValue, pythonStr, pythonType } from "./python-json";
import { type ParsedRequest, parseRequest } from "./request";
import { type LoadedService, MODEL_ROOT, RESULT_ROOT } from "./startup";
import { translate } from "./translate";
import { FIRST_VALUES, type StickyValues, seedNumber, updateSticky } from "./values";
import { openWeights } from "./weights";

export interface ServiceSetup {
  flags: Flags;
  loaded: LoadedService;
  files: ContainerFiles;
  links: LinkReader;
  log: WorkerLog;
  gpu: string | undefined;
  now(): number;
  sleep(ms: number): Promise<void>;
}

/** The running program: one request after the other, with the state that it keeps between them. */
export class DiffusersService {
  private values: StickyValues = { ...FIRST_VALUES };
  /** Without Blade a request's LoRA stays loaded for all later ones. */
  private loadedLora = "";
  private controlnetWeights = "";

  constructor(private readonly setup: ServiceSetup) {}

  /** Always answers; what the program does not catch itself becomes a 500. */
  async process(body: Uint8Array, isMemoryFull = false): Promise<ContainerResponse> {
    const { log, loaded } = this.setup;
    try {
      const request = await this.parse(body);
      await loaded.blade?.refresh();
      return await this.answer(request, isMemoryFull);
    } catch (error) {
      if (error instanceof ServiceError) {
        log.error(error.message);
        return errorAnswer(error);
      }
      if (error instanceof PythonError) {
        log.traceback(error, [[APP, 1, "process"]]);
        return crashAnswer(`${error.type}: ${error.message}`);
      }
      throw error;
    }
  }

  private async parse(body: Uint8Array): Promise<ParsedRequest> {
    const { flags, links, log } = this.setup;
    const request = await parseRequest(body, { service: flags.funcName, links, warn: log.warning });
    log.info(`using function: ${request.functionName}`);
    this.translatePrompt(request.fields);
    return request;
  }

  private translatePrompt(fields: PythonObject): void {
    const { loaded, log } = this.setup;
    const wanted = fields.has("use_translate") ? isTrue(fields.get("use_translate") ?? null) : loaded.hasTranslation;
    if (!wanted) return;
    const prompt = fields.get("prompt");
    if (!loaded.hasTranslation || typeof prompt !== "string") {
      throw new ServiceError(
        "unexpected",
        "You need to set --use_translate to use the translation or post use_translate to False",
      );
    }
    const translated = translate(prompt);
    log.info(`Translate Result: ${translated}`);
    fields.set("prompt", translated);
  }

  private async answer(request: ParsedRequest, isMemoryFull: boolean): Promise<ContainerResponse> {
    const { flags, loaded, log } = this.setup;
    const { fields } = request;
    const requestLora = fields.has("lora_path") ? await this.changeLora(fields) : "";
    await this.changeControlnet(fields);
    this.values = updateSticky(this.values, fields);
    const taskId = fields.get("task_id") ?? null;
    const places = resultPlaces(flags, fields.has("save_dir") ? (fields.get("save_dir") ?? null) : "result");

    const rawSeed = fields.has("seed") ? (fields.get("seed") ?? null) : randomSeed();
    const made = await this.catching(taskId, "", () =>
      generate(request, this.values, {
        pipeline: loaded.pipeline,
        gpu: this.setup.gpu,
        useBlade: loaded.blade?.active ?? false,
        isMemoryFull,
        seed: seedNumber(rawSeed),
        flavour: [requestLora || this.loadedLora, this.controlnetWeights].join("|"),
        sleep: this.setup.sleep,
        warn: log.warning,
        print: log.print,
      }),
    );
    const saved = await this.catching(taskId, "Save result error: ", () => this.save(made, pythonStr(taskId), places));
    log.info(`Your samples are ready and waiting for you here: \n${places.folder} \n \nEnjoy.`);
    const answer: PythonObject = new Map<string, PythonValue>([
      ["success", 1n],
      ["task_id", taskId],
      ["prompt", this.values.prompt],
      ["seed", pythonStr(rawSeed)],
      ["image_url", saved.map(({ name }) => `${places.http}/${name}`)],
      ["oss_url", saved.map(({ name }) => `${places.oss}/${name}`)],
      ["is_nsfw", made.isNsfw],
    ]);
    if (isTrue(fields.get("use_base64") ?? false)) {
      answer.set(
        "images_base64",
        saved.map(({ png }) => Buffer.from(png).toString("base64").replaceAll("+", "-").replaceAll("/", "_")),
      );
    }
    answer.set("use_blade", loaded.blade?.active ?? false);
    return jsonAnswer(200, answer);
  }

  /** Runs a part whose exceptions the program turns into an answer with the task's id. */
  private async catching<T>(taskId: PythonValue, prefix: string, work: () => Promise<T>): Promise<T> {
    try {
      return await work();
    } catch (error) {
      if (error instanceof ServiceError) throw new ServiceError(error.kind, error.message, taskId);
      if (!(error instanceof PythonError)) throw error;
      this.setup.log.traceback(error, [[APP, 1, "generation_process"]]);
      throw new ServiceError("unexpected", prefix + error.message, taskId);
    }
  }

  private async save(made: Generated, taskId: string, { folder }: ResultPlaces) {
    const { files, now } = this.setup;
    const saved: { name: string; png: Uint8Array }[] = [];
    for (const picture of made.pictures) {
      const suffix = Math.floor(Math.random() * 101);
      const name = `${taskId}_${containerTime(now()).fileStamp}_${suffix}.png`;
      if (name.includes("/")) {
        throw new PythonError("FileNotFoundError", `[Errno 2] No such file or directory: '${folder}/${name}'`);
      }
      if (Buffer.byteLength(name) > 255) {
        throw new PythonError("OSError", `[Errno 36] File name too long: '${folder}/${name}'`);
      }
      const png = await encodePng(picture);
      await files.write(`${folder}/${name}`, png, "image/png");
      saved.push({ name, png });
    }
    return saved;
  }

  /** Returns the LoRA that counts for this request, as a text. */
  private async changeLora(fields: PythonObject): Promise<string> {
    const { files, flags, loaded, log } = this.setup;
    const given = fields.get("lora_path") ?? null;
    const paths = typeof given === "string" ? [given] : given;
    if (!Array.isArray(paths)) throw new PythonError("TypeError", `object of type '${pythonType(paths)}' has no len()`);
    const weight = fields.has("lora_attn") ? (fields.get("lora_attn") ?? null) : paths.map(() => 0.75);
    const weights = typeof weight === "number" ? paths.map(() => weight) : weight;
    // The service spreads a float over the list, but not an int.
    if (!Array.isArray(weights)) {
      throw new PythonError("TypeError", `object of type '${pythonType(weights)}' has no len()`);
    }
    const refuse = (message: string) => new ServiceError("input", message);
    if (paths.length !== weights.length) {
      throw refuse("The input length of lora_paths and lora_attns must be the same");
    }
    for (const path of paths) {
      if (!(await files.exists(`${MODEL_ROOT}/${pythonStr(path)}`))) {
        throw refuse(`lora path: ${pythonStr(path)} not exists! Make sure you have mount the correct oss path`);
      }
    }
    if (flags.useBlade && !loaded.blade?.active) {
      throw refuse("Please wait util the blade optimization done to add lora model");
    }
    if (!flags.useBlade && paths.length !== 1) {
      throw refuse(
        "Ori diffusers api only allow one lora model. You can use blade optimization for multiple lora models.",
      );
    }
    try {
      for (const path of paths) await this.openLora(pythonStr(path));
    } catch (error) {
      if (!(error instanceof PythonError)) throw error;
      log.traceback(error, [[APP, 1, "change_lora"]]);
      throw new ServiceError("unexpected", error.message);
    }
    log.info("successully change lora model!");
    const used = paths.map((path, index) => `${pythonStr(path)}=${pythonStr(weights[index] ?? null)}`).join(",");
    if (flags.useBlade) return used;
    // Without Blade the weight is not applied.
    this.loadedLora = pythonStr(paths[0] ?? "");
    return this.loadedLora;
  }

  private async openLora(path: string): Promise<void> {
    const tree = await this.setup.files.tree(MODEL_ROOT);
    checkLoraTensors(await openWeights(this.setup.files, tree, path, "torch"));
  }

  private async changeControlnet(fields: PythonObject): Promise<void> {
    if (!fields.has("controlnet_path")) return;
    const { files, flags, log } = this.setup;
    if (flags.funcName !== "controlnet") {
      throw new ServiceError("input", "You should set --func_name controlnet to use controlnet.");
    }
    const path = pythonStr(fields.get("controlnet_path") ?? null);
    if (!(await files.exists(`${MODEL_ROOT}/${path}`))) {
      throw new ServiceError(
        "input",
        `controlnet_path path: ${MODEL_ROOT}/${path} not exists! Make sure you have mount the correct oss path`,
      );
    }
    try {
      await openWeights(files, await files.tree(MODEL_ROOT), path, "torch");
    } catch (error) {
      if (!(error instanceof PythonError)) throw error;
      throw new ServiceError("unexpected", `Load controlnet error: ${error.message}`);
    }
    this.controlnetWeights = path;
    log.info("successully change controlnet model!");
  }
}

interface ResultPlaces {
  /** Where the files go, and how the answer names that place: the flag alone decides the latter. */
  folder: string;
  oss: string;
  http: string;
}

/** `os.path.join` and a plain text replacement, as the service builds its links from `--oss_save_dir` and `--region`. */
export function resultPlaces(flags: Pick<Flags, "ossSaveDir" | "region">, saveDir: PythonValue): ResultPlaces {
  if (typeof saveDir !== "string") {
    throw new PythonError(
      "TypeError",
      `join() argument must be str, bytes, or os.PathLike object, not '${pythonType(saveDir)}'`,
    );
  }
  const bucket = flags.ossSaveDir.split("/")[2];
  if (bucket === undefined) throw new PythonError("IndexError", "list index out of range");
  const oss = joinPath(flags.ossSaveDir, saveDir);
  const host = `https://${bucket}.oss-cn-${flags.region}.aliyuncs.com`;
  const strip = (path: string) => (path.endsWith("/") ? path.slice(0, -1) : path);
  return {
    folder: strip(joinPath(RESULT_ROOT, saveDir)),
    oss: strip(oss),
    http: strip(oss.replaceAll(`oss://${bucket}`, host)),
  };
}

function joinPath(left: string, right: string): string {
  if (right.startsWith("/")) return right;
  return left === "" || left.endsWith("/") ? left + right : `${left}/${right}`;
}

/** Python's truth of a JSON value. */
function isTrue(value: PythonValue): boolean {
  if (Array.isArray(value)) return value.length > 0;
  if (value instanceof Map) return value.size > 0;
  return Boolean(value);
}

const randomSeed = () => randomBytes(8).readBigUInt64BE();
