"use client";

import { useQuery } from "@tanstack/react-query";
import { useState } from "react";
import { Button } from "@/components/ui/button";
import { Checkbox } from "@/components/ui/checkbox";
import { Dialog } from "@/components/ui/dialog";
import { ErrorNotice } from "@/components/ui/error-notice";
import { statusTone } from "@/lib/eas/status";
import type { Generation } from "@/lib/generations/view";
import { useT } from "@/lib/i18n/react";
import { doesFunc } from "@/lib/playground/limits";
import { randomUuid } from "@/lib/random-uuid";
import { serviceQueries } from "@/lib/services/queries";
import { tryElsewhere } from "@/lib/sheets/actions";
import { newTaskId } from "./new-ids";
import { useSheetOrder } from "./sheets/use-sheets";

const MOST = 5;

interface ElsewhereDialogProps {
  connectionId: string;
  generation: Generation;
  onClose: () => void;
  onOpenSheet: (id: string) => void;
}

/** The same settings and seed for other services of this connection. */
export function ElsewhereDialog({ connectionId, generation, onClose, onOpenSheet }: ElsewhereDialogProps) {
  const t = useT();
  const { data } = useQuery(serviceQueries.list(connectionId));
  const { order, pending, error } = useSheetOrder(connectionId, generation.service);
  const [chosen, setChosen] = useState<readonly string[]>([]);
  const names = (data?.items ?? [])
    .filter(({ name, status }) => name !== generation.service && statusTone(status) === "ok")
    .filter(({ func }) => doesFunc(func, generation.input.func))
    .map(({ name }) => name);
  const refusal = names.length === 0 && data ? t("playground.elsewhere.none") : undefined;

  async function start() {
    const id = randomUuid();
    const others = chosen.map((service) => ({ service, taskId: newTaskId() }));
    if (!(await order(() => tryElsewhere({ connectionId, id, taskId: generation.taskId, others })))) return;
    onClose();
    onOpenSheet(id);
  }

  return (
    <Dialog
      open
      onOpenChange={onClose}
      title={t("playground.elsewhere.title")}
      description={t("playground.elsewhere.hint")}
      footer={
        <>
          <Button onClick={onClose}>{t("common.cancel")}</Button>
          <Button
            variant="primary"
            loading={pending}
            disabled={chosen.length === 0}
            disabledReason={refusal}
            onClick={() => void start()}
          >
            {t("playground.sheet.submit", { count: chosen.length })}
          </Button>
        </>
      }
    >
      <div className="grid gap-3">
        {refusal ? <p className="text-text-2">{refusal}</p> : null}
        <fieldset className="grid max-h-[50dvh] gap-2 overflow-y-auto p-1">
          <legend className="sr-only">{t("playground.elsewhere.legend")}</legend>
          {names.map((name) => {
            const isChosen = chosen.includes(name);
            return (
              // biome-ignore lint/a11y/noLabelWithoutControl: the checkbox inside is the control
              <label key={name} className="flex min-h-7 items-center gap-2">
                <Checkbox
                  checked={isChosen}
                  disabled={!isChosen && chosen.length >= MOST}
                  onChange={() => setChosen(isChosen ? chosen.filter((one) => one !== name) : [...chosen, name])}
                />
                <span className="wrap-anywhere">{name}</span>
              </label>
            );
          })}
        </fieldset>
        {chosen.length >= MOST ? <p className="text-sm text-text-2">{t("playground.elsewhere.max")}</p> : null}
        {generation.input.func === "t2i" ? null : (
          <p className="text-sm text-text-2">{t("playground.elsewhere.pictures")}</p>
        )}
        {error ? <ErrorNotice error={error} /> : null}
      </div>
    </Dialog>
  );
}
