import type { OssClient } from "@/lib/oss/types";
import { type Hubs, planImport } from "./plan-import";
import { type PresetId, presetFolders, presetSource } from "./presets";
import type { Remote } from "./remote";
import { probe } from "./remote-file";

export interface PresetWorld {
  remote: Remote;
  hubs: Hubs;
  oss: OssClient;
  presets?: typeof presetSource;
}

/** What a preset weighs today, by its own server's word; undefined where that says nothing. */
export async function presetSize(world: PresetWorld, id: PresetId, signal: AbortSignal): Promise<number | undefined> {
  const source = (world.presets ?? presetSource)(id);
  if (source.kind !== "modelscope") return (await probe(world.remote, { url: source.url }, signal)).sizeBytes;
  const files = await planImport({ ...world, signal }, { kind: "preset", id }, presetFolders(id)[0] ?? "");
  return files.reduce((sum, { sizeBytes = 0 }) => sum + sizeBytes, 0);
}
