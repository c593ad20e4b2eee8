"use client";

import { Minus, Pencil, Plus } from "lucide-react";
import { VisuallyHidden } from "@/components/ui/visually-hidden";
import { useT } from "@/lib/i18n/react";
import { showPath } from "@/lib/service-config/json-path";
import type { ConfigChange } from "@/lib/service-config/update-plan";

const LOOK = {
  added: { Icon: Plus, color: "text-ok" },
  removed: { Icon: Minus, color: "text-bad" },
  changed: { Icon: Pencil, color: "text-info" },
} as const;

/** Key by key, what was and what will be. */
export function ChangeList({ changes }: { changes: readonly ConfigChange[] }) {
  const t = useT();
  return (
    <ul
      aria-label={t("config.changes.label")}
      className="divide-y divide-line rounded-lg border border-line bg-surface"
    >
      {changes.map(({ path, kind, before, after }) => {
        const { Icon, color } = LOOK[kind];
        return (
          <li key={showPath(path)} className="flex gap-3 px-4 py-2.5">
            <Icon aria-hidden="true" className={`mt-0.5 size-4 shrink-0 ${color}`} />
            <div className="grid min-w-0 gap-1">
              <p className="break-all font-mono text-sm">
                <VisuallyHidden>{t(`config.changes.${kind}`)} </VisuallyHidden>
                {showPath(path)}
              </p>
              {kind === "added" ? null : <Value as="del" value={before} />}
              {kind === "removed" ? null : <Value as="ins" value={after} />}
            </div>
          </li>
        );
      })}
    </ul>
  );
}

function Value({ as: As, value }: { as: "del" | "ins"; value: unknown }) {
  return (
    <As
      className={
        As === "del"
          ? "block w-fit max-w-full break-all rounded-sm bg-bad-soft px-1.5 font-mono text-bad text-xs"
          : "block w-fit max-w-full break-all rounded-sm bg-ok-soft px-1.5 font-mono text-ok text-xs no-underline"
      }
    >
      {typeof value === "string" ? value : JSON.stringify(value)}
    </As>
  );
}
