"use client";

import { cn } from "@/components/ui/cn";
import type { Generation } from "@/lib/generations/view";
import { useT } from "@/lib/i18n/react";
import { Thumbnail } from "./thumbnail";

interface HistoryProps {
  items: readonly Generation[];
  selected: readonly string[];
  onSelect: (taskId: string) => void;
}

/** What this service makes and made, newest first: a column beside the picture, a row below it on narrow screens. */
export function History({ items, selected, onSelect }: HistoryProps) {
  const t = useT();
  if (items.length === 0) return null;
  return (
    <section aria-label={t("playground.history")} className="min-w-0 lg:col-span-2 xl:col-span-1">
      <h2 className="pb-2 font-medium text-sm text-text-2">{t("playground.history")}</h2>
      <ul className="flex gap-2 overflow-x-auto p-1 xl:grid xl:max-h-[75dvh] xl:grid-cols-1 xl:overflow-y-auto">
        {items.map((item) => {
          const isSelected = selected.includes(item.taskId);
          return (
            <li key={item.id} className="shrink-0">
              <button
                type="button"
                aria-pressed={isSelected}
                onClick={() => onSelect(item.taskId)}
                className={cn(
                  "block size-24 overflow-hidden rounded-md border bg-hover xl:size-auto xl:w-full",
                  isSelected ? "border-accent outline outline-accent" : "border-line hover:border-control",
                )}
              >
                <Thumbnail item={item} known={items} />
              </button>
            </li>
          );
        })}
      </ul>
    </section>
  );
}
