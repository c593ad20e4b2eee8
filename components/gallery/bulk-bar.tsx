"use client";

import { useMutation, useQueryClient } from "@tanstack/react-query";
import { FileArchive, Star, StarOff, Tag, Trash2, X } from "lucide-react";
import { useState } from "react";
import { Button } from "@/components/ui/button";
import { toView } from "@/components/ui/error-notice";
import { toast } from "@/components/ui/toast";
import { zipUrl } from "@/lib/gallery/queries";
import { errorTexts, useT } from "@/lib/i18n/react";
import type { GalleryRights } from "./gallery";
import { setStar } from "./marks";
import { TagDialog } from "./tag-dialog";

interface BulkBarProps {
  connectionId: string;
  rights: GalleryRights;
  taskIds: string[];
  total: number;
  onAll: () => void;
  onDelete: () => void;
  onClear: () => void;
}

/** What can be done to all that are selected. */
export function BulkBar({ connectionId, rights, taskIds, total, onAll, onDelete, onClear }: BulkBarProps) {
  const t = useT();
  const client = useQueryClient();
  const [isTagging, setTagging] = useState(false);
  const star = useMutation({
    mutationFn: (starred: boolean) => setStar(client, connectionId, { taskIds, starred }),
    onError: (error) => toast.error(errorTexts(t, toView(error)).title),
  });
  const mayMark = rights.generate ? undefined : t("gallery.needsRight");
  return (
    <section
      aria-label={t("gallery.bulk.title")}
      className="sticky top-16 z-20 flex flex-wrap items-center gap-2 rounded-lg bg-raised px-4 py-2 shadow-float"
    >
      <span role="status" className="mr-2 font-medium tabular-nums">
        {t("gallery.bulk.selected", { count: taskIds.length })}
      </span>
      {taskIds.length < total ? (
        <Button size="sm" variant="ghost" onClick={onAll}>
          {t("gallery.bulk.all", { count: total })}
        </Button>
      ) : null}
      <Button
        size="sm"
        icon={<Star aria-hidden="true" />}
        disabledReason={mayMark}
        loading={star.isPending && star.variables}
        onClick={() => star.mutate(true)}
      >
        {t("gallery.star")}
      </Button>
      <Button
        size="sm"
        icon={<StarOff aria-hidden="true" />}
        disabledReason={mayMark}
        loading={star.isPending && !star.variables}
        onClick={() => star.mutate(false)}
      >
        {t("gallery.unstar")}
      </Button>
      <Button size="sm" icon={<Tag aria-hidden="true" />} disabledReason={mayMark} onClick={() => setTagging(true)}>
        {t("gallery.bulk.tag")}
      </Button>
      {/* A form, since the browser saves its answer as it comes, however large it is. */}
      <form method="post" action={zipUrl(connectionId)} className="contents">
        <input type="hidden" name="taskIds" value={taskIds.join(",")} />
        <Button type="submit" size="sm" icon={<FileArchive aria-hidden="true" />}>
          {t("gallery.zip")}
        </Button>
      </form>
      <Button
        size="sm"
        variant="danger"
        icon={<Trash2 aria-hidden="true" />}
        disabledReason={rights.delete ? undefined : t("gallery.delete.needsRight")}
        onClick={onDelete}
      >
        {t("common.delete")}
      </Button>
      <Button size="sm" variant="ghost" icon={<X aria-hidden="true" />} onClick={onClear}>
        {t("gallery.bulk.clear")}
      </Button>
      {isTagging ? <TagDialog connectionId={connectionId} taskIds={taskIds} onClose={() => setTagging(false)} /> : null}
    </section>
  );
}
