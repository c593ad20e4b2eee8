import { randomBytes } from "node:crypto";
import type { ContainerRequest, ContainerResponse } from "@/lib/sandbox/core/types";
import { crashAnswer, errorAnswer, jsonAnswer, ServiceError } from "./answer";
import type { Flags } from "./arguments";
import type { ContainerFiles } from "./files";
import { type Generated, generate, resizeForSaving } from "./generation";
import type { LinkReader } from "./links";
import { containerTime, type WorkerLog } from "./log";
import { Models } from "./models";
import { encodePng } from "./pictures";
import { APP, PythonError } from "./python-error";
import { type PythonObject, type PythonValue, pythonStr } from "./python-json";
import { type ParsedRequest, parseRequest } from "./request";
import { makeFolders, pathText, type ResultPlaces, resultPlaces, saveFile } from "./results";
import type { LoadedService } from "./startup";
import { translate } from "./translate";
import { FIRST_VALUES, given, isTrue, type StickyValues, updateSticky } from "./values";

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

interface Saved {
  name: string;
  png: Uint8Array;
}

/** The running program: one request after the other, with the state that it keeps between them. */
export class DiffusersService {
  private values: StickyValues = { ...FIRST_VALUES };
  private readonly models: Models;

  constructor(private readonly setup: ServiceSetup) {
    this.models = new Models(setup.flags, setup.loaded, setup.files, setup.log);
  }

  /** Always answers; what the program does not catch itself becomes a 500. */
  async process({ body, queued = false }: ContainerRequest, isMemoryFull = false): Promise<ContainerResponse> {
    const { log } = this.setup;
    try {
      const request = await this.parse(body);
      return await this.answer(request, { isMemoryFull, queued });
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

  /** The optimised model is looked for after each request's first half, whether that went well or not. */
  private async parse(body: Uint8Array): Promise<ParsedRequest> {
    const { flags, links, loaded, log } = this.setup;
    try {
      const rules = { service: flags.funcName, links, info: log.info, warn: log.warning };
      const request = await parseRequest(body, rules);
      this.translatePrompt(request.fields);
      await loaded.blade?.refresh();
      return request;
    } catch (error) {
      if (error instanceof ServiceError) await loaded.blade?.refresh();
      throw error;
    }
  }

  private translatePrompt(fields: PythonObject): void {
    const { loaded, log } = this.setup;
    if (!isTrue(given(fields, "use_translate", loaded.hasTranslation))) return;
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

  private async answer(
    request: ParsedRequest,
    { isMemoryFull, queued }: { isMemoryFull: boolean; queued: boolean },
  ): Promise<ContainerResponse> {
    const { files, flags, gpu, loaded, log, sleep } = this.setup;
    const { fields } = request;
    const requestLora = await this.models.changeLora(fields);
    await this.models.changeControlnet(fields);
    this.values = updateSticky(this.values, fields);
    const taskId = given(fields, "task_id", null);
    const places = resultPlaces(flags, pathText(given(fields, "save_dir", "result")));
    await makeFolders(files, places.folder);

    const seed = given(fields, "seed", randomSeed());
    const made = await this.catching(taskId, "", () =>
      generate(request, this.values, {
        pipeline: loaded.pipeline,
        gpu,
        useBlade: loaded.blade?.active ?? false,
        otherGb: loaded.blade?.otherGb ?? 0,
        isMemoryFull,
        seed,
        flavour: this.models.flavour(requestLora),
        channelOrder: this.models.channelOrder,
        sleep,
        warn: log.warning,
        print: log.print,
      }),
    );
    const saved = await this.catching(taskId, "Save result error: ", () =>
      this.save(made, request, pythonStr(taskId), places),
    );
    log.info(`Your samples are ready and waiting for you here: \n${places.folder} \n \nEnjoy.`);
    const link = (folder: string, name: string) => (folder.endsWith("/") ? folder + name : `${folder}/${name}`);
    const links = (folder: string) => saved.map(({ name }) => (name.startsWith("/") ? name : link(folder, name)));
    const answer: PythonObject = new Map<string, PythonValue>([
      ["success", 1n],
      ["task_id", taskId],
      ["prompt", this.values.prompt],
      ["seed", pythonStr(seed)],
      ["image_url", links(places.http)],
      ["oss_url", links(places.oss)],
      ["is_nsfw", made.isNsfw],
    ]);
    // Results of an asynchronous service carry none (diffusers-service.md, section 5).
    if (!queued && isTrue(given(fields, "use_base64", false))) answer.set("images_base64", saved.map(urlSafeBase64));
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

  private async save(
    made: Generated,
    { fields, functionName }: ParsedRequest,
    taskId: string,
    { folder }: ResultPlaces,
  ): Promise<Saved[]> {
    const { files, now } = this.setup;
    const saved: Saved[] = [];
    for (let index = 0; index < made.wanted; index++) {
      const picture = made.pictures[index];
      if (!picture) throw new PythonError("IndexError", "list index out of range");
      const final = functionName === "t2i" ? await resizeForSaving(picture, this.values, fields) : picture;
      const suffix = Math.floor(Math.random() * 101);
      const name = `${taskId}_${containerTime(now()).fileStamp}_${suffix}.png`;
      const png = await encodePng(final);
      await saveFile(files, folder, name, png);
      saved.push({ name, png });
    }
    return saved;
  }
}

const urlSafeBase64 = ({ png }: Saved) => Buffer.from(png).toString("base64").replaceAll("+", "-").replaceAll("/", "_");

const randomSeed = () => randomBytes(8).readBigUInt64BE();
