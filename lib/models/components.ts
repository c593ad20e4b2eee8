import { checkWeights } from "./component-weights";
import {
  BASE_FOLDERS,
  BASE_MEMBERS,
  COMPONENTS,
  type ComponentRule,
  DIFFUSERS_CLASSES,
  LATER_TRANSFORMERS,
  PIPELINE_LIBRARIES,
} from "./container";
import { type JsonObject, shownJson } from "./content";
import type { CheckContext } from "./context";
import type { Folder } from "./folder";
import { foreignPipeline, type Identity, kindOfWidth } from "./identify";
import { FOREIGN_MODELS, type ModelDetail, type ModelKind } from "./kinds";
import { looseName } from "./paths";
import { probeJson, probeJsonEnds, probePresence, type Weights } from "./probe";
import type { ModelFile, Repair } from "./types";

const INDEX = "base_model/model_index.json";

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

/** What one component's files say, for rules that compare components. */
interface Looked {
  config?: JsonObject;
  weights?: Weights;
}

/** All eight names are there: what `from_pretrained` of diffusers 0.15 then reads. */
export async function checkComponents(
  context: CheckContext,
  base: Folder<ModelFile>,
): Promise<{ kind: ModelKind; detail?: ModelDetail }> {
  const { findings } = context;
  const indexFile = base.files.get("model_index.json");
  if (!indexFile) {
    findings.add("component_file_missing", INDEX, { component: "base_model", file: "model_index.json" });
    return { kind: "unknown" };
  }
  const index = await probeJson(context, INDEX, indexFile);
  const foreign = index && (await foreignContent(context, index, base));
  if (foreign) {
    findings.add("kind_unsupported", foreign.path, { kind: foreign.kind }, { proof: foreign.proof });
    return { kind: foreign.kind };
  }
  const looked = new Map<string, Looked>();
  await Promise.all(
    COMPONENTS.map(async (rule) => {
      const found = await checkComponent(context, base, rule, index && entryOf(index, rule.name), index !== undefined);
      if (found) looked.set(rule.name, found);
    }),
  );
  if (index) checkSafetyPair(context, index);
  compareWidths(context, looked);
  const unet = looked.get("unet");
  const kind = unet ? unetKind(unet) : "unknown";
  const detail = detailOfFolder(looked);
  if (kind === "unknown" && !findings.has("component_file_missing"))
    findings.add("kind_unknown", "base_model/unet/config.json");
  return { kind, ...(detail ? { detail } : {}) };
}

/** By model_index.json alone: for folders that have no UNet of Stable Diffusion at all. */
export function foreignKind(
  index: JsonObject,
  base: Folder<ModelFile>,
): { kind: ModelKind; proof: string } | undefined {
  const className = typeof index._class_name === "string" ? index._class_name : undefined;
  const byClass = className === undefined ? undefined : foreignPipeline(className);
  if (byClass) return { kind: byClass, proof: `_class_name: "${className}"` };
  if (!base.folders.has("text_encoder_2") && !Array.isArray(index.text_encoder_2)) return undefined;
  return { kind: "sdxl", proof: `text_encoder_2: ${shownJson(index.text_encoder_2 ?? "/")}` };
}

/**
 * The pipeline's name is not what the service loads by: a UNet of Stable Diffusion 1 or 2 loads whatever the index calls it.
 */
async function foreignContent(
  context: CheckContext,
  index: JsonObject,
  base: Folder<ModelFile>,
): Promise<{ kind: ModelKind; proof: string; path: string } | undefined> {
  const configFile = base.folders.get("unet")?.files.get("config.json");
  const silent = { ...context, findings: context.findings.apart() };
  const config = configFile && (await probeJson(silent, "base_model/unet/config.json", configFile));
  const path = "base_model/unet/config.json";
  if (config?.addition_embed_type === "text_time") {
    const isRefiner = config.cross_attention_dim === 1280;
    return { kind: isRefiner ? "sdxl_refiner" : "sdxl", proof: 'addition_embed_type: "text_time"', path };
  }
  const byWidth = kindOfWidth(config?.cross_attention_dim);
  if (FOREIGN_MODELS.has(byWidth)) {
    return { kind: byWidth, proof: `cross_attention_dim: ${config?.cross_attention_dim}`, path };
  }
  if (byWidth !== "unknown") return undefined;
  const byIndex = foreignKind(index, base);
  return byIndex && { ...byIndex, path: INDEX };
}

