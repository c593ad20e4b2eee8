import { BASE_MEMBERS, COMPONENTS, CONTROLNET_WEIGHTS, type WeightNames } from "./container";
import { filesBelow, folderOf, namesIn, subfolder } from "./folder";
import { junkReason } from "./junk";
import { isCheckpoint, suggestLayout } from "./layout";
import { cleanPath, MAX_KEY_BYTES } from "./paths";
import { applyRepair } from "./repair";
import type { LeaveReason, LeftBehind, ModelFile, ModelPlan, PlannedFile, Repair } from "./types";

export interface LayoutOptions {
  /** The files lie in OSS already and are looked at where they are: nothing is moved, nothing is left out. */
  inPlace?: boolean;
  /** Choices of the person, applied after what the layout needs by itself. */
  repairs?: readonly Repair[];
  /** Prefix of the model root in the bucket; counts towards the length of a key. */
  keyPrefix?: string;
  /** Another image may read what this one does not: only what no image reads stays behind. */
  customImage?: boolean;
}

export interface Layout {
  plan: ModelPlan;
  /** What would bring the files below one model root but was not applied, because the files stay where they are. */
  suggested: Repair[];
  /** Several folders could be the model; one `unwrap` among `repairs` decides. */
  candidates: string[];
}

/** Given files → what goes where, what stays behind and why. The same files and repairs always give the same plan. */
export function layoutOf(files: readonly ModelFile[], options: LayoutOptions = {}): Layout {
  const inPlace = options.inPlace === true;
  let plan = cleanedPlan(files, options);
  // A repair that chooses the folder comes before the layout is looked for, or there would be nothing to look at.
  const repairs = [...(options.repairs ?? [])];
  while (repairs[0]?.kind === "unwrap") {
    const first = repairs.shift();
    if (first) plan = applyRepair(plan, first);
  }
  const suggestion = suggestLayout(plan.files.map(({ target }) => target));
  if (!inPlace) plan = suggestion.steps.reduce(applyRepair, plan);
  plan = repairs.reduce(applyRepair, plan);
  return {
    plan: inPlace || options.customImage ? plan : pruned(plan),
    suggested: inPlace ? suggestion.steps : [],
    candidates: suggestion.candidates,
  };
}

function cleanedPlan(given: readonly ModelFile[], options: LayoutOptions): ModelPlan {
  const { inPlace = false, keyPrefix = "", customImage = false } = options;
  // The longest thing a move adds is `base_model/`.
  const room = MAX_KEY_BYTES - new TextEncoder().encode(keyPrefix).length - (inPlace ? 0 : "base_model/".length);
  const files: PlannedFile[] = [];
  const leftBehind: LeftBehind[] = [];
  const taken = new Set<string>();
  for (const source of given) {
    const target = cleanPath(source.path, room);
    const reason =
      target === undefined
        ? "bad_path"
        : taken.has(target)
          ? "same_name"
          : inPlace
            ? undefined
            : junkReason(target, customImage);
    if (target === undefined || reason) {
      leftBehind.push({ source, reason: reason ?? "bad_path" });
    } else {
      taken.add(target);
      files.push({ source, target });
    }
  }
  return { files, leftBehind, steps: [] };
}

/** Leaves out what the loaders do not ask for, now that it is known what each folder is. */
function pruned(plan: ModelPlan): ModelPlan {
  const root = folderOf(plan.files.map((file) => [file.target, file] as const));
  const reasons = new Map<string, LeaveReason>();
  for (const { name, weights } of COMPONENTS) {
    if (weights) unreadWeights(`base_model/${name}`, weights);
  }
  unreadWeights("controlnet", CONTROLNET_WEIGHTS);
  const base = root.folders.get("base_model");
  const members = base && namesIn(base);
  if (base && members && BASE_MEMBERS.every((name) => members.has(name))) {
    for (const name of base.files.keys())
      if (isCheckpoint(name)) reasons.set(`base_model/${name}`, "unread_checkpoint");
    for (const [name, folder] of base.folders) {
      if (
        !/^(unet_ema|ema_unet|image_encoder|text_encoder_[23]|tokenizer_[23]|prior|transformer|vae_(en|de)coder|vae_1_0|checkpoint-\d+)$/.test(
          name,
        )
      )
        continue;
      for (const [path] of filesBelow(folder, `base_model/${name}/`))
        reasons.set(path, /ema|checkpoint-/.test(name) ? "training" : "unread_component");
    }
  }
  if (reasons.size === 0) return plan;
  return {
    ...plan,
    files: plan.files.filter(({ target }) => !reasons.has(target)),
    leftBehind: [
      ...plan.leftBehind,
      ...plan.files.flatMap(({ source, target }) => {
        const reason = reasons.get(target);
        return reason ? [{ source, reason }] : [];
      }),
    ],
  };

  function unreadWeights(path: string, weights: WeightNames): void {
    const folder = subfolder(root, path);
    const read = [weights.safetensors, weights.bin].find((name) => folder?.files.has(name));
    if (!folder || !read) return;
    for (const name of folder.files.keys()) {
      if (name === read || !/\.(safetensors|bin|index\.json|index\.\w+\.json|ckpt|pt|pth)$/.test(name)) continue;
      // transformers looks for the index of safetensors parts before it looks for one .bin.
      if (weights.shardsAllowed && read === weights.bin && /safetensors/.test(name)) continue;
      reasons.set(`${path}/${name}`, name === weights.bin ? "duplicate_format" : "variant");
    }
  }
}

export function planBytes(plan: ModelPlan): { uploadBytes: number; savedBytes: number } {
  const sum = (items: readonly { source: ModelFile }[]) =>
    items.reduce((total, { source }) => total + source.sizeBytes, 0);
  return { uploadBytes: sum(plan.files), savedBytes: sum(plan.leftBehind) };
}
