import { checkWeights } from "./component-weights";
import { compareConfig, DEFAULT_WIDTH } from "./components";
import { CONTROLNET_WEIGHTS, optimizedFiles } from "./container";
import { isObject, type JsonObject } from "./content";
import type { CheckContext } from "./context";
import { filesBelow, findFolder, namesIn } from "./folder";
import { type Identity, kindOfWidth } from "./identify";
import { FOREIGN_MODELS, type ModelKind } from "./kinds";
import { looseName } from "./paths";
import { probeJson, probePresence, probeWeights } from "./probe";
import type { ModelFile, Repair } from "./types";

const BASE_ONLY: Repair = { kind: "set_flags", flags: { func: "base" } };
const NO_TRANSLATION: Repair = { kind: "set_flags", flags: { translate: false } };
const FETCH_TRANSLATION: Repair = { kind: "import", preset: "translate" };

/** A folder of the root that is called nearly so; the container's names are exact. */
function nearlyNamed({ root }: CheckContext, name: string): string | undefined {
  return [...root.folders.keys()].find((found) => found !== name && looseName(found) === looseName(name));
}

function renaming(from: string | undefined, to: string): Repair | undefined {
  return from === undefined ? undefined : { kind: "rename_folder", from, to };
}

function reportRivals({ findings }: CheckContext, path: string, rivals: readonly string[]): void {
  if (rivals.length > 0) findings.add("several_folders", path, { others: rivals.join(", ") });
}

/** `--func_name controlnet`: diffusers-service.md, sections 4 and 10. */
export async function checkControlnet(context: CheckContext, baseKind: ModelKind): Promise<void> {
  const { findings, root, flags } = context;
  if (flags.func !== "controlnet") return;
  const found = findFolder(root, "controlnet");
  if (!found) {
    const repairs = [renaming(nearlyNamed(context, "controlnet"), "controlnet"), BASE_ONLY];
    const says = "The controlnet dir must be provided when using the function controlnet";
    return findings.add("controlnet_missing", undefined, {}, { says, ...findings.offer(...repairs) });
  }
  const { path, folder } = found;
  reportRivals(context, path, found.rivals);
  const config = folder.files.get("config.json");
  if (!config) {
    const original = [...folder.files.keys()].find((name) => /\.(pth|ckpt|safetensors)$/.test(name));
    const params = { component: "controlnet", file: "config.json" };
    if (original) findings.add("controlnet_original", `${path}/${original}`, {}, findings.offer(BASE_ONLY));
    else findings.add("component_file_missing", `${path}/config.json`, params, findings.offer(BASE_ONLY));
    return;
  }
  const [json, weights] = await Promise.all([
    probeJson(context, `${path}/config.json`, config),
    checkWeights(context, folder, path, CONTROLNET_WEIGHTS),
  ]);
  const actual = weights?.identity.width;
  const width = json ? (json.cross_attention_dim ?? DEFAULT_WIDTH) : actual;
  compareConfig(findings, `${path}/config.json`, weights?.identity, [["cross_attention_dim", width, actual]]);
  const kind = kindOfWidth(width);
  if (kind !== "unknown" && baseKind !== "unknown" && kind !== baseKind) {
    const proof = `cross_attention_dim: ${width}`;
    findings.add("controlnet_misfit", path, { kind, width: String(width), baseKind }, { proof });
  }
}

/** Names of the damo csanmt model besides its weights: diffusers-service.md, section 4.3. */
const TRANSLATE_FILES = ["bpe.en", "bpe.zh", "src_vocab.txt", "trg_vocab.txt"];

