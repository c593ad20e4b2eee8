import { checkWeights } from "./component-weights";
import { checkComponents, foreignKind, neutralRepairs } from "./components";
import { BASE_MEMBERS, COMPONENTS, checkpointCountMessage } from "./container";
import type { CheckContext } from "./context";
import { type Folder, namesIn } from "./folder";
import type { Identity } from "./identify";
import { FOREIGN_MODELS, type ModelDetail, type ModelKind } from "./kinds";
import { looseName } from "./paths";
import { probeJson, probeWeights, type Weights } from "./probe";
import type { ModelFile, Repair } from "./types";

export interface BaseModel {
  kind: ModelKind;
  loadsVia: "diffusers" | "checkpoint" | null;
  /** Name of what is special about it: `modelDetails.<detail>`. */
  detail?: ModelDetail;
}

const NOTHING: BaseModel = { kind: "unknown", loadsVia: null };

/** Checkpoints of several that are looked into, so that the right one can be offered. */
const MAX_RIVALS = 12;

/** The container's rule for `base_model/`, both branches: diffusers-service.md, section 4.1. */
export async function checkBaseModel(context: CheckContext): Promise<BaseModel> {
  const { findings, root } = context;
  const base = root.folders.get("base_model");
  if (!base) {
    const wrong = [...root.folders.keys()].find((name) => looseName(name) === "basemodel");
    const says = "base_model dir must be provided to load the base model for diffusers!";
    if (wrong) wrongName(context, wrong, "base_model", "", says);
    else findings.add("base_model_missing", undefined, {}, { says });
    return NOTHING;
  }
  const names = namesIn(base);
  const missing = BASE_MEMBERS.filter((name) => !names.has(name));
  if (missing.length === 0) return { ...(await checkComponents(context, base)), loadsVia: "diffusers" };
  return checkConversion(context, base, missing);
}

interface Counted {
  ckpt: string[];
  safetensors: string[];
}

/** As the program counts: files and folders alike, endings as they are written. */
function countCheckpoints(base: Folder<ModelFile>): Counted {
  const names = [...namesIn(base)].sort();
  return {
    ckpt: names.filter((name) => name.endsWith(".ckpt")),
    safetensors: names.filter((name) => name.endsWith(".safetensors")),
  };
}

/** Some of the eight names are missing: the container counts checkpoints instead. */
async function checkConversion(context: CheckContext, base: Folder<ModelFile>, missing: string[]): Promise<BaseModel> {
  const { findings } = context;
  const { ckpt, safetensors } = countCheckpoints(base);
  const present = BASE_MEMBERS.length - missing.length;
  const counts = { ckpt: ckpt.length, safetensors: safetensors.length };
  const only = [...ckpt, ...safetensors];
  const says = checkpointCountMessage(counts.ckpt, counts.safetensors);
  if (only.length === 1 && only[0] !== undefined) {
    const path = `base_model/${only[0]}`;
    // The conversion writes a model_index.json of its own: what is wrong with this one does not count.
    const silent = { ...context, findings: findings.apart() };
    const repairs = present > 1 ? await neutralRepairs(silent, base, missing) : [];
    if (present > 1) {
      const params = { missing: missing.join(", ") };
      findings.add("overwritten_by_conversion", path, params, findings.offer(...repairs));
    }
    const converted = await checkCheckpoint(context, path, base.files.get(only[0]));
    await checkShadows(context, base, converted.kind);
    return converted;
  }
  if (only.length > 1) return checkRivals(context, base, only, counts, says);

  const foreign = await foreignFolder(context, base, says);
  if (foreign) return foreign;
  if (base.files.size === 0 && base.folders.size === 0) {
    findings.add("base_model_empty", "base_model", counts, { says });
    return NOTHING;
  }
  const loose = missing.flatMap((name) => {
    const found = [...namesIn(base)].find((other) => looseName(other) === looseName(name));
    return found ? [{ name, found }] : [];
  });
  for (const { name, found } of loose) wrongName(context, found, name, "base_model/", says);
  const really = missing.filter((name) => !loose.some((entry) => entry.name === name));
  if (present === 0 && loose.length === 0) {
    const cased = [...base.files.keys()].filter((name) => /\.(ckpt|safetensors)$/i.test(name));
    if (cased.length > 0) {
      for (const name of cased)
        wrongName(
          context,
          name,
          name.replace(/\.\w+$/, (end) => end.toLowerCase()),
          "base_model/",
          says,
        );
      return NOTHING;
    }
  }
  if (really.length > 0) {
    const repairs = await neutralRepairs(context, base, really);
    const code = present === 0 && loose.length === 0 ? "base_model_empty" : "base_model_incomplete";
    findings.add(
      code,
      "base_model",
      { ...counts, missing: really.join(", ") },
      { says, ...findings.offer(...repairs) },
    );
  }
  return NOTHING;
}

