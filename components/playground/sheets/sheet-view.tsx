"use client";

import { useQuery } from "@tanstack/react-query";
import { Ban, Check, RefreshCw, X } from "lucide-react";
import { Badge } from "@/components/ui/badge";
import { Button } from "@/components/ui/button";
import { ErrorNotice, toView } from "@/components/ui/error-notice";
import { IconButton } from "@/components/ui/icon-button";
import { Progress } from "@/components/ui/progress";
import { toast } from "@/components/ui/toast";
import { isOpen } from "@/lib/generations/states";
import type { Generation } from "@/lib/generations/view";
import { useT } from "@/lib/i18n/react";
import { acceptGolden, cancelSheet, retrySheet } from "@/lib/sheets/actions";
import { sheetQueries } from "@/lib/sheets/queries";
import type { Sheet } from "@/lib/sheets/view";
import { newTaskId } from "../new-ids";
import { SheetTable } from "./sheet-table";
import { useSheetOrder } from "./use-sheets";

export interface SheetViewProps {
  connectionId: string;
  service: string;
  id: string;
  mayGenerate: boolean;
  known: readonly Generation[];
  selected: string | undefined;
  onSelect: (generation: Generation) => void;
  onCompare: (left: Generation, right: Generation) => void;
  onClose: () => void;
}

/** Pictures that were asked for together, each in its place. */
export function SheetView(props: SheetViewProps) {
  const { connectionId, service, id, onClose } = props;
  const t = useT();
  const { data, error, refetch } = useQuery(sheetQueries.detail(connectionId, service, id));
  if (error)
    return (
      <ErrorNotice
        error={toView(error)}
        onRetry={() => void refetch()}
        actions={
          <Button size="sm" onClick={onClose}>
            {t("playground.sheet.close")}
          </Button>
        }
      />
    );
  if (!data) return <div aria-busy="true" className="min-h-64" />;
  return <Loaded {...props} sheet={data} />;
}

function Loaded(props: SheetViewProps & { sheet: Sheet }) {
  const { sheet, connectionId, service, mayGenerate, known, selected, onSelect, onCompare, onClose } = props;
  const t = useT();
  const { order, pending, error } = useSheetOrder(connectionId, service);
  const cells = sheet.cells.filter((cell) => cell !== null);
  const open = cells.filter(({ status }) => isOpen(status));
  const done = cells.filter(({ status }) => status === "succeeded").length;
  const lost = cells.filter(({ status }) => status === "failed" || status === "cancelled");
  const place = { connectionId, id: sheet.id };

  async function accept() {
    if (await order(() => acceptGolden({ connectionId, sheetId: sheet.id })))
      toast.success(t("playground.sheet.accepted"));
  }

  return (
    <section aria-label={t(`playground.sheet.kinds.${sheet.kind}`)} className="grid min-w-0 gap-3">
      <div className="flex flex-wrap items-center gap-2">
        <h2 className="font-semibold text-md">{t(`playground.sheet.kinds.${sheet.kind}`)}</h2>
        <Badge tone={open.length > 0 ? "info" : lost.length > 0 ? "bad" : "ok"}>
          {t("playground.sheet.progress", { done, total: sheet.cells.length })}
        </Badge>
        <span className="ml-auto flex flex-wrap items-center gap-2">
          {mayGenerate && open.length > 0 ? (
            <Button
              size="sm"
              icon={<Ban aria-hidden="true" />}
              loading={pending}
              onClick={() => void order(() => cancelSheet(place))}
            >
              {t("playground.sheet.cancel")}
            </Button>
          ) : null}
          {mayGenerate && open.length === 0 && lost.length > 0 ? (
            <Button
              size="sm"
              icon={<RefreshCw aria-hidden="true" />}
              loading={pending}
              onClick={() =>
                void order(() =>
                  retrySheet({ ...place, again: lost.map(({ taskId }) => ({ taskId, by: newTaskId() })) }),
                )
              }
            >
              {t("playground.sheet.retry", { count: lost.length })}
            </Button>
          ) : null}
          {mayGenerate && sheet.kind === "golden" && open.length === 0 && done > 0 ? (
            <Button
              size="sm"
              icon={<Check aria-hidden="true" />}
              title={t("playground.sheet.acceptHint")}
              loading={pending}
              onClick={() => void accept()}
            >
              {t("playground.sheet.accept")}
            </Button>
          ) : null}
          <IconButton size="sm" label={t("playground.sheet.close")} icon={<X aria-hidden="true" />} onClick={onClose} />
        </span>
      </div>
      {open.length > 0 ? (
        <Progress label={t("playground.sheet.list")} value={(sheet.cells.length - open.length) / sheet.cells.length} />
      ) : null}
      {error ? <ErrorNotice error={error} /> : null}
      <SheetTable sheet={sheet} known={known} selected={selected} onSelect={onSelect} onCompare={onCompare} />
    </section>
  );
}
