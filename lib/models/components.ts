import { COMPONENTS, type ComponentRule, DIFFUSERS_CLASSES, LATER_TRANSFORMERS, type WeightNames } from "./container";
import { isObject, type JsonObject } from "./content";
import type { CheckContext } from "./context";
import type { Folder } from "./folder";
import { FOREIGN_MODELS, foreignPipeline, kindOfWidth, type ModelKind } from "./identify";
import { probeJson, probePresence, probeWeights } from "./probe";
import type { ModelFile } from "./types";

/** A component's line in model_index.json. */
interface IndexEntry {
  isNull: boolean;
  library?: string;
  className?: string;
}

function entryOf(index: JsonObject, name: string): IndexEntry | undefined {
  const value = index[name];
  if (!Array.isArray(value)) return undefined;
  const [library, className] = value;
  if (library === null || className === null) return { isNull: true };
  return typeof library === "string" && typeof className === "string"
    ? { isNull: false, library, className }
    : undefined;
}

/** All eight names are there: what `from_pretrained` of diffusers 0.15 then reads. */
export async function checkComponents(context: CheckContext, base: Folder<ModelFile>): Promise<{ kind: ModelKind }> {
  const { findings } = context;
  const indexFile = base.files.get("model_index.json");
  if (!indexFile) {
    findings.add("component_file_missing", "base_model/model_index.json", {
      component: "base_model",
      file: "model_index.json",
    });
    return { kind: "unknown" };
  }
  const index = await probeJson(context, "base_model/model_index.json", indexFile);
  const foreign = foreignKind(index ?? {}, base);
  if (foreign) {
    findings.add("kind_unsupported", "base_model/model_index.json", { kind: foreign });
    return { kind: foreign };
  }
  const kinds = await Promise.all(
    COMPONENTS.map((rule) =>
      checkComponent(context, base, rule, index && entryOf(index, rule.name), index !== undefined),
    ),
  );
  if (index) checkSafetyPair(context, index);
  const kind = kinds.find((found) => found !== undefined) ?? "unknown";
  if (FOREIGN_MODELS.has(kind)) findings.add("kind_unsupported", "base_model/unet/config.json", { kind });
  if (kind === "unknown" && !findings.has("component_file_missing"))
    findings.add("kind_unknown", "base_model/unet/config.json");
  return { kind };
}

function foreignKind(index: JsonObject, base: Folder<ModelFile>): ModelKind | undefined {
  const className = typeof index._class_name === "string" ? index._class_name : undefined;
  const byClass = className === undefined ? undefined : foreignPipeline(className);
  if (byClass) return byClass;
  return base.folders.has("text_encoder_2") || Array.isArray(index.text_encoder_2) ? "sdxl" : undefined;
}

/** The pipeline refuses a safety checker without the feature extractor that feeds it. */
function checkSafetyPair({ findings, flags }: CheckContext, index: JsonObject): void {
  const isLoaded = (name: string) => entryOf(index, name)?.isNull === false;
  if (!flags.closeSafety && isLoaded("safety_checker") && !isLoaded("feature_extractor")) {
    findings.add("feature_extractor_needed", "base_model/model_index.json");
  }
}

/** Returns what the UNet says about the kind of model; nothing for the other components. */
async function checkComponent(
  context: CheckContext,
  base: Folder<ModelFile>,
  rule: ComponentRule,
  entry: IndexEntry | undefined,
  hasIndex: boolean,
): Promise<ModelKind | undefined> {
  const { findings, flags } = context;
  const { name } = rule;
  const path = `base_model/${name}`;
  if (hasIndex && !entry) {
    if (!rule.optional) findings.add("index_entry_missing", "base_model/model_index.json", { component: name });
    if (rule.optional) return undefined;
  }
  if (entry?.isNull) {
    if (!rule.optional) findings.add("component_null", "base_model/model_index.json", { component: name });
    return undefined;
  }
  if (entry?.library && entry.className && !isKnownClass(entry.library, entry.className)) {
    const { library, className } = entry;
    findings.add("class_unknown", "base_model/model_index.json", { component: name, library, className });
  }
  // With --close_safety the service passes None and nothing of the folder is read.
  if (name === "safety_checker" && flags.closeSafety) return undefined;
  const folder = base.folders.get(name);
  if (!folder) {
    findings.add("component_file_missing", path, { component: name, file: rule.needs.join(", ") });
    return undefined;
  }
  const configs = await Promise.all(needsOf(rule, entry).map((file) => checkNeeded(context, folder, path, name, file)));
  if (rule.weights) await checkWeights(context, folder, path, rule.weights);
  return name === "unet" ? unetKind(context, configs[0]) : undefined;
}

