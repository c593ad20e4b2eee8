import { checkComponents } from "./components";
import { BASE_FOLDERS, BASE_MEMBERS, checkpointCountMessage } from "./container";
import type { CheckContext } from "./context";
import { type Folder, namesIn } from "./folder";
import { FOREIGN_MODELS, type ModelKind } from "./identify";
import { looseName } from "./paths";
import { probeJson, probeWeights } from "./probe";
import type { ModelFile, Repair } from "./types";

export interface BaseModel {
  kind: ModelKind;
  loadsVia: "diffusers" | "checkpoint" | null;
}

const NOTHING: BaseModel = { kind: "unknown", loadsVia: null };

/** The container's rule for `base_model/`, both branches: diffusers-service.md, section 4.1. */
export async function checkBaseModel(context: CheckContext): Promise<BaseModel> {
  const { findings, root } = context;
  const base = root.folders.get("base_model");
  if (!base) {
    const wrong = [...root.folders.keys()].find((name) => looseName(name) === "basemodel");
    if (wrong) wrongName(context, wrong, "base_model");
    else findings.add("base_model_missing", undefined);
    return NOTHING;
  }
  const names = namesIn(base);
  const missing = BASE_MEMBERS.filter((name) => !names.has(name));
  if (missing.length === 0) return { ...(await checkComponents(context, base)), loadsVia: "diffusers" };
  return checkConversion(context, base, missing);
}

/** Some of the eight names are missing: the container counts checkpoints instead. */
async function checkConversion(context: CheckContext, base: Folder<ModelFile>, missing: string[]): Promise<BaseModel> {
  const { findings } = context;
  const files = [...base.files.keys()].sort();
  const safetensors = files.filter((name) => name.endsWith(".safetensors"));
  const ckpt = files.filter((name) => name.endsWith(".ckpt"));
  const present = BASE_MEMBERS.length - missing.length;
  const counts = { ckpt: ckpt.length, safetensors: safetensors.length };
  const only = [...ckpt, ...safetensors];
  if (only.length === 1 && only[0] !== undefined) {
    const path = `base_model/${only[0]}`;
    if (present > 1) findings.add("overwritten_by_conversion", path, { missing: missing.join(", ") });
    return checkCheckpoint(context, path, base.files.get(only[0]));
  }
  const proof = checkpointCountMessage(counts.ckpt, counts.safetensors);
  if (only.length > 1) {
    const repairs = only.map((name): Repair => ({ kind: "keep_checkpoint", path: `base_model/${name}` }));
    findings.add(
      "several_checkpoints",
      "base_model",
      { ...counts, names: only.join(", ") },
      context.offer(proof, ...repairs),
    );
    return NOTHING;
  }
  if (base.files.size === 0 && base.folders.size === 0) {
    findings.add("base_model_empty", "base_model", counts, { proof });
    return NOTHING;
  }
  const loose = missing.flatMap((name) => {
    const found = [...namesIn(base)].find((other) => looseName(other) === looseName(name));
    return found ? [{ name, found }] : [];
  });
  for (const { name, found } of loose) wrongName(context, found, name, "base_model/");
  const really = missing.filter((name) => !loose.some((entry) => entry.name === name));
  if (really.length > 0) {
    const repair = loose.length === 0 ? await neutralRepair(context, base, really) : undefined;
    const code = present === 0 && loose.length === 0 ? "base_model_empty" : "base_model_incomplete";
    findings.add(
      code,
      "base_model",
      { ...counts, missing: really.join(", ") },
      context.offer(proof, ...(repair ? [repair] : [])),
    );
  }
  return NOTHING;
}

function wrongName(context: CheckContext, found: string, expected: string, parent = ""): void {
  const repair: Repair = { kind: "rename_folder", from: parent + found, to: parent + expected };
  context.findings.add("wrong_name", parent + found, { found, expected }, context.offer(undefined, repair));
}

/**
 * When only the parts that a picture does not need are missing, a small file in each is enough, together with `[null, null]`
 * in model_index.json, so that nothing is looked for in them. A safety checker needs the feature extractor: without the
 * second the first has to go as well.
 */
async function neutralRepair(
  context: CheckContext,
  base: Folder<ModelFile>,
  missing: readonly string[],
): Promise<Repair | undefined> {
  const neutral = ["safety_checker", "feature_extractor"];
  const indexFile = base.files.get("model_index.json");
  if (!indexFile || missing.some((name) => !neutral.includes(name))) return undefined;
  const index = await probeJson(context, "base_model/model_index.json", indexFile);
  if (!index) return undefined;
  const nulled = missing.includes("feature_extractor") ? neutral : missing;
  const changed: Record<string, unknown> = { ...index };
  for (const name of nulled) changed[name] = [null, null];
  changed.requires_safety_checker = false;
  return {
    kind: "add_neutral_members",
    members: BASE_FOLDERS.filter((name) => missing.includes(name)),
    modelIndex: `${JSON.stringify(changed, null, 2)}\n`,
  };
}

async function checkCheckpoint(context: CheckContext, path: string, file: ModelFile | undefined): Promise<BaseModel> {
  const { findings } = context;
  if (!file) return NOTHING;
  const weights = await probeWeights(context, path, file);
  if (!weights) return NOTHING;
  const { kind, inChannels, missingParts } = weights.identity;
  const found: BaseModel = { kind, loadsVia: "checkpoint" };
  if (FOREIGN_MODELS.has(kind)) {
    findings.add("kind_unsupported", path, { kind });
    return found;
  }
  if (kind === "unknown" && weights.header && inChannels === undefined) {
    // Every name is known here and none is a UNet's; in a pickle they may only be hidden from a look at its text.
    findings.add("not_convertible", path);
    return NOTHING;
  }
  if (kind === "unknown" && missingParts.length === 0) {
    findings.add("kind_unknown", path);
  } else if (missingParts.length > 0) {
    findings.add("checkpoint_incomplete", path, { missing: missingParts.join(", ") });
  } else if (kind !== "sd15" && kind !== "sd2" && kind !== "unknown") {
    findings.add("not_a_base_model", path, { kind });
    return { kind, loadsVia: null };
  }
  if (inChannels !== undefined && inChannels !== 4) findings.add("unet_channels", path, { channels: inChannels });
  findings.add("conversion_needs_internet", path);
  if (kind === "sd2") findings.add("conversion_sd2", path);
  return found;
}
