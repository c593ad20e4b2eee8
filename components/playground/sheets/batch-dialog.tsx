"use client";

import { FileUp } from "lucide-react";
import { useId, useRef, useState } from "react";
import { issueText } from "@/components/form/issue-text";
import { Button } from "@/components/ui/button";
import { Callout } from "@/components/ui/callout";
import { Dialog } from "@/components/ui/dialog";
import { ErrorNotice } from "@/components/ui/error-notice";
import { Segmented } from "@/components/ui/segmented";
import { Textarea } from "@/components/ui/textarea";
import { useT } from "@/lib/i18n/react";
import type { Translate } from "@/lib/i18n/translate";
import { BATCH_COLUMNS, type BatchProblem, planBatch } from "@/lib/playground/batch";
import { decodeText } from "@/lib/playground/batch-file";
import { newSeed } from "../new-ids";
import type { SheetDialogProps } from "./grid-dialog";
import { SheetCount } from "./sheet-count";

/** A hundred lines of the longest prompts. */
const MAX_FILE_BYTES = 500_000;
const SHOWN_PROBLEMS = 8;

export function BatchDialog({ input, pending, error, expect, onSubmit, onClose }: SheetDialogProps) {
  const t = useT();
  const id = useId();
  const file = useRef<HTMLInputElement>(null);
  const [base] = useState(() => ({ ...input, seed: input.seed === "" ? newSeed() : input.seed }));
  const [form, setForm] = useState<"lines" | "csv">("lines");
  const [text, setText] = useState("");
  const [isTooLarge, setIsTooLarge] = useState(false);
  const { inputs, problems } = planBatch(base, text, form);
  const reasons = problems.map((problem) => problemText(t, problem));
  const rest = reasons.length - SHOWN_PROBLEMS;

  async function read(given: File | undefined) {
    if (!given) return;
    setIsTooLarge(given.size > MAX_FILE_BYTES);
    if (given.size > MAX_FILE_BYTES) return;
    setText(decodeText(new Uint8Array(await given.arrayBuffer())));
    if (/\.csv$/i.test(given.name)) setForm("csv");
  }

  return (
    <Dialog
      open
      onOpenChange={onClose}
      title={t("playground.batch.title")}
      description={t("playground.batch.hint")}
      size="lg"
      footer={
        <>
          <Button onClick={onClose}>{t("common.cancel")}</Button>
          <Button
            variant="primary"
            loading={pending}
            disabledReason={reasons[0]}
            onClick={() => onSubmit({ kind: "batch", labels: {}, inputs })}
          >
            {t("playground.sheet.submit", { count: inputs.length })}
          </Button>
        </>
      }
    >
      <div className="grid gap-4">
        <div className="flex flex-wrap items-center justify-between gap-2">
          <Segmented
            label={t("playground.batch.form")}
            value={form}
            onChange={setForm}
            options={[
              { value: "lines", label: t("playground.batch.lines") },
              { value: "csv", label: t("playground.batch.csv") },
            ]}
          />
          <Button size="sm" icon={<FileUp aria-hidden="true" />} onClick={() => file.current?.click()}>
            {t("playground.batch.file")}
          </Button>
          <input
            ref={file}
            type="file"
            hidden
            accept=".csv,.txt,text/csv,text/plain"
            aria-label={t("playground.batch.file")}
            onChange={(event) => {
              void read(event.currentTarget.files?.[0]);
              event.currentTarget.value = "";
            }}
          />
        </div>
        {isTooLarge ? (
          <Callout role="alert" tone="bad" title={t("playground.batch.tooLarge", { kb: MAX_FILE_BYTES / 1000 })} />
        ) : null}
        <Textarea
          mono
          autoFocus
          aria-label={t("playground.batch.text")}
          aria-describedby={`${id}-problems`}
          placeholder={form === "csv" ? 'prompt,seed,steps\n"a red house, evening",7,30' : undefined}
          className="max-h-[40dvh] min-h-40"
          value={text}
          onChange={(event) => setText(event.target.value)}
        />
        {form === "csv" ? (
          <p className="text-sm text-text-2">{t("playground.batch.columns", { columns: BATCH_COLUMNS.join(", ") })}</p>
        ) : null}
        <div id={`${id}-problems`}>
          {reasons.length === 0 ? (
            <SheetCount inputs={inputs} expect={expect} />
          ) : text.trim() === "" ? null : (
            <Callout role="status" tone="warn">
              <ul className="grid gap-1 text-text">
                {reasons.slice(0, SHOWN_PROBLEMS).map((reason) => (
                  <li key={reason}>{reason}</li>
                ))}
                {rest > 0 ? <li>{t("playground.batch.more", { count: rest })}</li> : null}
              </ul>
            </Callout>
          )}
        </div>
        {error ? <ErrorNotice error={error} /> : null}
      </div>
    </Dialog>
  );
}

function problemText(t: Translate, problem: BatchProblem): string {
  if (problem.code !== "value") return t(`playground.batch.problems.${problem.code}`, { ...problem });
  const { line, column, value, issue } = problem;
  const reason = t.maybe(issue.message) ?? issueText(t, { ...issue, input: value });
  return t("playground.batch.problems.value", { line, column, value, reason });
}
