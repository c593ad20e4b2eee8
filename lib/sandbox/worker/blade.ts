import { ContainerExit } from "@/lib/sandbox/core/types";
import { placeholderWeights } from "./checkpoint";
import type { ContainerFiles } from "./files";
import type { WorkerLog } from "./log";
import { gpuModel, STAGE_MS } from "./pace";
import { APP, PythonError, readOnlyFileSystem } from "./python-error";

/** Everything that decides about Blade in one service. */
export interface BladeSetup {
  files: ContainerFiles;
  log: WorkerLog;
  /** `/oss` */
  root: string;
  controlnet: boolean;
  notUseDefault: boolean;
  gpu: string | undefined;
  crossAttentionWidth: number;
  sleep(ms: number): Promise<void>;
}

/** The optimised model of one service (reference: diffusers-service.md §4, §9, §10). */
export class Blade {
  /** Whether requests are served by the optimised model now. */
  active = false;
  /** The image's own optimised model lies in `optimized_model/`: it was made for SD 1.x. */
  private isDefaultModel = false;

  constructor(private readonly setup: BladeSetup) {}

  private get folder(): string {
    return `${this.setup.root}/optimized_model`;
  }

  private get parts(): string[] {
    return ["encoder.pt", "unet.pt", "decoder.pt", ...(this.setup.controlnet ? ["controlnet.pt"] : [])];
  }

  private async isComplete(): Promise<boolean> {
    for (const part of this.parts) if (!(await this.setup.files.isFile(`${this.folder}/${part}`))) return false;
    return true;
  }

  /** At start: load, or copy the image's default, or optimise in the background. */
  async start(): Promise<void> {
    const { setup } = this;
    const { files, log } = setup;
    if (!files.isWritable(this.folder) && !(await files.exists(this.folder))) throw readOnlyFileSystem(this.folder);
    if (await this.isComplete()) {
      await setup.sleep(STAGE_MS.loadBlade);
      this.load(
        setup.controlnet
          ? "Load blade model with controlnet failed! Use the original diffuser model!"
          : "Load blade model failed! Use the original diffuser model!",
      );
      return;
    }
    if (setup.controlnet || setup.notUseDefault) {
      void this.optimise();
      log.warning(
        "The blade model is optimizing now! We will use eager diffusers API and change the mode once blade optimization is done.\n" +
          "See use_blade in res to mark whether the model is in blade optimization.\n" +
          "Note that during the blade optimization, it is likely to cause the CUDA OOM problem for a large image size!",
      );
      return;
    }
    log.info("Copying default blade model!");
    await files.removeTree(this.folder);
    await setup.sleep(STAGE_MS.copyBlade);
    await this.write();
    this.isDefaultModel = true;
    this.load(
      "Load pre-optimized blade model failed! Use the original diffuser model! Or you can try to optimize blade model " +
        "with --not_use_default_blade --remove_opt when service initialization",
    );
  }

  /** Before each request: a model that has become complete meanwhile is loaded; one that failed is tried again. */
  async refresh(): Promise<void> {
    if (this.active || !(await this.isComplete())) return;
    this.setup.log.info("load blade model to init");
    this.load("Load blade model failed! Use the original diffuser model!");
  }

  private load(failure: string): void {
    const { log, gpu, crossAttentionWidth } = this.setup;
    const problem = unsupported(gpu, this.isDefaultModel ? crossAttentionWidth : 768);
    if (!problem) {
      this.active = true;
      log.info("Load blade model done!");
      return;
    }
    log.traceback(problem, [
      [APP, 347, "initialize"],
      ["/home/pai/utils/blade.py", 207, "load_blade_model"],
    ]);
    log.warning(failure);
  }

  private async optimise(): Promise<void> {
    const { log, gpu, sleep } = this.setup;
    try {
      const problem = unsupported(gpu, 768);
      if (problem) {
        log.print("Process Process-2:");
        log.traceback(problem, [["/home/pai/utils/blade.py", 96, "optimize_and_save_blade_model"]]);
        return;
      }
      await sleep(STAGE_MS.optimiseBlade);
      await this.write();
      log.info(`Blade optimization done, saved in ${this.folder}`);
    } catch (error) {
      // A stopped container takes its background process along.
      if (error instanceof ContainerExit) return;
      const shown = error instanceof PythonError ? error : new PythonError("OSError", `[Errno 5] ${String(error)}`);
      log.traceback(shown, [["/home/pai/utils/blade.py", 131, "optimize_and_save_blade_model"]]);
    }
  }

  private async write(): Promise<void> {
    for (const part of this.parts) {
      await this.setup.files.write(`${this.folder}/${part}`, placeholderWeights(`Blade's ${part}`));
    }
  }
}

function unsupported(gpu: string | undefined, width: number): PythonError | undefined {
  if (gpu === undefined || !gpuModel(gpu).blade) {
    return new PythonError("RuntimeError", "CUDA error: no kernel image is available for execution on the device");
  }
  // The image's model was made for SD 1.x. Tiny models of other widths pass, so that Blade can be shown on them.
  if (width === 1024) {
    return new PythonError(
      "RuntimeError",
      `The size of tensor a (768) must match the size of tensor b (${width}) at non-singleton dimension 1`,
    );
  }
  return undefined;
}