/** `--use_translate`: the damo csanmt zh2en model, section 4.3. */
export async function checkTranslate(context: CheckContext): Promise<void> {
  const { findings, root, flags } = context;
  if (!flags.translate) return;
  if (context.coming.has("translate")) return findings.add("translate_coming", "translate");
  const found = findFolder(root, "translate");
  if (!found) {
    const repairs = [
      renaming(nearlyNamed(context, "translate") ?? translationIn(context), "translate"),
      FETCH_TRANSLATION,
      NO_TRANSLATION,
    ];
    const says = "Please put the translation model in the translate dir.";
    return findings.add("translate_missing", undefined, {}, { says, ...findings.offer(...repairs) });
  }
  const { path, folder } = found;
  reportRivals(context, path, found.rivals);
  const configuration = folder.files.get("configuration.json");
  const weights = folder.folders.get("tf_ckpts");
  const stored = weights ? [...filesBelow(weights)] : [];
  const missing = [
    ...(configuration ? [] : ["configuration.json"]),
    ...(stored.some(([, { sizeBytes }]) => sizeBytes > 0) ? [] : ["tf_ckpts/"]),
  ];
  if (missing.length > 0) {
    findings.add(
      "translate_incomplete",
      path,
      { missing: missing.join(", ") },
      findings.offer(FETCH_TRANSLATION, NO_TRANSLATION),
    );
  }
  const wanted = [
    ...TRANSLATE_FILES.filter((name) => !folder.files.has(name)),
    ...missingData(stored.map(([name]) => name)),
  ];
  if (missing.length === 0 && wanted.length > 0) {
    findings.add("translate_files", path, { missing: wanted.join(", ") }, findings.offer(FETCH_TRANSLATION));
  }
  await Promise.all(
    stored
      .filter(([name]) => /\.(index|data-\d+-of-\d+)$/.test(name))
      .map(([name, file]) => probePresence(context, `${path}/tf_ckpts/${name}`, file)),
  );
  const json = configuration && (await probeJson(context, `${path}/configuration.json`, configuration));
  if (json && sourceLanguage(json) === "en") {
    const proof = 'src_lang: "en"';
    findings.add(
      "translate_direction",
      `${path}/configuration.json`,
      {},
      { proof, ...findings.offer(FETCH_TRANSLATION, NO_TRANSLATION) },
    );
  }
}

/** A TensorFlow checkpoint is an index and its data, numbered `-00000-of-0000N`. */
function missingData(names: readonly string[]): string[] {
  return names
    .filter((name) => name.endsWith(".index"))
    .map((name) => name.slice(0, -".index".length))
    .filter((stem) => !names.some((name) => name.startsWith(`${stem}.data-`)))
    .map((stem) => `tf_ckpts/${stem}.data-*`);
}

