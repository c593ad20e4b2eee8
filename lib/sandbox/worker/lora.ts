import { posix } from "node:path";
import type { ContainerFiles, FileTree } from "./files";
import { PythonError } from "./python-error";
import { placeholderWeights, readStandIn } from "./stand-in";
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

/** What the names of a LoRA's tensors say about it, as far as the program can use it or not. */
type LoraKind = "plain" | "sdxl" | "lycoris";

function kindOf(tensors: Map<string, Tensor> | undefined): LoraKind {
  const names = [...(tensors?.keys() ?? [])];
  if (names.some((name) => SDXL_BLOCKS.test(name))) return "sdxl";
  return names.some((name) => LYCORIS.test(name)) ? "lycoris" : "plain";
}

/** Opens a LoRA and puts it into the UNet, or fails as diffusers 0.15 does. */
export async function loadLora(files: ContainerFiles, tree: FileTree, path: string): Promise<void> {
  const tensors = await openWeights(files, tree, path, "torch");
  const kind = tensors ? kindOf(tensors) : await standInKind(files, tree, path);
  if (kind === "sdxl") {
    throw new PythonError(
      "ValueError",
      "A dict of processors was passed, but the number of processors 140 does not match the number of attention " +
        "layers: 32. Please make sure to pass 32 processor classes.",
    );
  }
  if (kind === "lycoris") {
    throw new PythonError(
      "ValueError",
      `${posix.join(tree.root, path)} does not seem to be in the correct format expected by LoRA training.`,
    );
  }
}

/** Blade adds a LoRA tensor by tensor, so that a wrong one shows itself as a name that the UNet does not have. */
export async function mergeLora(files: ContainerFiles, tree: FileTree, path: string): Promise<void> {
  const tensors = await openWeights(files, tree, path, "torch");
  const kind = tensors ? kindOf(tensors) : await standInKind(files, tree, path);
  const first = [...(tensors?.keys() ?? [])].find((name) => !name.includes("text"))?.split(".")[0] ?? "lora_unet";
  if (kind === "sdxl") {
    const name = first.replace("lora_unet_", "").replaceAll("_", ".").replaceAll(".block", "_block");
    throw new PythonError("KeyError", `'unet.${name}.weight'`);
  }
  if (kind === "lycoris") throw new PythonError("KeyError", `'${first}.hada_w1_a'`);
}

async function standInKind(files: ContainerFiles, tree: FileTree, path: string): Promise<LoraKind> {
  const size = Math.min(tree.size(path), 1024);
  const kind = readStandIn(await files.read(`${tree.root}/${path}`, { start: 0, end: size }))?.kind;
  return kind === "sdxl" || kind === "lycoris" ? kind : "plain";
}

/** Writes the `.bin` beside a `.safetensors`; returns its path. Says nothing about whether it will load. */
export async function convertLora(files: ContainerFiles, tree: FileTree, path: string): Promise<string> {
  const target = path.replaceAll(".safetensors", ".bin");
  const kind = kindOf(await openWeights(files, tree, path, "torch"));
  await files.write(`${tree.root}/${target}`, placeholderWeights("LoRA", { kind }));
  return target;
}
