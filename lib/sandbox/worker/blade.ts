import { ContainerExit } from "@/lib/sandbox/core/types";
import type { ContainerFiles } from "./files";
import type { WorkerLog } from "./log";
import { gpuModel, OPTIMISING_GB, STAGE_MS } from "./pace";
import { APP, PythonError, readOnlyFileSystem } from "./python-error";
import { placeholderWeights, readStandIn } from "./stand-in";

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
  /** Of the model that is loaded. */
  fingerprint: string;
  sleep(ms: number): Promise<void>;
}

/** The width that SD 1.x listens to; the image's own optimised model was made from such a model. */
const SD1_WIDTH = 768;

/** The optimised model of one service (reference: diffusers-service.md §4, §9, §10). */
export class Blade {
  /** Whether requests are served by the optimised model now. */
  active = false;
  private isOptimising = false;
  /** With a ControlNet the optimised model keeps the weights that it was made from. */
  private bakedFingerprint: string | undefined;

  constructor(private readonly setup: BladeSetup) {}

  /** GPU memory that the optimisation holds while it runs. */
  get otherGb(): number {
    return this.isOptimising ? OPTIMISING_GB : 0;
  }

  /** The model whose pictures come out. */
  get fingerprint(): string {
    return (this.active && this.bakedFingerprint) || this.setup.fingerprint;
  }

  private get folder(): string {
    return `${this.setup.root}/optimized_model`;
  }

  /** In the order in which they are saved. */
  private get parts(): string[] {
    return ["encoder.pt", ...(this.setup.controlnet ? ["controlnet.pt"] : []), "unet.pt", "decoder.pt"];
  }

  private async isComplete(): Promise<boolean> {
    for (const part of this.parts) if (!(await this.setup.files.isFile(`${this.folder}/${part}`))) return false;
    return true;
  }

  private get failure(): string {
    return this.setup.controlnet
      ? "Load blade model with controlnet failed! Use the original diffuser model!"
      : "Load blade model failed! Use the original diffuser model!";
  }

  /** At start: load, or copy the image's default, or optimise in the background. */
  async start(): Promise<void> {
    const { setup } = this;
    const { files, log } = setup;
    if (!files.isWritable(this.folder) && !(await files.exists(this.folder))) throw readOnlyFileSystem(this.folder);
    if (await this.isComplete()) {
      await setup.sleep(STAGE_MS.loadBlade);
      return this.load(this.failure);
    }
    if (setup.controlnet || setup.notUseDefault) {
      this.isOptimising = true;
      void this.optimise().finally(() => {
        this.isOptimising = false;
      });
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
    for (const part of this.parts) await this.write(part, SD1_WIDTH);
    await this.load(
      "Load pre-optimized blade model failed! Use the original diffuser model! Or you can try to optimize blade model " +
        "with --not_use_default_blade --remove_opt when service initialization",
    );
  }

  /** Before each request: a model that has become complete meanwhile is loaded; one that failed is tried again. */
  async refresh(): Promise<void> {
    if (this.active || !(await this.isComplete())) return;
    this.setup.log.info(
      this.setup.controlnet ? "Load blade model with controlnet to init" : "load blade model to init",
    );
    await this.load(this.failure);
  }

  private async load(failure: string): Promise<void> {
    const { log } = this.setup;
    try {
      checkCard(this.setup.gpu);
      const facts = await this.readPart("unet.pt");
      await this.readPart("decoder.pt");
      if (!this.setup.controlnet) checkWidth(facts?.width, this.setup.crossAttentionWidth);
      else if (typeof facts?.model === "string") this.bakedFingerprint = facts.model;
      this.active = true;
    } catch (error) {
      if (!(error instanceof PythonError)) throw error;
      log.traceback(error, [
        [APP, 347, "initialize"],
        ["/home/pai/utils/blade.py", 207, "load_blade_model"],
      ]);
      log.warning(failure);
    }
  }

  /** `torch.jit.load`: our own stand-ins and real archives open, anything else does not. */
  private async readPart(part: string) {
    const path = `${this.folder}/${part}`;
    const bytes = await this.setup.files.readStart(path, 1024);
    const facts = readStandIn(bytes);
    if (facts || (bytes[0] === 0x50 && bytes[1] === 0x4b)) return facts;
    throw new PythonError(
      "RuntimeError",
      "PytorchStreamReader failed reading zip archive: failed finding central directory",
    );
  }

  private async optimise(): Promise<void> {
    const { crossAttentionWidth, gpu, log, sleep } = this.setup;
    try {
      checkCard(gpu);
      await sleep(STAGE_MS.optimiseBlade);
      // One after the other, as they are saved: a service that is stopped between two leaves a part of the set.
      for (const part of this.parts) {
        await sleep(STAGE_MS.saveBladePart);
        await this.write(part, crossAttentionWidth);
      }
    } catch (error) {
      // A stopped container takes its background process along.
      if (error instanceof ContainerExit) return;
      const shown = error instanceof PythonError ? error : new PythonError("OSError", `[Errno 5] ${String(error)}`);
      log.print("Process Process-1:");
      log.traceback(shown, [["/home/pai/utils/blade.py", 131, "optimize_and_save_blade_model"]]);
    }
  }

  private async write(part: string, width: number): Promise<void> {
    const facts = { width, model: this.setup.fingerprint };
    await this.setup.files.write(`${this.folder}/${part}`, placeholderWeights(`Blade's ${part}`, facts));
  }
}

/** Blade's code runs on A10, A100 and the GU series only. */
function checkCard(gpu: string | undefined): void {
  if (gpu === undefined) throw new PythonError("RuntimeError", "No CUDA GPUs are available");
  if (gpuModel(gpu).blade) return;
  throw new PythonError("RuntimeError", "CUDA error: no kernel image is available for execution on the device");
}

/** The weights of the loaded model are put into the optimised one. Tiny models pass, so that Blade can be shown on them. */
function checkWidth(optimised: unknown, loaded: number): void {
  const isSd2 = loaded === 1024;
  const isMadeForSd2 = optimised === 1024;
  if (optimised === undefined || isSd2 === isMadeForSd2) return;
  throw new PythonError(
    "RuntimeError",
    "Error(s) in loading state_dict for UnetWrapper:\n" +
      "\tsize mismatch for unet.down_blocks.0.attentions.0.transformer_blocks.0.attn2.to_k.weight: copying a param with shape " +
      `torch.Size([320, ${loaded}]) from checkpoint, the shape in current model is torch.Size([320, ${String(optimised)}]).`,
  );
}