/** The pipeline refuses a safety checker without the feature extractor that feeds it. */
function checkSafetyPair({ findings, flags }: CheckContext, index: JsonObject): void {
  const isLoaded = (name: string) => entryOf(index, name)?.isNull === false;
  if (flags.closeSafety || !isLoaded("safety_checker") || isLoaded("feature_extractor")) return;
  const repair: Repair = { kind: "set_flags", flags: { closeSafety: true } };
  const proof = `feature_extractor: ${shownJson(index.feature_extractor ?? null)}`;
  findings.add("feature_extractor_needed", INDEX, {}, { proof, ...findings.offer(repair) });
}

async function checkComponent(
  context: CheckContext,
  base: Folder<ModelFile>,
  rule: ComponentRule,
  entry: IndexEntry | undefined,
  hasIndex: boolean,
): Promise<Looked | undefined> {
  const { findings, flags } = context;
  const { name } = rule;
  const path = `base_model/${name}`;
  if (hasIndex && !entry) {
    if (!rule.optional) findings.add("index_entry_missing", INDEX, { component: name });
    if (rule.optional) return undefined;
  }
  if (entry?.isNull) {
    const proof = `${name}: [null, null]`;
    if (!rule.optional) findings.add("component_null", INDEX, { component: name }, { proof });
    return undefined;
  }
  // With --close_safety the service passes None and nothing of the folder is read.
  if (name === "safety_checker" && flags.closeSafety) return undefined;
  if (entry?.library && entry.className && !isKnownClass(entry.library, entry.className)) {
    const { library, className } = entry;
    const proof = `${name}: ["${library}", "${className}"]`;
    findings.add("class_unknown", INDEX, { component: name, library, className }, { proof });
  }
  const folder = base.folders.get(name);
  if (!folder) {
    findings.add("component_file_missing", path, { component: name, file: rule.needs.join(", ") });
    return undefined;
  }
  const configs = await Promise.all(
    needsOf(rule, entry, folder).map((file) => checkNeeded(context, folder, path, name, file)),
  );
  const weights = rule.weights && (await checkWeights(context, folder, path, rule.weights));
  const [config] = configs;
  return { ...(config ? { config } : {}), ...(weights ? { weights } : {}) };
}

function isKnownClass(library: string, className: string): boolean {
  if (library === "diffusers") return DIFFUSERS_CLASSES.has(className);
  if (library === "transformers") return !LATER_TRANSFORMERS.test(className);
  return PIPELINE_LIBRARIES.has(library);
}

/** Other tokenizers than CLIP's (Chinese models have BERT's) read other files; which ones is theirs to know. */
function needsOf(rule: ComponentRule, entry: IndexEntry | undefined, folder: Folder<ModelFile>): readonly string[] {
  if (rule.name !== "tokenizer" || entry?.className === undefined) return rule.needs;
  if (entry.className === "CLIPTokenizer") return rule.needs;
  // The fast one reads its own file, or makes it from the other two.
  if (entry.className === "CLIPTokenizerFast")
    return folder.files.has("tokenizer.json") ? ["tokenizer.json"] : rule.needs;
  return [];
}

async function checkNeeded(
  context: CheckContext,
  folder: Folder<ModelFile>,
  path: string,
  component: string,
  name: string,
): Promise<JsonObject | undefined> {
  const { findings } = context;
  const file = folder.files.get(name);
  if (!file) {
    const other = [...folder.files.keys()].find((found) => looseName(found) === looseName(name));
    const repair: Repair | undefined = other
      ? { kind: "rename_folder", from: `${path}/${other}`, to: `${path}/${name}` }
      : undefined;
    findings.add("component_file_missing", `${path}/${name}`, { component, file: name }, findings.offer(repair));
    return undefined;
  }
  if (name.endsWith("config.json")) return probeJson(context, `${path}/${name}`, file);
  // An empty list of merges is read without complaint; the words then fall apart into letters.
  if (name === "merges.txt" && file.sizeBytes === 0) {
    findings.add("empty_file", `${path}/${name}`, {}, { effect: "requests" });
    return undefined;
  }
  const isThere = await probePresence(context, `${path}/${name}`, file);
  if (isThere && name.endsWith(".json")) await probeJsonEnds(context, `${path}/${name}`, file);
  return undefined;
}

/** Left out of the config means the class's default. */
const DEFAULT_CHANNELS = 4;
export const DEFAULT_WIDTH = 1280;

function unetKind({ config, weights }: Looked): ModelKind {
  const kind = kindOfWidth(config?.cross_attention_dim);
  return kind === "unknown" ? (weights?.identity.base ?? "unknown") : kind;
}

