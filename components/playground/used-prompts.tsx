"use client";

import { useQuery } from "@tanstack/react-query";
import { useDeferredValue, useState } from "react";
import { Dialog } from "@/components/ui/dialog";
import { ErrorNotice, toView } from "@/components/ui/error-notice";
import { Input } from "@/components/ui/input";
import { Time } from "@/components/ui/time";
import { useT } from "@/lib/i18n/react";
import { promptQueries } from "@/lib/prompts/queries";
import type { UsedPrompt } from "@/lib/prompts/schemas";

interface UsedPromptsProps {
  connectionId: string;
  onClose: () => void;
  onUse: (texts: Pick<UsedPrompt, "prompt" | "negativePrompt">) => void;
}

/** What this person wrote before: searched, and put in place of what stands in the form. */
export function UsedPrompts({ connectionId, onClose, onUse }: UsedPromptsProps) {
  const t = useT();
  const [search, setSearch] = useState("");
  const needle = useDeferredValue(search.trim());
  const { data, error, refetch } = useQuery(promptQueries.used(connectionId, needle));
  return (
    <Dialog open onOpenChange={onClose} title={t("playground.used.title")} size="md">
      <div className="grid gap-3">
        <Input
          type="search"
          value={search}
          maxLength={200}
          aria-label={t("playground.used.search")}
          placeholder={t("playground.used.search")}
          onChange={(event) => setSearch(event.target.value)}
        />
        {error ? <ErrorNotice error={toView(error)} onRetry={() => void refetch()} /> : null}
        {data?.length === 0 ? (
          <p role="status" className="py-6 text-center text-text-2">
            {t(needle === "" ? "playground.used.none" : "playground.used.noMatch")}
          </p>
        ) : null}
        <ul className="-mx-2 grid max-h-[55dvh] overflow-y-auto">
          {data?.map((used) => (
            <li key={`${used.prompt}\n${used.negativePrompt}`}>
              <button
                type="button"
                onClick={() => onUse(used)}
                className="grid w-full gap-0.5 rounded-md px-2 py-2 text-left hover:bg-hover"
              >
                <span className="line-clamp-3 wrap-anywhere">{used.prompt}</span>
                {used.negativePrompt ? (
                  <span className="wrap-anywhere line-clamp-2 text-sm text-text-2">
                    {t("playground.used.negative", { text: used.negativePrompt })}
                  </span>
                ) : null}
                <span className="flex gap-2 text-sm text-text-3">
                  <Time at={used.lastUsedAt} />
                  {t("playground.used.times", { count: used.count })}
                </span>
              </button>
            </li>
          ))}
        </ul>
      </div>
    </Dialog>
  );
}
