"use client";

import { useEffect, useEffectEvent } from "react";
import { Progress } from "@/components/ui/progress";
import { TextLink } from "@/components/ui/text-link";
import type { ErrorView } from "@/lib/errors";
import { formatBytes } from "@/lib/format";
import { useLocale, useT } from "@/lib/i18n/react";
import { paths } from "@/lib/paths";
import { ImportFailure } from "./import-failure";
import { sourceText } from "./import-source-text";
import { shareOf, useComing } from "./use-coming";

interface BringingProps {
  connectionId: string;
  bucket: string;
  prefix: string;
  onArrived: () => void;
}

/** What the server is fetching into a model root, while it does; silent otherwise. */
export function Bringing({ connectionId, bucket, prefix, onArrived }: BringingProps) {
  const t = useT();
  const locale = useLocale();
  const { running, failed, done } = useComing(connectionId, bucket, prefix);
  const arrived = useEffectEvent(onArrived);
  const doneId = done?.id;
  useEffect(() => {
    if (doneId) arrived();
  }, [doneId]);
  if (running) {
    return (
      <Progress
        label={t("imports.list.progress", { name: sourceText(t, running.source) })}
        value={shareOf(running)}
        text={`${sourceText(t, running.source)} · ${formatBytes(running.doneBytes, locale)}`}
      />
    );
  }
  if (!failed?.error) return null;
  return (
    <ImportFailure
      error={failed.error as ErrorView}
      actions={<TextLink href={paths.imports()}>{t("imports.title")}</TextLink>}
    />
  );
}
