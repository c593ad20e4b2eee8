import { placeholderWeights } from "./checkpoint";
import type { ContainerFiles, FileTree } from "./files";
import type { WorkerLog } from "./log";
import { PythonError } from "./python-error";
import { openWeights, type Tensor } from "./weights";

/** Which LoRA a service without Blade loads at start (reference: diffusers-service.md §10). */
export function chooseStartLora(names: readonly string[]): { name: string; convert: boolean } | undefined {
  const bin = names.filter((name) => name.endsWith(".bin"));
  if (bin.length > 1) throw new PythonError("ValueError", "only one lora model is allowed when init!");
  if (bin[0] !== undefined) return { name: bin[0], convert: false };
  const safetensors = names.filter((name) => name.endsWith(".safetensors"));
  // Two or more .safetensors load none, silently.
  if (safetensors.length !== 1 || safetensors[0] === undefined) return undefined;
  return { name: safetensors[0], convert: true };
}

/** The names that a UNet of SD 1.x and 2.x does not have: SDXL's blocks as kohya's trainer writes them. */
const SDXL_BLOCKS = /lora_unet_(input_blocks|middle_block|output_blocks)/;
const LYCORIS = /\.(hada_|lokr_)/;

export function checkLoraTensors(tensors: Map<string, Tensor> | undefined): void {
  const names = [...(tensors?.keys() ?? [])];
  if (names.some((name) => SDXL_BLOCKS.test(name))) {
    throw new PythonError(
      "ValueError",
      "A dict of processors was passed, but the number of processors 140 does not match the number of attention " +
        "layers: 32. Please make sure to pass 32 processor classes.",
    );
  }
  if (names.some((name) => LYCORIS.test(name))) {
    throw new PythonError("ValueError", "None does not seem to be in the correct format expected by LoRA training.");
  }
}

export async function convertLora(files: ContainerFiles, tree: FileTree, path: string, log: WorkerLog): Promise<void> {
  const target = `${tree.root}/${path.replace(".safetensors", ".bin")}`;
  log.info(`Start converting lora model ${tree.root}/${path} to ${target}`);
  const tensors = await openWeights(files, tree, path, "torch");
  await files.write(target, placeholderWeights("LoRA"));
  checkLoraTensors(tensors);
}
