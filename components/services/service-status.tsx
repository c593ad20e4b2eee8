"use client";

import { StatusPill } from "@/components/ui/status-pill";
import { statusTone } from "@/lib/eas/status";
import { useT } from "@/lib/i18n/react";

/** EAS's own state; a word that we do not know is shown as EAS writes it. */
export function ServiceStatus({ status }: { status: string }) {
  const t = useT();
  return <StatusPill tone={statusTone(status)}>{t.maybe(`status.name.${status}`) ?? status}</StatusPill>;
}
