"use client";

import { Button } from "@/components/ui/button";
import { Callout } from "@/components/ui/callout";
import { Card } from "@/components/ui/card";
import { ErrorNotice } from "@/components/ui/error-notice";
import { Progress } from "@/components/ui/progress";
import { isWalking } from "@/lib/gallery/queries";
import type { Rebuild as View } from "@/lib/gallery/view";
import { useT } from "@/lib/i18n/react";
import type { Rebuilding } from "./rebuild";

interface RebuildProgressProps {
  rebuilding: Rebuilding;
  shown: View;
}

export function RebuildProgress({ rebuilding: { start, cancel, hide }, shown }: RebuildProgressProps) {
  const t = useT();
  if (isWalking(shown)) {
    return (
      <Card>
        <Progress
          showLabel
          label={t(shown.state === "waiting" ? "gallery.rebuild.waiting" : "gallery.rebuild.walking")}
          text={t("gallery.rebuild.progress", { seen: shown.seen, added: shown.added })}
          aside={
            <Button size="sm" loading={cancel.isPending} onClick={() => cancel.mutate()}>
              {t("gallery.rebuild.cancel")}
            </Button>
          }
        />
      </Card>
    );
  }
  const hideButton = (
    <Button size="sm" onClick={hide}>
      {t("gallery.rebuild.hide")}
    </Button>
  );
  if (shown.error) {
    return (
      <ErrorNotice
        error={shown.error}
        actions={
          <>
            <Button size="sm" loading={start.isPending} onClick={() => start.mutate()}>
              {t("gallery.rebuild.again")}
            </Button>
            {hideButton}
          </>
        }
      />
    );
  }
  const { missed } = shown;
  return (
    <Callout
      role="status"
      tone={missed.length > 0 ? "warn" : "ok"}
      title={<Outcome rebuild={shown} />}
      actions={hideButton}
    >
      {missed.length > 0 ? (
        <details>
          <summary className="w-fit rounded-md">{t("gallery.rebuild.missed", { count: missed.length })}</summary>
          <ul className="break-all pt-2 font-mono text-sm">
            {missed.map((place) => (
              <li key={place}>{place}</li>
            ))}
          </ul>
        </details>
      ) : null}
    </Callout>
  );
}

function Outcome({ rebuild: { state, added, foreign } }: { rebuild: View }) {
  const t = useT();
  if (state === "cancelled") return t("gallery.rebuild.cancelled");
  if (added === 0) return t("gallery.rebuild.nothing");
  const remark = foreign > 0 ? ` · ${t("gallery.rebuild.foreign", { count: foreign })}` : "";
  return `${t("gallery.rebuild.done", { count: added })}${remark}`;
}
