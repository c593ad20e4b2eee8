"use client";

import { useMutation, useQuery, useQueryClient } from "@tanstack/react-query";
import { useId, useState } from "react";
import { ErrorNotice, toView } from "@/components/ui/error-notice";
import { Switch } from "@/components/ui/switch";
import { Time } from "@/components/ui/time";
import { fromErrorView } from "@/lib/errors";
import { setKeepUnclaimed } from "@/lib/generations/actions";
import { generationQueries } from "@/lib/generations/queries";
import type { Unclaimed } from "@/lib/generations/unclaimed-view";
import { useT } from "@/lib/i18n/react";
import { SmallPicture } from "./thumbnail";

interface ForeignAnswersProps {
  connectionId: string;
  service: string;
  mayChange: boolean;
}

/** What others asked of the same queue: left to them, or kept here if an operator wants that. Loaded when it is opened. */
export function ForeignAnswers(props: ForeignAnswersProps) {
  const t = useT();
  const [isOpen, setIsOpen] = useState(false);
  return (
    <details className="lg:col-span-2 xl:col-span-3" onToggle={(event) => setIsOpen(event.currentTarget.open)}>
      <summary className="w-fit rounded-md font-medium text-sm text-text-2">{t("playground.foreign.title")}</summary>
      {isOpen ? <Opened {...props} /> : null}
    </details>
  );
}

function Opened({ connectionId, service, mayChange }: ForeignAnswersProps) {
  const t = useT();
  const client = useQueryClient();
  const query = generationQueries.unclaimed(connectionId, service);
  const { data, error, refetch } = useQuery(query);
  const change = useMutation({
    async mutationFn(keep: boolean) {
      const answer = await setKeepUnclaimed({ connectionId, service, keep });
      if (!answer.ok) throw fromErrorView(answer.error);
    },
    onSettled: () => client.invalidateQueries({ queryKey: query.queryKey }),
  });
  const labelId = useId();
  const hintId = useId();
  if (error) return <ErrorNotice error={toView(error)} onRetry={() => void refetch()} />;
  if (!data) return null;
  return (
    <div className="grid max-w-160 gap-4 pt-3">
      <div className="flex items-start justify-between gap-4">
        <div className="grid gap-1">
          <span id={labelId} className="font-medium">
            {t("playground.foreign.keep")}
          </span>
          <span id={hintId} className="text-sm text-text-2">
            {t("playground.foreign.hint")}
          </span>
        </div>
        <Switch
          checked={change.isPending ? change.variables : data.keep}
          disabled={!mayChange || change.isPending}
          onChange={(event) => change.mutate(event.target.checked)}
          aria-labelledby={labelId}
          aria-describedby={hintId}
        />
      </div>
      {change.error ? <ErrorNotice error={toView(change.error)} /> : null}
      {data.inQueue === undefined ? null : (
        <p className="text-sm text-text-2">{t("playground.foreign.inQueue", { count: data.inQueue })}</p>
      )}
      {data.items.length > 0 ? (
        <ul aria-label={t("playground.foreign.kept")} className="grid gap-2">
          {data.items.map((item) => (
            <Kept key={item.requestId} item={item} />
          ))}
        </ul>
      ) : null}
    </div>
  );
}

function Kept({ item }: { item: Unclaimed["items"][number] }) {
  const t = useT();
  const [picture] = item.pictures;
  return (
    <li className="flex gap-3 rounded-lg border border-line p-2">
      {picture ? (
        <a href={picture.url} target="_blank" rel="noreferrer" className="shrink-0">
          <SmallPicture
            key={picture.url}
            picture={picture}
            alt={item.prompt ?? t("playground.foreign.picture")}
            className="size-16 rounded-md"
          />
        </a>
      ) : null}
      <div className="grid min-w-0 content-start gap-1 text-sm">
        <span className="line-clamp-2 wrap-anywhere">{item.prompt ?? item.body}</span>
        <span className="text-text-3">
          <Time at={item.receivedAt} />
        </span>
      </div>
    </li>
  );
}
