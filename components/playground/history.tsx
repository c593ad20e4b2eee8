"use client";

import { ImageOff, OctagonAlert } from "lucide-react";
import { cn } from "@/components/ui/cn";
import type { Generation } from "@/lib/generations/view";
import { useT } from "@/lib/i18n/react";

interface HistoryProps {
  items: readonly Generation[];
  selected: string | undefined;
  onSelect: (taskId: string) => void;
}

/** What this service made, newest first: a column beside the picture, a row below it on narrow screens. */
export function History({ items, selected, onSelect }: HistoryProps) {
  const t = useT();
  if (items.length === 0) return null;
  return (
    <section aria-label={t("playground.history")} className="min-w-0 lg:col-span-2 xl:col-span-1">
      <h2 className="pb-2 font-medium text-sm text-text-2">{t("playground.history")}</h2>
      <ul className="flex gap-2 overflow-x-auto p-1 xl:grid xl:max-h-[75dvh] xl:grid-cols-1 xl:overflow-y-auto">
        {items.map((item) => (
          <li key={item.id} className="shrink-0">
            <button
              type="button"
              aria-pressed={item.taskId === selected}
              onClick={() => onSelect(item.taskId)}
              className={cn(
                "block size-24 overflow-hidden rounded-md border bg-hover xl:size-auto xl:w-full",
                item.taskId === selected ? "border-accent outline outline-accent" : "border-line hover:border-control",
              )}
            >
              <Thumbnail item={item} />
            </button>
          </li>
        ))}
      </ul>
    </section>
  );
}

function Thumbnail({ item }: { item: Generation }) {
  const picture = item.pictures[0];
  if (picture && !picture.isNsfw) {
    return (
      // biome-ignore lint/performance/noImgElement: a signed address of the bucket, see result.tsx
      <img src={picture.url} alt={item.input.prompt} loading="lazy" className="aspect-square size-full object-cover" />
    );
  }
  const Icon = picture ? ImageOff : OctagonAlert;
  return (
    <span className="flex aspect-square size-full flex-col items-center justify-center gap-1 p-2 text-text-3">
      <Icon aria-hidden="true" className="size-4" />
      <span className="line-clamp-2 text-xs">{item.input.prompt}</span>
    </span>
  );
}
