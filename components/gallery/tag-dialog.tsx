"use client";

import { useMutation, useQuery, useQueryClient } from "@tanstack/react-query";
import { type FormEvent, useId, useState } from "react";
import { Button } from "@/components/ui/button";
import { Dialog } from "@/components/ui/dialog";
import { ErrorNotice, toView } from "@/components/ui/error-notice";
import { Input } from "@/components/ui/input";
import { galleryQueries } from "@/lib/gallery/queries";
import { useT } from "@/lib/i18n/react";
import { setTags } from "./marks";

/** As they may be typed: `portrait, 客户A`. */
export const tagsIn = (text: string) => [
  ...new Set(
    text
      .split(/[,，、]/)
      .map((tag) => tag.trim())
      .filter(Boolean),
  ),
];

interface TagDialogProps {
  connectionId: string;
  taskIds: readonly string[];
  onClose: () => void;
}

export function TagDialog({ connectionId, taskIds, onClose }: TagDialogProps) {
  const t = useT();
  const id = useId();
  const client = useQueryClient();
  const { data: facets } = useQuery(galleryQueries.facets(connectionId));
  const [text, setText] = useState("");
  const tags = tagsIn(text);
  const change = useMutation({
    mutationFn: (verb: "add" | "remove") => setTags(client, connectionId, { taskIds, [verb]: tags }),
    onSuccess: onClose,
  });
  const missing = tags.length === 0 ? t("gallery.tags.typeFirst") : undefined;
  function submit(event: FormEvent) {
    event.preventDefault();
    if (!missing) change.mutate("add");
  }
  return (
    <Dialog open onOpenChange={onClose} title={t("gallery.tags.title", { count: taskIds.length })}>
      <form onSubmit={submit} className="grid gap-4">
        <div className="grid gap-1.5">
          <label htmlFor={id} className="text-sm text-text-2">
            {t("gallery.tags.label")}
          </label>
          <Input
            id={id}
            list={`${id}-known`}
            maxLength={200}
            autoComplete="off"
            value={text}
            onChange={(event) => setText(event.target.value)}
          />
          <datalist id={`${id}-known`}>
            {facets?.tags.map((tag) => (
              <option key={tag} value={tag} />
            ))}
          </datalist>
        </div>
        {change.error ? <ErrorNotice error={toView(change.error)} /> : null}
        <div className="flex flex-wrap justify-end gap-2">
          <Button onClick={onClose}>{t("common.cancel")}</Button>
          <Button
            disabledReason={missing}
            loading={change.isPending && change.variables === "remove"}
            onClick={() => change.mutate("remove")}
          >
            {t("gallery.tags.remove")}
          </Button>
          <Button
            type="submit"
            variant="primary"
            disabledReason={missing}
            loading={change.isPending && change.variables === "add"}
          >
            {t("gallery.tags.add")}
          </Button>
        </div>
      </form>
    </Dialog>
  );
}
