import { memoryFile } from "./model-file";
import { writeSafetensors } from "./safetensors";
import { sampleModel } from "./sample";
import { torchFile } from "./testing-torch";
import type { ModelFile } from "./types";

/** Folders for tests: a path and what lies there. */
export type Entries = Record<string, string | Uint8Array>;

export function toBytes(content: string | Uint8Array): Uint8Array {
  return typeof content === "string" ? new TextEncoder().encode(content) : content;
}

export function filesOf(entries: Entries): ModelFile[] {
  return Object.entries(entries).map(([path, content]) => memoryFile(path, toBytes(content)));
}

/** The sample model below `base_model/`, with some paths replaced or (`undefined`) taken away, folders by a trailing slash. */
export function sampleWith(changes: Record<string, string | Uint8Array | undefined> = {}): Entries {
  const entries: Entries = Object.fromEntries(sampleModel().map(({ path, bytes }) => [path, bytes]));
  for (const [path, content] of Object.entries(changes)) {
    if (content !== undefined) entries[path] = content;
    else
      for (const at of Object.keys(entries))
        if (at === path || (path.endsWith("/") && at.startsWith(path))) delete entries[at];
  }
  return entries;
}

/** The same files with every path changed, e.g. wrapped in a folder. */
export function moved(entries: Entries, move: (path: string) => string): Entries {
  return Object.fromEntries(Object.entries(entries).map(([path, content]) => [move(path), content]));
}

/** A JSON file of the sample model with some keys changed. */
export function editedJson(path: string, change: Record<string, unknown>): string {
  const bytes = sampleWith()[path];
  if (bytes === undefined) throw new Error(`${path} is not part of the sample model`);
  return JSON.stringify({ ...JSON.parse(new TextDecoder().decode(toBytes(bytes))), ...change });
}

/** A safetensors file with these tensors, given as name and shape. */
export function tensorFile(tensors: Record<string, number[]>): Uint8Array {
  return writeSafetensors(
    Object.entries(tensors).map(([name, shape]) => ({ name, dtype: "F16" as const, shape })),
    () => 0x20,
  );
}

/** A whole Stable Diffusion model in one file, as far as names and shapes of the deciding tensors go. */
export function checkpoint(kind: "sd15" | "sd2", inChannels = 4): Uint8Array {
  const width = kind === "sd15" ? 768 : 1024;
  const text = kind === "sd15" ? "cond_stage_model.transformer.text_model.x" : "cond_stage_model.model.transformer.x";
  return tensorFile({
    "model.diffusion_model.input_blocks.0.0.weight": [2, inChannels, 3, 3],
    "model.diffusion_model.input_blocks.2.1.transformer_blocks.0.attn2.to_k.weight": [2, width],
    "first_stage_model.decoder.conv_in.weight": [2, 4, 3, 3],
    [text]: [2],
  });
}

/** What torch saves, with these tensor names. */
export function pickleFile(names: readonly string[], { complete = true } = {}): Uint8Array {
  const file = torchFile(Object.fromEntries(names.map((name) => [name, [1]])));
  return complete ? file : file.subarray(0, file.length - 30);
}

/** Gigabytes in size, nothing in memory: `head` and then zeros. Counts what is read of it. */
export function sparseFile(path: string, head: Uint8Array, sizeBytes: number): ModelFile & { bytesRead(): number } {
  let total = 0;
  return {
    path,
    sizeBytes,
    read: async (start, end) => {
      const bytes = new Uint8Array(end - start);
      if (start < head.length) bytes.set(head.subarray(start, end));
      total += bytes.length;
      return bytes;
    },
    bytesRead: () => total,
  };
}
