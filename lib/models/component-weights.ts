import type { WeightNames } from "./container";
import { isObject, shownJson } from "./content";
import type { CheckContext } from "./context";
import type { Folder } from "./folder";
import type { ModelKind } from "./kinds";
import { probeJson, probeWeights, type Weights } from "./probe";
import type { ModelFile, Repair } from "./types";

/** What the weights of a component have to be; other kinds of weights under its name do not load. */
const EXPECTED: Readonly<Record<string, ModelKind>> = {
  unet: "unet",
  vae: "vae",
  text_encoder: "text_encoder",
  safety_checker: "safety_checker",
  controlnet: "controlnet",
};

/** Kinds that are told apart surely enough to call one of them wrong. */
const SURE: ReadonlySet<ModelKind> = new Set([
  "unet",
  "vae",
  "text_encoder",
  "safety_checker",
  "controlnet",
  "lora",
  "lycoris",
  "sd15",
  "sd2",
  "sdxl",
  "flux",
  "sd3",
  "upscaler",
  "motion",
]);

/** Order in which the libraries look: a whole file or, where they can, the index of several. */
function candidates({ safetensors, bin, shardsAllowed }: WeightNames): string[] {
  return shardsAllowed
    ? [safetensors, `${safetensors}.index.json`, bin, `${bin}.index.json`]
    : [safetensors, bin, `${safetensors}.index.json`, `${bin}.index.json`];
}

/** The weights of one component: the names that the loader asks for, and what is in the file that it then reads. */
export async function checkWeights(
  context: CheckContext,
  folder: Folder<ModelFile>,
  path: string,
  weights: WeightNames,
): Promise<Weights | undefined> {
  const { findings } = context;
  const name = candidates(weights).find((candidate) => folder.files.has(candidate));
  const file = name === undefined ? undefined : folder.files.get(name);
  if (name === undefined || !file) {
    await reportNoWeights(context, folder, path, weights);
    return undefined;
  }
  if (name.endsWith(".index.json")) return checkShards(context, folder, path, name, weights);
  const probed = await probeWeights(context, `${path}/${name}`, file);
  if (!probed) return undefined;
  // transformers of mid-2023 refuses a safetensors file that does not say which framework it is for.
  if (weights.shardsAllowed && probed.header && !probed.header.metadata?.format) {
    findings.add("metadata_missing", `${path}/${name}`, {}, { proof: "__metadata__.format –" });
  }
  const component = path.slice(path.lastIndexOf("/") + 1);
  const { kind, proof, layout } = probed.identity;
  const expected = EXPECTED[component];
  const isWrong = kind !== expected && SURE.has(kind);
  const isOriginal = kind === expected && layout === "original";
  // transformers fills what it does not find with noise and goes on; diffusers refuses.
  const effect = weights.shardsAllowed ? ({ effect: "requests" } as const) : {};
  if (probed.isEmpty) findings.add("no_tensors", `${path}/${name}`, {}, effect);
  if (expected !== undefined && (isWrong || isOriginal)) {
    const extras = proof === undefined ? effect : { proof, ...effect };
    findings.add("wrong_component", `${path}/${name}`, { component, kind }, extras);
  }
  return probed;
}

async function reportNoWeights(
  context: CheckContext,
  folder: Folder<ModelFile>,
  path: string,
  weights: WeightNames,
): Promise<void> {
  const { findings } = context;
  const expected = `${weights.safetensors}, ${weights.bin}`;
  const variant = variantIn(folder, weights);
  if (variant) {
    const repair: Repair = { kind: "use_variant", variant: variant.variant };
    const params = { found: variant.name, variant: variant.variant, expected };
    return findings.add("variant_only", path, params, findings.offer(repair));
  }
  const misnamed = await misnamedIn(context, folder, path, weights);
  if (misnamed) {
    const { name, target, proof } = misnamed;
    const repair: Repair = { kind: "move", moves: [{ from: `${path}/${name}`, to: `${path}/${target}` }] };
    return findings.add("weights_misnamed", path, { found: name, expected }, { proof, ...findings.offer(repair) });
  }
  if (path !== "base_model/safety_checker") return findings.add("weights_missing", path, { expected });
  const repair: Repair = { kind: "set_flags", flags: { closeSafety: true } };
  findings.add("safety_weights_missing", path, { expected }, findings.offer(repair));
}