/**
 * The conversion writes `.bin` weights into the folders of components. Safetensors that lie there already stay, and the
 * loaders ask for them first: the service then draws with a mixture, or fails on what was left over.
 */
async function checkShadows(context: CheckContext, base: Folder<ModelFile>, kind: ModelKind): Promise<void> {
  const { findings, flags } = context;
  const shadows: string[] = [];
  for (const { name, weights } of COMPONENTS) {
    const folder = base.folders.get(name);
    // The conversion of an SD 2.x file switches the checker off.
    if (!folder || !weights || (name === "safety_checker" && (flags.closeSafety || kind === "sd2"))) continue;
    const names = [weights.safetensors, ...(weights.shardsAllowed ? [`${weights.safetensors}.index.json`] : [])];
    if (!names.some((file) => folder.files.has(file))) continue;
    await checkWeights(context, folder, `base_model/${name}`, weights);
    for (const file of folder.files.keys())
      if (file.includes(".safetensors")) shadows.push(`base_model/${name}/${file}`);
  }
  if (shadows.length === 0) return;
  const repair: Repair = { kind: "leave_behind", paths: shadows };
  findings.add("conversion_shadowed", "base_model", { names: shadows.join(", ") }, findings.offer(repair));
}

/** A folder of another architecture: that it lacks some of the eight names is not what has to be said. */
async function foreignFolder(
  context: CheckContext,
  base: Folder<ModelFile>,
  says: string,
): Promise<BaseModel | undefined> {
  const file = base.files.get("model_index.json");
  const index = file && (await probeJson(context, "base_model/model_index.json", file));
  const foreign = index && foreignKind(index, base);
  if (!foreign) return undefined;
  const { kind, proof } = foreign;
  context.findings.add("kind_unsupported", "base_model/model_index.json", { kind }, { says, proof });
  return { kind, loadsVia: null };
}

/** Each of several is looked into: one model among add-ons is found, and the add-ons can go where they are read. */
async function checkRivals(
  context: CheckContext,
  base: Folder<ModelFile>,
  names: readonly string[],
  counts: { ckpt: number; safetensors: number },
  says: string,
): Promise<BaseModel> {
  const { findings } = context;
  const silent = { ...context, findings: findings.apart() };
  const looked = await Promise.all(
    names.slice(0, MAX_RIVALS).map(async (name) => {
      const file = base.files.get(name);
      const weights =
        name.startsWith("._") || !file ? undefined : await probeWeights(silent, `base_model/${name}`, file);
      return { name, identity: weights?.identity };
    }),
  );
  const models = looked.filter(({ identity }) => identity?.kind === "sd15" || identity?.kind === "sd2");
  const addOns = looked.filter(({ identity }) => identity && folderFor(context, identity) !== undefined);
  const repairs: Repair[] = [];
  const [model] = models;
  if (model && models.length === 1 && addOns.length > 0 && addOns.length + 1 === names.length) {
    const moves = addOns.map(({ name, identity }) => ({
      from: `base_model/${name}`,
      to: `${(identity && folderFor(context, identity)) ?? "lora"}/${name}`,
    }));
    repairs.push({ kind: "move", moves });
  }
  const ranked = [...models, ...looked.filter((entry) => !models.includes(entry) && !addOns.includes(entry))];
  for (const { name } of ranked.filter(({ name }) => !name.startsWith("._"))) {
    repairs.push({ kind: "keep_checkpoint", path: `base_model/${name}` });
  }
  const proof = looked
    .filter(({ identity }) => identity?.proof !== undefined)
    .map(({ name, identity }) => `${name}: ${identity?.proof}`)
    .join("\n");
  findings.add(
    "several_checkpoints",
    "base_model",
    { ...counts, names: names.join(", ") },
    { says, ...(proof ? { proof } : {}), ...findings.offer(...repairs) },
  );
  return NOTHING;
}

