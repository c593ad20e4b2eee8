import { ROOT_FOLDERS } from "./container";
import { isCheckpoint } from "./layout";
import { memoryFile } from "./model-file";
import { looseName } from "./paths";
import type { LeaveReason, LeftBehind, ModelFile, ModelPlan, PlannedFile, Repair } from "./types";

const KEEPS_ITS_PLACE = new Set(ROOT_FOLDERS.map(looseName));
const encoder = new TextEncoder();

/** The new target of a planned file, or why it stays behind. */
type Retarget = (file: PlannedFile) => string | { leave: LeaveReason };

/** Returns the plan with the change made; the given plan and all files stay as they are. */
export function applyRepair(plan: ModelPlan, repair: Repair): ModelPlan {
  const steps = [...plan.steps, repair];
  if (repair.kind === "set_flags" || repair.kind === "import") return { ...plan, steps };
  if (repair.kind === "strip_bom") return { ...plan, files: plan.files.map(stripping(repair.paths)), steps };
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
  return { files, leftBehind, steps };
}

function retargeting(
  repair: Exclude<Repair, { kind: "set_flags" | "strip_bom" | "import" }>,
  targets: ReadonlySet<string>,
): Retarget {
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
      return ({ target }) => {
        if (target === repair.from) return repair.to;
        return target.startsWith(`${repair.from}/`) ? `${repair.to}/${target.slice(repair.from.length + 1)}` : target;
      };
    case "move": {
      const moves = new Map(repair.moves.map(({ from, to }) => [from, to]));
      // Onto a file that stays where it is nothing is moved: neither of the two would be what its name says.
      return ({ target }) => {
        const to = moves.get(target);
        return to === undefined || (targets.has(to) && !moves.has(to)) ? target : to;
      };
    }
    case "keep_checkpoint":
      return ({ target }) => {
        const isRival = /^base_model\/[^/]+$/.test(target) && isCheckpoint(target) && target !== repair.path;
        return isRival && targets.has(repair.path) ? { leave: "chosen" } : target;
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
        repair.modelIndex !== undefined && target === "base_model/model_index.json" ? { leave: "replaced" } : target;
    default:
      return repair satisfies never;
  }
}

const BOM_BYTES = 3;

function stripping(paths: readonly string[]): (file: PlannedFile) => PlannedFile {
  return (file) => (paths.includes(file.target) ? { ...file, source: withoutBom(file.source) } : file);
}

/** What was stripped already maps to itself. */
const stripped = new WeakMap<ModelFile, ModelFile>();

/** The same file from its fourth byte on; the same object each time, so that what was read of it is known again. */
function withoutBom(source: ModelFile): ModelFile {
  const known = stripped.get(source);
  if (known) return known;
  const rest: ModelFile = {
    path: source.path,
    sizeBytes: Math.max(0, source.sizeBytes - BOM_BYTES),
    read: (start, end, signal) => source.read(start + BOM_BYTES, end + BOM_BYTES, signal),
  };
  stripped.set(source, rest);
  stripped.set(rest, rest);
  return rest;
}

const PLACEHOLDER = "This folder only has to exist. The component is not loaded.\n";

function addNeutralMembers(files: PlannedFile[], repair: Extract<Repair, { kind: "add_neutral_members" }>): void {
  const taken = new Set(files.map(({ target }) => target));
  for (const member of repair.members) {
    const target = `base_model/${member}/placeholder.txt`;
    if (!taken.has(target)) files.push({ target, source: memoryFile(target, encoder.encode(PLACEHOLDER)) });
  }
  if (repair.modelIndex === undefined) return;
  const target = "base_model/model_index.json";
  files.push({ target, source: memoryFile(target, encoder.encode(repair.modelIndex)) });
}