function isKnownClass(library: string, className: string): boolean {
  if (library === "diffusers") return DIFFUSERS_CLASSES.has(className);
  return library !== "transformers" || !LATER_TRANSFORMERS.test(className);
}

/** Other tokenizers than CLIP's (Chinese models have BERT's) read other files; which ones is theirs to know. */
function needsOf(rule: ComponentRule, entry: IndexEntry | undefined): readonly string[] {
  const isOther = rule.name === "tokenizer" && entry?.className !== undefined && entry.className !== "CLIPTokenizer";
  return isOther ? [] : rule.needs;
}

async function checkNeeded(
  context: CheckContext,
  folder: Folder<ModelFile>,
  path: string,
  component: string,
  name: string,
): Promise<JsonObject | undefined> {
  const file = folder.files.get(name);
  if (!file) {
    context.findings.add("component_file_missing", `${path}/${name}`, { component, file: name });
    return undefined;
  }
  if (name.endsWith("config.json")) return probeJson(context, `${path}/${name}`, file);
  await probePresence(context, `${path}/${name}`, file);
  return undefined;
}

function unetKind({ findings }: CheckContext, config: JsonObject | undefined): ModelKind | undefined {
  if (!config) return undefined;
  const path = "base_model/unet/config.json";
  // Left out of the file means the class's default, which is 4.
  const channels = config.in_channels ?? 4;
  if (typeof channels === "number" && channels !== 4) findings.add("unet_channels", path, { channels });
  const kind = config.addition_embed_type === "text_time" ? "sdxl" : kindOfWidth(config.cross_attention_dim);
  return kind === "unknown" ? undefined : kind;
}

/** The weights of one component: the names that the loader asks for, and what is in the file that it then reads. */
export async function checkWeights(
  context: CheckContext,
  folder: Folder<ModelFile>,
  path: string,
  weights: WeightNames,
): Promise<void> {
  const name = [weights.safetensors, weights.bin].find((candidate) => folder.files.has(candidate));
  const file = name === undefined ? undefined : folder.files.get(name);
  if (name !== undefined && file) {
    const probed = await probeWeights(context, `${path}/${name}`, file);
    // transformers of mid-2023 refuses a safetensors file that does not say which framework it is for.
    if (weights.shardsAllowed && probed?.header && !probed.header.metadata?.format) {
      context.findings.add("metadata_missing", `${path}/${name}`);
    }
    return;
  }
  const index = [`${weights.safetensors}.index.json`, `${weights.bin}.index.json`].find((at) => folder.files.has(at));
  if (index) return checkShards(context, folder, path, index, weights);
  const variant = variantIn(folder, weights);
  const expected = `${weights.safetensors}, ${weights.bin}`;
  if (variant) {
    const repair = { kind: "use_variant", variant: variant.variant } as const;
    const params = { found: variant.name, variant: variant.variant, expected };
    context.findings.add("variant_only", path, params, context.offer(undefined, repair));
  } else {
    const code = path === "base_model/safety_checker" ? "safety_weights_missing" : "weights_missing";
    context.findings.add(code, path, { expected });
  }
}

function variantIn(folder: Folder<ModelFile>, weights: WeightNames): { name: string; variant: string } | undefined {
  for (const plain of [weights.safetensors, weights.bin]) {
    const at = plain.lastIndexOf(".");
    const [stem, ending] = [`${plain.slice(0, at)}.`, plain.slice(at)];
    const name = [...folder.files.keys()].find((file) => file.startsWith(stem) && file.endsWith(ending));
    if (name) return { name, variant: name.slice(stem.length, -ending.length) };
  }
  return undefined;
}

async function checkShards(
  context: CheckContext,
  folder: Folder<ModelFile>,
  path: string,
  indexName: string,
  weights: WeightNames,
): Promise<void> {
  const { findings } = context;
  if (!weights.shardsAllowed) return findings.add("sharded_weights", `${path}/${indexName}`);
  const file = folder.files.get(indexName);
  const index = file && (await probeJson(context, `${path}/${indexName}`, file));
  if (!index) return;
  if (!isObject(index.weight_map)) return findings.add("json_invalid", `${path}/${indexName}`);
  const shards = [...new Set(Object.values(index.weight_map).map(String))].sort();
  const missing = shards.filter((name) => !folder.files.has(name));
  if (missing.length > 0) findings.add("shard_missing", path, { missing: missing.join(", "), shards: shards.length });
  for (const name of shards) {
    const shard = folder.files.get(name);
    if (shard) await probeWeights(context, `${path}/${name}`, shard);
  }
}