/** The translation model under the name that it was downloaded by. */
function translationIn({ root }: CheckContext): string | undefined {
  return [...root.folders].find(
    ([, folder]) => folder.files.has("configuration.json") && folder.folders.has("tf_ckpts"),
  )?.[0];
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

/** Of a long list of alternatives, this many are offered. */
const MAX_CHOICES = 6;

/** `lora_model/` is read at start, and only without Blade. */
export async function checkStartupLora(context: CheckContext, baseKind: ModelKind): Promise<void> {
  const { findings, root, flags } = context;
  const folder = root.folders.get("lora_model");
  if (!folder) {
    const wrong = nearlyNamed(context, "lora_model");
    if (wrong && !flags.blade) reportNotRead(context, wrong, "lora_model");
    return;
  }
  // As the program lists them: a folder whose name ends like a file's counts as one.
  const names = [...namesIn(folder)].sort();
  const bins = names.filter((name) => name.endsWith(".bin"));
  const safetensors = names.filter((name) => name.endsWith(".safetensors"));
  const all = [...bins, ...safetensors];
  if (all.length === 0) return;
  if (flags.blade) {
    const repair = movedToLora(all);
    return findings.add("lora_unused_with_blade", "lora_model", {}, findings.offer(repair));
  }
  if (bins.length > 1) {
    const repairs = bins.slice(0, MAX_CHOICES).map((kept) => movedToLora(bins.filter((name) => name !== kept)));
    const params = { names: bins.join(", "), bin: bins.length };
    const says = "only one lora model is allowed when init!";
    return findings.add("lora_several_bin", "lora_model", params, { says, ...findings.offer(...repairs) });
  }
  if (bins.length === 0 && safetensors.length > 1) {
    const repairs = safetensors
      .slice(0, MAX_CHOICES)
      .map((kept) => movedToLora(safetensors.filter((name) => name !== kept)));
    return findings.add(
      "lora_several_safetensors",
      "lora_model",
      { names: safetensors.join(", ") },
      findings.offer(...repairs),
    );
  }
  const name = bins[0] ?? safetensors[0];
  const file = name === undefined ? undefined : folder.files.get(name);
  if (name !== undefined && !file) return findings.add("not_weights", `lora_model/${name}`);
  const probed = file && (await probeWeights(context, `lora_model/${name}`, file));
  if (!name || !probed) return;
  reportStartupLora(context, name, probed.identity, baseKind);
}

function reportStartupLora({ findings }: CheckContext, name: string, identity: Identity, baseKind: ModelKind): void {
  const path = `lora_model/${name}`;
  const reason = loraMisfit(identity, baseKind);
  const proof = identity.proof === undefined ? {} : { proof: identity.proof };
  if (reason) {
    const repair = movedToLora([name]);
    findings.add("lora_unfit", path, { kind: reason }, { ...proof, ...findings.offer(repair) });
    return;
  }
  // The conversion knows kohya's names; a .bin is read as diffusers' own.
  const expected = name.endsWith(".bin") ? "diffusers" : "kohya";
  if (identity.kind === "lora" && identity.layout !== undefined && identity.layout !== expected) {
    findings.add("lora_layout", path, { layout: identity.layout, expected }, proof);
  }
}

function movedToLora(names: readonly string[]): Repair {
  return { kind: "move", moves: names.map((name) => ({ from: `lora_model/${name}`, to: `lora/${name}` })) };
}

export function reportNotRead({ findings }: CheckContext, found: string, expected: string): void {
  const repair: Repair = { kind: "rename_folder", from: found, to: expected };
  findings.add("folder_not_read", found, { found, expected }, findings.offer(repair));
}

/** What the file is instead of a LoRA that fits; `undefined` when it fits as far as can be seen. */
export function loraMisfit({ kind, base }: Identity, baseKind: ModelKind): ModelKind | undefined {
  if (kind === "unknown") return undefined;
  if (kind !== "lora") return kind;
  if (base === undefined) return undefined;
  if (FOREIGN_MODELS.has(base)) return base;
  return baseKind !== "unknown" && base !== baseKind ? base : undefined;
}

/** `optimized_model/` is read and written with `--use_blade` only. */
export async function checkOptimized(
  context: CheckContext,
  baseKind: ModelKind,
  loadsVia: "diffusers" | "checkpoint" | null,
): Promise<void> {
  const { findings, root, flags } = context;
  const expected = optimizedFiles(flags.func);
  const folder = root.folders.get("optimized_model");
  const present = [...(folder?.files ?? [])].filter(([name]) => name.endsWith(".pt"));
  const leave: Repair = { kind: "leave_behind", paths: present.map(([name]) => `optimized_model/${name}`) };
  if (!flags.blade) {
    if (present.length === 0) return;
    const savedBytes = present.reduce((total, [, { sizeBytes }]) => total + sizeBytes, 0);
    return findings.add("optimized_unused", "optimized_model", { savedBytes }, findings.offer(leave));
  }
  if (!folder) {
    const wrong = nearlyNamed(context, "optimized_model");
    if (wrong) reportNotRead(context, wrong, "optimized_model");
  }
  const missing = expected.filter((name) => !folder?.files.has(name));
  if (missing.length > 0 && missing.length < expected.length) {
    findings.add("optimized_incomplete", "optimized_model", { missing: missing.join(", ") }, findings.offer(leave));
  }
  if (missing.length === 0) {
    const damaged = { ...context, findings: findings.apart() };
    const sound = await Promise.all(
      present.map(([name, file]) => probePresence(damaged, `optimized_model/${name}`, file)),
    );
    const bad = present.filter((_, index) => !sound[index]).map(([name]) => name);
    // Damaged or not, the service starts: it says that it could not load them and draws without Blade.
    if (bad.length > 0) {
      findings.add("optimized_incomplete", "optimized_model", { missing: bad.join(", ") }, findings.offer(leave));
    } else if (isOlder(present, baseWeights(context, loadsVia))) {
      findings.add("optimized_older", "optimized_model", {}, findings.offer(leave));
    } else {
      findings.add("optimized_as_is", "optimized_model", {}, findings.offer(leave));
    }
  }
  if (missing.length > 0 && baseKind === "sd2" && flags.func === "base") findings.add("blade_default_sd2", undefined);
}

/** What it would have been made from. A checkpoint's own folders are written anew when it is converted, and tell nothing. */
function baseWeights({ root }: CheckContext, loadsVia: "diffusers" | "checkpoint" | null): [string, ModelFile][] {
  const folder = root.folders.get("base_model");
  const files = folder ? [...filesBelow(folder)] : [];
  const pattern =
    loadsVia === "checkpoint" ? /^[^/]+\.(ckpt|safetensors)$/ : /^(unet|vae|text_encoder)\/.+\.(bin|safetensors)$/;
  return files.filter(([name]) => pattern.test(name));
}

/** Some of `files` were there before some of `sources` were; unknown times are no proof. */
function isOlder(files: readonly [string, ModelFile][], sources: readonly [string, ModelFile][]): boolean {
  const times = (of: readonly [string, ModelFile][]) =>
    of.map(([, { modifiedAt }]) => modifiedAt).filter((time) => time !== undefined);
  return Math.min(...times(files)) < Math.max(...times(sources));
}
