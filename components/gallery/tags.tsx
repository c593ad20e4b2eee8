"use client";

import { useMutation, useQueryClient } from "@tanstack/react-query";
import { Plus, X } from "lucide-react";
import { type FormEvent, useState } from "react";
import { Button } from "@/components/ui/button";
import { ErrorNotice, toView } from "@/components/ui/error-notice";
import { Input } from "@/components/ui/input";
import type { Picture } from "@/lib/gallery/view";
import { useT } from "@/lib/i18n/react";
import { setTags } from "./marks";
import { tagsIn } from "./tag-dialog";

interface TagsProps {
  connectionId: string;
  picture: Picture;
  mayChange: boolean;
}

export function Tags({ connectionId, picture: { tile, tags }, mayChange }: TagsProps) {
  const t = useT();
  const client = useQueryClient();
  const [text, setText] = useState("");
  const change = useMutation({
    mutationFn: (tagsOf: { add?: string[]; remove?: string[] }) =>
      setTags(client, connectionId, { taskIds: [tile.taskId], ...tagsOf }),
  });
  function submit(event: FormEvent) {
    event.preventDefault();
    const add = tagsIn(text);
    if (add.length === 0) return;
    change.mutate({ add });
    setText("");
  }
  if (!mayChange && tags.length === 0) return null;
  return (
    <section aria-label={t("gallery.tags.heading")} className="grid gap-2">
      {tags.length > 0 ? (
        <ul className="flex flex-wrap gap-1.5">
          {tags.map((tag) => (
            <li key={tag} className="flex h-7 items-center gap-1 rounded-full bg-hover pr-1 pl-2.5 text-sm">
              {tag}
              {mayChange ? (
                <button
                  type="button"
                  aria-label={t("gallery.tags.removeOne", { tag })}
                  onClick={() => change.mutate({ remove: [tag] })}
                  className="rounded-full p-1 text-text-3 hover:text-text"
                >
                  <X aria-hidden="true" className="size-4" />
                </button>
              ) : null}
            </li>
          ))}
        </ul>
      ) : null}
      {mayChange ? (
        <form onSubmit={submit} className="flex gap-2">
          <Input
            aria-label={t("gallery.tags.label")}
            placeholder={t("gallery.tags.placeholder")}
            maxLength={200}
            autoComplete="off"
            value={text}
            onChange={(event) => setText(event.target.value)}
          />
          <Button type="submit" icon={<Plus aria-hidden="true" />}>
            {t("gallery.tags.add")}
          </Button>
        </form>
      ) : null}
      {change.error ? <ErrorNotice error={toView(change.error)} /> : null}
    </section>
  );
}
