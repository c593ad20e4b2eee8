"use client";

import { useId, useState } from "react";
import { issueText } from "@/components/form/issue-text";
import { Button } from "@/components/ui/button";
import { Callout } from "@/components/ui/callout";
import { Dialog } from "@/components/ui/dialog";
import { ErrorNotice } from "@/components/ui/error-notice";
import { Segmented } from "@/components/ui/segmented";
import { Select } from "@/components/ui/select";
import { Textarea } from "@/components/ui/textarea";
import type { ErrorView } from "@/lib/errors";
import { useT } from "@/lib/i18n/react";
import type { Translate } from "@/lib/i18n/translate";
import { type AxisText, type GridParameter, type GridProblem, gridParameters, planGrid } from "@/lib/playground/grid";
import type { GenerateInput } from "@/lib/playground/input";
import { CONTROL_KINDS } from "@/lib/playground/limits";
import type { SheetLabels } from "@/lib/sheets/view";
import { newSeed } from "../new-ids";
import type { useExpectation } from "../use-expectation";
import { SheetCount } from "./sheet-count";

export interface NewSheet {
  kind: "grid" | "batch";
  labels: SheetLabels;
  inputs: GenerateInput[];
}

export interface SheetDialogProps {
  input: GenerateInput;
  pending: boolean;
  error: ErrorView | undefined;
  expect: ReturnType<typeof useExpectation>;
  onSubmit: (sheet: NewSheet) => void;
  onClose: () => void;
}

interface GridDialogProps extends SheetDialogProps {
  blade: boolean;
  /** Files that fit the model. */
  loras: readonly string[];
}

export function GridDialog({ input, pending, error, expect, blade, loras, onSubmit, onClose }: GridDialogProps) {
  const t = useT();
  const parameters = gridParameters(input, { blade });
  // Chosen once, so that every cell of a grid left to chance has the same.
  const [base] = useState(() => ({ ...input, seed: input.seed === "" ? newSeed() : input.seed }));
  const [x, setX] = useState<AxisText>({ parameter: "steps", text: "20, 30, 50" });
  const [y, setY] = useState<AxisText>();
  const [seeds, setSeeds] = useState<"same" | "each">("same");
  const grid = planGrid(base, x, y, seeds);
  const suggest = (parameter: GridParameter): AxisText => ({ parameter, text: suggestion(parameter, base, loras) });
  const problem = grid.ok ? undefined : problemText(t, grid.problem);

  return (
    <Dialog
      open
      onOpenChange={onClose}
      title={t("playground.grid.title")}
      description={t("playground.grid.hint")}
      size="md"
      footer={
        <>
          <Button onClick={onClose}>{t("common.cancel")}</Button>
          <Button
            variant="primary"
            loading={pending}
            disabledReason={problem}
            onClick={() => grid.ok && onSubmit({ kind: "grid", labels: { x: grid.x, y: grid.y }, inputs: grid.inputs })}
          >
            {t("playground.sheet.submit", { count: grid.ok ? grid.inputs.length : 0 })}
          </Button>
        </>
      }
    >
      <div className="grid gap-5">
        <AxisFields
          name={t("playground.grid.x")}
          axis={x}
          parameters={parameters}
          onChoose={(parameter) => parameter && setX(suggest(parameter))}
          onText={(text) => setX({ ...x, text })}
        />
        <AxisFields
          name={t("playground.grid.y")}
          axis={y}
          parameters={parameters}
          optional
          onChoose={(parameter) => setY(parameter && suggest(parameter))}
          onText={(text) => y && setY({ ...y, text })}
        />
        <div className="grid gap-1.5">
          <span className="font-medium">{t("playground.grid.seeds")}</span>
          <Segmented
            label={t("playground.grid.seeds")}
            value={seeds}
            onChange={setSeeds}
            options={[
              { value: "same", label: t("playground.grid.sameSeed") },
              { value: "each", label: t("playground.grid.eachSeed") },
            ]}
          />
        </div>
        {grid.ok ? (
          <SheetCount inputs={grid.inputs} expect={expect} />
        ) : (
          <Callout role="status" tone="warn" title={problem} />
        )}
        {error ? <ErrorNotice error={error} /> : null}
      </div>
    </Dialog>
  );
}

interface AxisFieldsProps {
  name: string;
  axis: AxisText | undefined;
  parameters: readonly GridParameter[];
  optional?: boolean;
  onChoose: (parameter: GridParameter | undefined) => void;
  onText: (text: string) => void;
}

function AxisFields({ name, axis, parameters, optional, onChoose, onText }: AxisFieldsProps) {
  const t = useT();
  const id = useId();
  return (
    <div className="grid gap-2">
      <label htmlFor={id} className="font-medium">
        {name}
      </label>
      <Select
        id={id}
        aria-label={t("playground.grid.parameter", { axis: name })}
        value={axis?.parameter ?? ""}
        onChange={(event) => onChoose(parameters.find((parameter) => parameter === event.target.value))}
      >
        {optional ? <option value="">{t("playground.grid.oneRow")}</option> : null}
        {parameters.map((parameter) => (
          <option key={parameter} value={parameter}>
            {t(`playground.grid.parameters.${parameter}`)}
          </option>
        ))}
      </Select>
      {axis ? (
        <Textarea
          mono
          className="min-h-9"
          aria-label={t("playground.grid.values", { axis: name })}
          aria-describedby={axis.parameter === "prompt" ? `${id}-hint` : undefined}
          value={axis.text}
          onChange={(event) => onText(event.target.value)}
        />
      ) : null}
      {axis?.parameter === "prompt" ? (
        <p id={`${id}-hint`} className="text-sm text-text-2">
          {t("playground.grid.promptHint")}
        </p>
      ) : null}
    </div>
  );
}

/** Something to begin with, around what the form has. */
function suggestion(parameter: GridParameter, input: GenerateInput, loras: readonly string[]): string {
  switch (parameter) {
    case "steps":
      return "20, 30, 50";
    case "cfgScale":
      return "5, 7, 9, 12";
    case "seed":
      return [0n, 1n, 2n, 3n].map((step) => BigInt.asUintN(64, BigInt(input.seed) + step).toString()).join(", ");
    case "prompt":
      return `${input.prompt.split(/[\s,，]+/).findLast((word) => word.length > 2) ?? ""}, `;
    case "size":
      return "512x512, 512x768, 768x512";
    case "denoisingStrength":
      return "0.3-0.9 (+0.2)";
    case "loraWeight":
      return "0-1 (+0.25)";
    case "lora":
      return loras
        .slice(0, 8)
        .map((path) => (/[,，]/.test(path) ? `"${path}"` : path))
        .join(", ");
    case "controlScale":
      return "0.5-1.5 (+0.25)";
    case "processFunc":
      return CONTROL_KINDS.slice(0, 4).join(", ");
    default:
      return parameter satisfies never;
  }
}

function problemText(t: Translate, problem: GridProblem): string {
  const axis = t(`playground.grid.${problem.axis}`);
  if (problem.code !== "value") {
    const value = "value" in problem ? problem.value : "";
    return t(`playground.grid.problems.${problem.code}`, { axis, value });
  }
  const { issue, value } = problem;
  const reason = t.maybe(issue.message) ?? issueText(t, { ...issue, input: value });
  return t("playground.grid.problems.value", { axis, value, reason });
}
