import { contentKind } from "./content";
import type { CheckContext } from "./context";
import { type Folder, filesBelow } from "./folder";
import { identifyTensors, kindOfWidth } from "./identify";
import { FOREIGN_MODELS, type ModelKind } from "./kinds";
import { guarded, probeJson, probeWeights } from "./probe";
import { reportNotRead } from "./root-folders";
import { glanceAtHeader, headerLength } from "./safetensors";
import type { ModelFile } from "./types";

/** Add-ons that are looked into; in OSS each look is a request. */
export const MAX_LOOKS = 48;
/** Of a safetensors file: metadata and the first tensors, which say what kind it is. */
const GLANCE = 8 * 1024;
/** What a look may take at most: a pickle with its archive's directory. */
const LOOK = 256 * 1024;

/** Folders whose content the service reads at its start; everything else may be named per request. */
export const READ_AT_START: ReadonlySet<string> = new Set([
  "base_model",
  "controlnet",
  "translate",
  "optimized_model",
  "lora_model",
  "result",
]);

/** What requests may name: `lora_path` and `controlnet_path`, relative to the model root. Never stops the start. */
export async function checkAddOns(context: CheckContext, baseKind: ModelKind): Promise<void> {
  const { root, findings } = context;
  for (const [name, folder] of root.folders) {
    if (/^loras$/i.test(name) && !root.folders.has("lora") && folder.files.size > 0)
      reportNotRead(context, name, "lora");
  }
  const files: [string, ModelFile][] = [];
  const configs: [string, Folder<ModelFile>][] = [];
  for (const [name, folder] of root.folders) {
    if (READ_AT_START.has(name)) continue;
    for (const [path, file] of filesBelow(folder, `${name}/`)) {
      if (/\.(safetensors|bin|pt|pth|ckpt)$/.test(path)) files.push([path, file]);
    }
    collectConfigs(folder, name, configs);
  }
  let skipped = Math.max(0, files.length - MAX_LOOKS);
  await Promise.all([
    ...files.slice(0, MAX_LOOKS).map(([path, file]) => {
      if (context.reader.bytesLeft() >= LOOK) return lookAt(context, path, file, baseKind);
      skipped += 1;
      return undefined;
    }),
    ...configs.slice(0, MAX_LOOKS).map(([path, folder]) => lookAtControlnet(context, path, folder, baseKind)),
  ]);
  if (skipped > 0) findings.add("add_ons_not_checked", undefined, { count: skipped });
}

/** Folders of diffusers ControlNets, at any depth. */
function collectConfigs(folder: Folder<ModelFile>, path: string, found: [string, Folder<ModelFile>][]): void {
  const isWhole = [...folder.files.keys()].some((name) => name.startsWith("diffusion_pytorch_model."));
  if (folder.files.has("config.json") && isWhole) found.push([path, folder]);
  for (const [name, inner] of folder.folders) collectConfigs(inner, `${path}/${name}`, found);
}

async function lookAt(context: CheckContext, path: string, file: ModelFile, baseKind: ModelKind): Promise<void> {
  const { findings, reader, facts } = context;
  const mild = { ...context, findings: findings.asWarnings() };
  // Not a plain safetensors file: the whole check says what it is instead, and what a pickle would run.
  const identity =
    (path.endsWith(".safetensors") ? await guarded(mild, path, glance) : undefined) ??
    (await probeWeights(mild, path, file, GLANCE))?.identity;
  if (!identity) return;
  const { kind, base, proof, layout } = identity;
  const extras = proof === undefined ? {} : { proof };
  if (kind === "lycoris" || (kind === "controlnet" && layout === "original")) {
    findings.add("add_on_unusable", path, { kind }, extras);
  } else if ((kind === "lora" || kind === "controlnet") && base !== undefined) {
    const isMisfit = FOREIGN_MODELS.has(base) || (baseKind !== "unknown" && base !== baseKind);
    if (isMisfit) findings.add("add_on_misfit", path, { kind, baseKind: base }, extras);
  }

  async function glance() {
    const head = await reader.read(file, 0, GLANCE);
    if (!head || contentKind(head) !== "safetensors") return undefined;
    const length = headerLength(head);
    if (length === undefined || 8 + length > file.sizeBytes) return undefined;
    const found = identifyTensors(glanceAtHeader(head).tensors);
    const { kind, base, precision, variant } = found;
    facts.set(path, {
      kind,
      format: "safetensors",
      ...(base ? { base } : {}),
      ...(precision ? { precision } : {}),
      ...(variant ? { variant } : {}),
    });
    return found;
  }
}

async function lookAtControlnet(
  context: CheckContext,
  path: string,
  folder: Folder<ModelFile>,
  baseKind: ModelKind,
): Promise<void> {
  const config = folder.files.get("config.json");
  const silent = { ...context, findings: context.findings.apart() };
  const json = config && (await probeJson(silent, `${path}/config.json`, config));
  if (json?._class_name !== "ControlNetModel") return;
  const base = kindOfWidth(json.cross_attention_dim);
  if (base === "unknown" || baseKind === "unknown" || base === baseKind) return;
  const proof = `cross_attention_dim: ${json.cross_attention_dim}`;
  context.findings.add("add_on_misfit", path, { kind: "controlnet", baseKind: base }, { proof });
}
