import { checkWeights } from "./components";
import { CONTROLNET_WEIGHTS, optimizedFiles } from "./container";
import { isObject, type JsonObject } from "./content";
import type { CheckContext } from "./context";
import { findFolder } from "./folder";
import { FOREIGN_MODELS, kindOfWidth, type ModelKind } from "./identify";
import { probeJson, probePresence, probeWeights } from "./probe";

/** `--func_name controlnet`: diffusers-service.md, sections 4 and 10. */
export async function checkControlnet(context: CheckContext, baseKind: ModelKind): Promise<void> {
  const { findings, root, flags } = context;
  if (flags.func !== "controlnet") return;
  const found = findFolder(root, "controlnet");
  if (!found) return findings.add("controlnet_missing", undefined);
  const { path, folder } = found;
  const config = folder.files.get("config.json");
  if (!config) {
    const original = [...folder.files.keys()].find((name) => /\.(pth|ckpt|safetensors)$/.test(name));
    if (original) findings.add("controlnet_original", `${path}/${original}`);
    else
      findings.add("component_file_missing", `${path}/config.json`, { component: "controlnet", file: "config.json" });
    return;
  }
  const [json] = await Promise.all([
    probeJson(context, `${path}/config.json`, config),
    checkWeights(context, folder, path, CONTROLNET_WEIGHTS),
  ]);
  const kind = kindOfWidth(json?.cross_attention_dim);
  if (kind !== "unknown" && baseKind !== "unknown" && kind !== baseKind) {
    findings.add("controlnet_misfit", path, { kind, width: String(json?.cross_attention_dim), baseKind });
  }
}

/** `--use_translate`: the damo csanmt zh2en model, section 4.3. */
export async function checkTranslate(context: CheckContext): Promise<void> {
  const { findings, root, flags } = context;
  if (!flags.translate) return;
  const found = findFolder(root, "translate");
  if (!found) return findings.add("translate_missing", undefined);
  const { path, folder } = found;
  const configuration = folder.files.get("configuration.json");
  const weights = folder.folders.get("tf_ckpts");
  const missing = [...(configuration ? [] : ["configuration.json"]), ...(weights?.files.size ? [] : ["tf_ckpts/"])];
  if (missing.length > 0) findings.add("translate_incomplete", path, { missing: missing.join(", ") });
  for (const [name, file] of weights?.files ?? []) {
    if (/\.(index|data-\d+-of-\d+)$/.test(name)) await probePresence(context, `${path}/tf_ckpts/${name}`, file);
  }
  const json = configuration && (await probeJson(context, `${path}/configuration.json`, configuration));
  if (json && sourceLanguage(json) === "en") findings.add("translate_direction", `${path}/configuration.json`);
}

/** `src_lang`, wherever the configuration has it. */
function sourceLanguage(value: JsonObject): string | undefined {
  if (typeof value.src_lang === "string") return value.src_lang;
  for (const child of Object.values(value)) {
    const inner = isObject(child) ? sourceLanguage(child) : undefined;
    if (inner) return inner;
  }
  return undefined;
}

/** `lora_model/` is read at start, and only without Blade. */
export async function checkStartupLora(context: CheckContext, baseKind: ModelKind): Promise<void> {
  const { findings, root, flags } = context;
  const folder = root.folders.get("lora_model");
  if (!folder) return;
  const names = [...folder.files.keys()].sort();
  const bins = names.filter((name) => name.endsWith(".bin"));
  const safetensors = names.filter((name) => name.endsWith(".safetensors"));
  if (bins.length + safetensors.length === 0) return;
  if (flags.blade) return findings.add("lora_unused_with_blade", "lora_model");
  if (bins.length > 1)
    return findings.add("lora_several_bin", "lora_model", { names: bins.join(", "), bin: bins.length });
  if (bins.length === 0 && safetensors.length > 1) {
    return findings.add("lora_several_safetensors", "lora_model", { names: safetensors.join(", ") });
  }
  const name = bins[0] ?? safetensors[0];
  const file = name === undefined ? undefined : folder.files.get(name);
  const probed = file && (await probeWeights(context, `lora_model/${name}`, file));
  const reason = probed && loraMisfit(probed.identity.kind, probed.header?.tensors, baseKind);
  if (reason) findings.add("lora_unfit", `lora_model/${name}`, { kind: reason });
}

/** What the file is instead of a LoRA that fits; `undefined` when it fits as far as can be seen. */
function loraMisfit(
  kind: ModelKind,
  tensors: ReadonlyMap<string, { shape: number[] }> | undefined,
  baseKind: ModelKind,
): ModelKind | undefined {
  if (kind === "unknown") return undefined;
  if (kind !== "lora") return kind;
  for (const [name, { shape }] of tensors ?? []) {
    // SD 1 and 2 have one transformer block at each place, SDXL up to ten; its second text encoder gives it away too.
    if (/^lora_te2_|transformer_blocks[._][1-9]/.test(name)) return "sdxl";
    // The down matrix of a cross-attention key projection is as wide as the text encoder's output.
    if (!/attn2.*to_k.*(lora_down|lora_A|lora\.down|_lora\.down)/.test(name)) continue;
    const width = kindOfWidth(shape[1]);
    if (FOREIGN_MODELS.has(width) || (width !== "unknown" && baseKind !== "unknown" && width !== baseKind))
      return width;
    return undefined;
  }
  return undefined;
}

/** `optimized_model/` is read and written with `--use_blade` only. */
export function checkOptimized({ findings, root, flags }: CheckContext, baseKind: ModelKind): void {
  if (!flags.blade) return;
  const expected = optimizedFiles(flags.func);
  const names = new Set(root.folders.get("optimized_model")?.files.keys() ?? []);
  const missing = expected.filter((name) => !names.has(name));
  if (missing.length > 0 && missing.length < expected.length) {
    findings.add("optimized_incomplete", "optimized_model", { missing: missing.join(", ") });
  }
  if (missing.length > 0 && baseKind === "sd2" && flags.func === "base") findings.add("blade_default_sd2", undefined);
}