/** What the components say about each other: the UNet's config and weights, and the text encoder that feeds it. */
function compareWidths({ findings }: CheckContext, looked: ReadonlyMap<string, Looked>): void {
  const unet = looked.get("unet");
  const path = "base_model/unet/config.json";
  const config = unet?.config;
  if (!config) return;
  const channels = config.in_channels ?? DEFAULT_CHANNELS;
  if (typeof channels === "number" && channels !== DEFAULT_CHANNELS) {
    findings.add("unet_channels", path, { channels }, { proof: `in_channels: ${channels}` });
  }
  const width = config.cross_attention_dim ?? DEFAULT_WIDTH;
  const { identity } = unet.weights ?? {};
  compareConfig(findings, path, identity, [
    ["cross_attention_dim", width, identity?.width],
    ["in_channels", channels, identity?.inChannels],
  ]);
  const encoder = looked.get("text_encoder");
  const text = encoder?.config?.hidden_size;
  compareConfig(findings, "base_model/text_encoder/config.json", encoder?.weights?.identity, [
    ["hidden_size", text, encoder?.weights?.identity.width],
  ]);
  const latent = looked.get("vae")?.config?.latent_channels ?? DEFAULT_CHANNELS;
  if (typeof latent === "number" && latent !== DEFAULT_CHANNELS) {
    const proof = `latent_channels: ${latent}`;
    findings.add("vae_misfit", "base_model/vae/config.json", { channels: latent }, { proof });
  }
  if (typeof text === "number" && typeof width === "number" && text !== width) {
    const params = { width: String(width), hidden: String(text) };
    const proof = `hidden_size: ${text} ≠ cross_attention_dim: ${width}`;
    findings.add("text_encoder_misfit", "base_model/text_encoder/config.json", params, { proof });
  }
}

/** A config and the tensors beside it: the loaders build by the one and then fill in the other. */
export function compareConfig(
  findings: CheckContext["findings"],
  path: string,
  identity: Identity | undefined,
  told: readonly (readonly [key: string, expected: unknown, actual: number | undefined])[],
): void {
  for (const [key, expected, actual] of told) {
    if (typeof expected !== "number" || actual === undefined || actual === expected) continue;
    const proof = `${identity?.proof ?? actual} ≠ ${key}: ${expected}`;
    findings.add("config_mismatch", path, { key, expected: String(expected), actual: String(actual) }, { proof });
  }
}

/** What is special: other input channels, or how an SD 2.x model predicts. */
function detailOfFolder(looked: ReadonlyMap<string, Looked>): ModelDetail | undefined {
  const unet = looked.get("unet");
  const channels = unet?.config?.in_channels;
  if (channels === 9) return "inpainting";
  if (channels === 8) return "pix2pix";
  if (channels === 5) return "depth";
  if (!unet || unetKind(unet) !== "sd2") return undefined;
  const prediction = looked.get("scheduler")?.config?.prediction_type;
  if (prediction === "v_prediction") return "v_prediction";
  return prediction === "epsilon" || prediction === undefined ? "epsilon" : undefined;
}

const NEUTRAL = ["safety_checker", "feature_extractor"] as const;

/**
 * When only parts that a picture does not need are missing, a small file in each is enough for the eight names. What is then
 * looked for in them is told by model_index.json: either it says `[null, null]`, or, for the safety checker alone, the service
 * starts with `--close_safety`. A safety checker needs the feature extractor: without the second the first has to go as well.
 */
export async function neutralRepairs(
  context: CheckContext,
  base: Folder<ModelFile>,
  missing: readonly string[],
): Promise<Repair[]> {
  const indexFile = base.files.get("model_index.json");
  const isNeutral = (name: string) => NEUTRAL.some((neutral) => neutral === name);
  if (!indexFile || missing.length === 0 || !missing.every(isNeutral)) return [];
  if (missing.length === BASE_MEMBERS.length) return [];
  const index = await probeJson(context, INDEX, indexFile);
  if (!index) return [];
  const members = BASE_FOLDERS.filter((name) => missing.includes(name));
  const isRead = (name: string) => entryOf(index, name)?.isNull === false;
  // Already switched off: the folders alone are enough.
  if (!missing.some(isRead)) return [{ kind: "add_neutral_members", members }];
  const nulled = missing.includes("feature_extractor") ? NEUTRAL : missing;
  const changed: Record<string, unknown> = { ...index };
  for (const name of nulled) changed[name] = [null, null];
  changed.requires_safety_checker = false;
  const repairs: Repair[] = [
    { kind: "add_neutral_members", members, modelIndex: `${JSON.stringify(changed, null, 2)}\n` },
  ];
  if (!missing.includes("feature_extractor") || !isRead("feature_extractor")) {
    repairs.push({ kind: "add_neutral_members", members, flags: { closeSafety: true } });
  }
  return repairs;
}
