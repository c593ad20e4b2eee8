import { ROOT_FOLDERS } from "./container";
import { isCheckpoint } from "./layout";
import { memoryFile } from "./model-file";
import { looseName } from "./paths";
import type { LeaveReason, LeftBehind, ModelPlan, PlannedFile, Repair } from "./types";

const KEEPS_ITS_PLACE = new Set(ROOT_FOLDERS.map(looseName));
const encoder = new TextEncoder();

/** The new target of a planned file, or why it stays behind. */
type Retarget = (file: PlannedFile) => string | { leave: LeaveReason };

/** Returns the plan with the change made; the given plan and all files stay as they are. */
export function applyRepair(plan: ModelPlan, repair: Repair): ModelPlan {
  const files: PlannedFile[] = [];
  const leftBehind: LeftBehind[] = [...plan.leftBehind];
  const taken = new Set<string>();
  const retarget = retargeting(repair, new Set(plan.files.map(({ target }) => target)));
  for (const file of plan.files) {
    const next = retarget(file);
    if (typeof next !== "string") {
      leftBehind.push({ source: file.source, reason: next.leave });
    } else if (taken.has(next)) {
      leftBehind.push({ source: file.source, reason: "same_name" });
    } else {
      taken.add(next);
      files.push({ source: file.source, target: next });
    }
  }
  if (repair.kind === "add_neutral_members") addNeutralMembers(files, repair);
  return { files, leftBehind, steps: [...plan.steps, repair] };
}

function retargeting(repair: Repair, targets: ReadonlySet<string>): Retarget {
  switch (repair.kind) {
    case "unwrap":
      return ({ target }) => {
        if (target.startsWith(`${repair.folder}/`)) {
          const rest = target.slice(repair.folder.length + 1);
          return repair.into ? `${repair.into}/${rest}` : rest || { leave: "outside_model" };
        }
        const isElsewhere = repair.into !== "" && !target.startsWith(`${repair.into}/`);
        return isElsewhere ? target : { leave: "outside_model" };
      };
    case "move_into_base_model":
      return ({ target }) => {
        if (repair.from) {
          const prefix = `${repair.from}/`;
          return target.startsWith(prefix) ? `base_model/${target.slice(prefix.length)}` : target;
        }
        const [first = "", ...rest] = target.split("/");
        return rest.length > 0 && KEEPS_ITS_PLACE.has(looseName(first)) ? target : `base_model/${target}`;
      };
    case "rename_folder":
      return ({ target }) =>
        target.startsWith(`${repair.from}/`) ? `${repair.to}/${target.slice(repair.from.length + 1)}` : target;
    case "keep_checkpoint":
      return ({ target }) => {
        const isRival = /^base_model\/[^/]+$/.test(target) && isCheckpoint(target) && target !== repair.path;
        return isRival ? { leave: "chosen" } : target;
      };
    case "leave_behind": {
      const paths = new Set(repair.paths);
      return ({ target }) => (paths.has(target) ? { leave: "chosen" } : target);
    }
    case "use_variant": {
      const infix = `.${repair.variant}.`;
      return ({ target }) => {
        const at = target.lastIndexOf(infix);
        if (at <= target.lastIndexOf("/")) return target;
        const plain = `${target.slice(0, at)}.${target.slice(at + infix.length)}`;
        return targets.has(plain) ? target : plain;
      };
    }
    case "add_neutral_members":
      return ({ target }) =>
        repair.modelIndex !== undefined && target === "base_model/model_index.json" ? { leave: "chosen" } : target;
    default:
      return repair satisfies never;
  }
}

const PLACEHOLDER = "This folder only has to exist. model_index.json says that the component is not loaded.\n";

function addNeutralMembers(files: PlannedFile[], repair: Extract<Repair, { kind: "add_neutral_members" }>): void {
  for (const member of repair.members) {
    const target = `base_model/${member}/placeholder.txt`;
    files.push({ target, source: memoryFile(target, encoder.encode(PLACEHOLDER)) });
  }
  if (repair.modelIndex === undefined) return;
  const target = "base_model/model_index.json";
  files.push({ target, source: memoryFile(target, encoder.encode(repair.modelIndex)) });
}
