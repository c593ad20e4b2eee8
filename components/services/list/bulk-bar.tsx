"use client";

import { Play, Square, Tag, Trash2, X } from "lucide-react";
import { useState } from "react";
import { Button } from "@/components/ui/button";
import { serviceCan } from "@/lib/eas/service-can";
import { useT } from "@/lib/i18n/react";
import type { ServiceListItem } from "@/lib/services/view";
import { BulkDialog } from "./bulk-dialog";

export const BULK_VERBS = ["start", "stop", "label", "delete"] as const;
export type BulkVerb = (typeof BULK_VERBS)[number];

const ICONS = { start: Play, stop: Square, label: Tag, delete: Trash2 } as const;

interface BulkBarProps {
  connectionId: string;
  canWrite: boolean;
  services: readonly ServiceListItem[];
  onClear: () => void;
}

/** What can be done to all that are selected; each has its own result. */
export function BulkBar({ connectionId, canWrite, services, onClear }: BulkBarProps) {
  const t = useT();
  // The list moves on while the dialog is open; what was asked for stays.
  const [asked, setAsked] = useState<{ verb: BulkVerb; services: readonly ServiceListItem[] } | null>(null);
  const refusal = (verb: BulkVerb) => {
    if (!canWrite) return t("services.actions.needsRight");
    const first = services.map((service) => serviceCan[verb](service));
    const refused = first.find((permission) => !permission.allowed);
    if (first.some(({ allowed }) => allowed) || !refused || refused.allowed) return undefined;
    return t(`status.reason.${refused.reason}`);
  };
  return (
    <section
      aria-label={t("services.bulk.title")}
      className="sticky top-2 z-10 flex flex-wrap items-center gap-2 rounded-lg bg-raised px-4 py-2 shadow-float"
    >
      <span className="mr-2 font-medium tabular-nums">{t("services.bulk.selected", { count: services.length })}</span>
      {BULK_VERBS.map((verb) => {
        const Icon = ICONS[verb];
        return (
          <Button
            key={verb}
            size="sm"
            variant={verb === "delete" ? "danger" : "secondary"}
            icon={<Icon aria-hidden="true" />}
            disabledReason={refusal(verb)}
            onClick={() => setAsked({ verb, services })}
          >
            {t(`services.bulk.${verb}`)}
          </Button>
        );
      })}
      <Button size="sm" variant="ghost" icon={<X aria-hidden="true" />} onClick={onClear}>
        {t("services.bulk.clear")}
      </Button>
      {asked ? (
        <BulkDialog
          connectionId={connectionId}
          verb={asked.verb}
          services={asked.services}
          onClose={() => setAsked(null)}
        />
      ) : null}
    </section>
  );
}
