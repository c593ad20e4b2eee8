"use client";

import { Images } from "lucide-react";
import { Button } from "@/components/ui/button";
import { EmptyState } from "@/components/ui/empty-state";
import { LinkButton } from "@/components/ui/link-button";
import { useT } from "@/lib/i18n/react";
import { paths } from "@/lib/paths";

/** `onShowAll`: where there may be some that the filter keeps out. */
export function NoPictures({ onShowAll }: { onShowAll?: () => void }) {
  const t = useT();
  return onShowAll ? (
    <EmptyState
      icon={<Images />}
      title={t("gallery.noMatch")}
      actions={<Button onClick={onShowAll}>{t("gallery.showAll")}</Button>}
    />
  ) : (
    <EmptyState
      icon={<Images />}
      title={t("gallery.empty.title")}
      description={t("gallery.empty.text")}
      actions={<LinkButton href={paths.services()}>{t("gallery.empty.services")}</LinkButton>}
    />
  );
}
