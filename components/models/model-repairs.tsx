"use client";

import { Button } from "@/components/ui/button";
import { useT } from "@/lib/i18n/react";
import type { Repair } from "@/lib/models/types";

interface RepairButtonsProps {
  repairs: readonly Repair[];
  onRepair: (repair: Repair) => void;
}

/** What would help; several are alternatives. */
export function RepairButtons({ repairs, onRepair }: RepairButtonsProps) {
  const t = useT();
  return (
    <div className="mt-1.5 flex min-w-0 flex-wrap gap-2">
      {repairs.map((repair) => (
        <Button key={JSON.stringify(repair)} size="sm" wraps onClick={() => onRepair(repair)}>
          {repairLabel(t, repair)}
        </Button>
      ))}
    </div>
  );
}

const nameOf = (path: string) => path.split("/").at(-1) ?? path;
const folderOf = (path: string) => `${path.split("/").slice(0, -1).join("/")}/`;

function repairLabel(t: ReturnType<typeof useT>, repair: Repair): string {
  switch (repair.kind) {
    case "unwrap":
      return t("deploy.repair.unwrap", { folder: repair.folder });
    case "move_into_base_model":
      return t("deploy.repair.move_into_base_model", { folder: repair.from || "/" });
    case "rename_folder":
      return t("deploy.repair.rename_folder", { from: repair.from, to: repair.to });
    case "move":
      return moveLabel(t, repair.moves);
    case "keep_checkpoint":
      return t("deploy.repair.keep_checkpoint", { path: nameOf(repair.path) });
    case "leave_behind":
      return t("deploy.repair.leave_behind", { count: repair.paths.length });
    case "use_variant":
      return t("deploy.repair.use_variant", { variant: repair.variant });
    case "strip_bom":
      return t("deploy.repair.strip_bom");
    case "add_neutral_members": {
      const members = repair.members.join(", ");
      return t(repair.flags?.closeSafety ? "deploy.repair.neutralAndClose" : "deploy.repair.add_neutral_members", {
        members,
      });
    }
    case "import":
      return t("deploy.repair.importTranslate");
    case "set_flags":
      if (repair.flags.closeSafety) return t("deploy.repair.closeSafety");
      return t(repair.flags.func ? "deploy.repair.baseOnly" : "deploy.repair.noTranslate");
    default:
      return repair satisfies never;
  }
}

/** A file that stays in its folder gets another name; one or more that leave it go somewhere. */
function moveLabel(t: ReturnType<typeof useT>, moves: readonly { from: string; to: string }[]): string {
  const [first] = moves;
  if (!first) return "";
  if (moves.length === 1 && folderOf(first.from) === folderOf(first.to)) {
    return t("deploy.repair.rename", { to: nameOf(first.to) });
  }
  const to = folderOf(first.to);
  if (moves.length === 1) return t("deploy.repair.moveOne", { from: nameOf(first.from), to });
  return t("deploy.repair.moveMany", { count: moves.length, to });
}