function variantIn(folder: Folder<ModelFile>, weights: WeightNames): { name: string; variant: string } | undefined {
  for (const plain of [weights.safetensors, weights.bin]) {
    const at = plain.lastIndexOf(".");
    const [stem, ending] = [`${plain.slice(0, at)}.`, plain.slice(at)];
    const name = [...folder.files.keys()].find((file) => {
      const middle = file.slice(stem.length, -ending.length);
      return file.startsWith(stem) && file.endsWith(ending) && /^[\w-]+$/.test(middle);
    });
    if (name) return { name, variant: name.slice(stem.length, -ending.length) };
  }
  return undefined;
}

/** One weights file under another name whose content is what the component needs. */
async function misnamedIn(
  context: CheckContext,
  folder: Folder<ModelFile>,
  path: string,
  weights: WeightNames,
): Promise<{ name: string; target: string; proof: string } | undefined> {
  const expected = EXPECTED[path.slice(path.lastIndexOf("/") + 1)];
  const names = [...folder.files.keys()].filter((name) => /\.(safetensors|bin|pt|pth|ckpt)$/i.test(name));
  const [name, ...others] = names.filter((found) => !/-\d{5}-of-\d{5}\./.test(found));
  const file = name === undefined ? undefined : folder.files.get(name);
  if (expected === undefined || !name || !file || others.length > 0) return undefined;
  const silent = { ...context, findings: context.findings.apart() };
  const probed = await probeWeights(silent, `${path}/${name}`, file);
  if (probed?.identity.kind !== expected || probed.identity.layout === "original") return undefined;
  const target = probed.format === "safetensors" ? weights.safetensors : weights.bin;
  return { name, target, proof: probed.identity.proof ?? "" };
}

async function checkShards(
  context: CheckContext,
  folder: Folder<ModelFile>,
  path: string,
  indexName: string,
  weights: WeightNames,
): Promise<Weights | undefined> {
  const { findings } = context;
  const indexPath = `${path}/${indexName}`;
  if (!weights.shardsAllowed) {
    findings.add("sharded_weights", indexPath);
    return undefined;
  }
  const file = folder.files.get(indexName);
  const index = file && (await probeJson(context, indexPath, file));
  if (!index) return undefined;
  if (!isObject(index.weight_map) || Object.keys(index.weight_map).length === 0) {
    findings.add("json_invalid", indexPath, {}, { proof: `weight_map: ${shownJson(index.weight_map)}` });
    return undefined;
  }
  const shards = [...new Set(Object.values(index.weight_map).map(String))].sort();
  const missing = shards.filter((name) => !folder.files.has(name));
  if (missing.length > 0) {
    const [tensor] = Object.entries(index.weight_map).find(([, name]) => name === missing[0]) ?? [];
    const proof = `weight_map["${tensor}"]: "${missing[0]}"`;
    findings.add("shard_missing", path, { missing: missing.join(", "), shards: shards.length }, { proof });
  }
  const probed = await Promise.all(
    shards.map(async (name) => {
      const shard = folder.files.get(name);
      return shard && ([name, await probeWeights(context, `${path}/${name}`, shard)] as const);
    }),
  );
  const found = new Map(probed.filter((entry) => entry !== undefined));
  reportMismatch(context, indexPath, index.weight_map, found);
  return [...found.values()].find((weights) => weights !== undefined);
}

/** A tensor that the index looks for in a part that does not hold it. */
function reportMismatch(
  { findings }: CheckContext,
  indexPath: string,
  weightMap: Record<string, unknown>,
  shards: ReadonlyMap<string, Weights | undefined>,
): void {
  for (const [tensor, name] of Object.entries(weightMap)) {
    const shard = typeof name === "string" ? shards.get(name) : undefined;
    if (!shard?.header || shard.header.tensors.has(tensor)) continue;
    const proof = `weight_map["${tensor}"]: "${String(name)}"`;
    findings.add("shard_mismatch", indexPath, { tensor, shard: String(name) }, { proof });
    return;
  }
}