/** Where an add-on is read from; LoRAs of the start only without Blade, and only one. */
function folderFor({ flags, root }: CheckContext, { kind, base }: Identity): string | undefined {
  if (kind === "lycoris") return "lora";
  if (kind === "lora") {
    const isFree = (root.folders.get("lora_model")?.files.size ?? 0) === 0;
    return flags.blade || !isFree || (base !== undefined && FOREIGN_MODELS.has(base)) ? "lora" : "lora_model";
  }
  return kind === "controlnet" ? "new_controlnet" : undefined;
}

function wrongName(context: CheckContext, found: string, expected: string, parent: string, says: string): void {
  const { findings } = context;
  const repair: Repair = { kind: "rename_folder", from: parent + found, to: parent + expected };
  findings.add("wrong_name", parent + found, { found, expected }, { says, ...findings.offer(repair) });
}

async function checkCheckpoint(context: CheckContext, path: string, file: ModelFile | undefined): Promise<BaseModel> {
  const { findings } = context;
  if (!file) {
    // A folder whose name ends like a checkpoint's counts as one, and cannot be opened.
    findings.add("not_weights", path);
    return NOTHING;
  }
  const weights = await probeWeights(context, path, file);
  if (!weights) return NOTHING;
  if (weights.isEmpty) {
    findings.add("no_tensors", path);
    return NOTHING;
  }
  const { kind, inChannels, missingParts, proof, hasEma } = weights.identity;
  const detail = detailOf(inChannels);
  const found: BaseModel = { kind, loadsVia: "checkpoint", ...(detail ? { detail } : {}) };
  const extras = proof === undefined ? {} : { proof };
  if (FOREIGN_MODELS.has(kind)) {
    findings.add("kind_unsupported", path, { kind }, extras);
    return { ...found, loadsVia: null };
  }
  if (kind === "unknown" && weights.tensors.size > 0 && inChannels === undefined && missingParts.length === 0) {
    // Every name is known here and none is a UNet's.
    findings.add("not_convertible", path, {}, namesOf(weights));
    return NOTHING;
  }
  if (kind === "unknown" && missingParts.length === 0) {
    findings.add("kind_unknown", path);
  } else if (missingParts.length > 0) {
    findings.add("checkpoint_incomplete", path, { missing: missingParts.join(", ") }, extras);
  } else if (kind !== "sd15" && kind !== "sd2" && kind !== "unknown") {
    const { base } = weights.identity;
    const params: Record<string, string> = base === undefined ? { kind } : { kind, baseKind: base };
    findings.add("not_a_base_model", path, params, { ...extras, ...addOnRepair(context, path, weights.identity) });
    return { kind, loadsVia: null };
  }
  if (inChannels !== undefined && inChannels !== 4) {
    const name = `model.diffusion_model.input_blocks.0.0.weight [..., ${inChannels}, ...]`;
    findings.add("unet_channels", path, { channels: inChannels }, { proof: name });
  }
  if (hasEma) findings.add("ema_copy", path, {}, { proof: "model_ema.*" });
  findings.add("conversion_needs_internet", path);
  if (kind === "sd2") findings.add("conversion_sd2", path, {}, extras);
  return found;
}

/** Moved only where a base model would be left: alone, an add-on makes nothing load wherever it lies. */
function addOnRepair(context: CheckContext, path: string, identity: Identity) {
  const folder = folderFor(context, identity);
  const base = context.root.folders.get("base_model");
  const hasOther = base !== undefined && BASE_MEMBERS.every((name) => namesIn(base).has(name));
  const name = path.slice("base_model/".length);
  if (!folder || !hasOther) return {};
  return context.findings.offer({ kind: "move", moves: [{ from: path, to: `${folder}/${name}` }] });
}

function namesOf({ tensors }: Weights): { proof?: string } {
  const names = [...tensors.keys()].slice(0, 3);
  return names.length > 0 ? { proof: names.join("\n") } : {};
}

function detailOf(inChannels: number | undefined): ModelDetail | undefined {
  if (inChannels === 9) return "inpainting";
  if (inChannels === 8) return "pix2pix";
  return inChannels === 5 ? "depth" : undefined;
}
