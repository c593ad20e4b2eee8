"use client";

import { useQueryClient } from "@tanstack/react-query";
import { Pencil, Plus, Trash2 } from "lucide-react";
import { type ReactNode, useState } from "react";
import { refusalText } from "@/components/services/service-actions";
import { useServiceScope } from "@/components/services/use-live";
import { Button } from "@/components/ui/button";
import { Card } from "@/components/ui/card";
import type { Permission } from "@/lib/eas/service-can";
import { useT } from "@/lib/i18n/react";
import type { Result } from "@/lib/result";
import { serviceQueries } from "@/lib/services/queries";
import { RemoveScaler } from "./remove-scaler";

interface ScalerCardProps {
  /** Its words: `scaling.<kind>.*`. */
  kind: "auto" | "cron";
  permission: Permission;
  removeHint: string;
  remove: (service: { connectionId: string; name: string }) => Promise<Result<void>>;
  form: (close: { onDone: () => Promise<void>; onCancel: () => void }) => ReactNode;
  /** What it looks like; nothing while there is none. */
  children?: ReactNode;
  /** It reaches the edges. */
  flush?: boolean;
}

/** One of the two that change the number of instances by themselves: set up, looked at, changed, removed. */
export function ScalerCard({ kind, permission, removeHint, remove, form, children, flush }: ScalerCardProps) {
  const t = useT();
  const client = useQueryClient();
  const { connectionId, name, rights } = useServiceScope();
  const [editing, setEditing] = useState(false);
  const [removing, setRemoving] = useState(false);
  const isThere = Boolean(children);
  const shared = { size: "sm", disabledReason: refusalText(t, rights.write, permission) } as const;
  const refresh = () => client.invalidateQueries({ queryKey: serviceQueries.scaling(connectionId, name).queryKey });
  async function onDone() {
    await refresh();
    setEditing(false);
  }
  return (
    <>
      <Card
        title={t(`scaling.${kind}.title`)}
        description={t(`scaling.${kind}.${isThere ? "on" : "off"}`)}
        flush={!editing && (flush || !isThere)}
        actions={
          editing ? null : isThere ? (
            <>
              <Button {...shared} icon={<Pencil aria-hidden="true" />} onClick={() => setEditing(true)}>
                {t(`scaling.${kind}.edit`)}
              </Button>
              <Button {...shared} icon={<Trash2 aria-hidden="true" />} onClick={() => setRemoving(true)}>
                {t(`scaling.${kind}.remove`)}
              </Button>
            </>
          ) : (
            <Button {...shared} icon={<Plus aria-hidden="true" />} onClick={() => setEditing(true)}>
              {t(`scaling.${kind}.add`)}
            </Button>
          )
        }
      >
        {editing ? form({ onDone, onCancel: () => void onDone() }) : children}
      </Card>
      <RemoveScaler
        open={removing}
        title={t(`scaling.${kind}.removeTitle`, { name })}
        description={removeHint}
        confirmLabel={t(`scaling.${kind}.remove`)}
        remove={() => remove({ connectionId, name })}
        onRemoved={refresh}
        onClose={() => setRemoving(false)}
      />
    </>
  );
}
