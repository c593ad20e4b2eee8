"use client";

import { useId } from "react";
import { Select } from "@/components/ui/select";
import { useT } from "@/lib/i18n/react";
import { type RequestSize, WORST_REQUEST, worstCaseSeconds } from "@/lib/service-config/timing";
import { useConfigEditor } from "./editor-context";

const SIZES = [512, 768, 1024];
const STEPS = [20, 30, 50, 100];
const COUNTS = [1, 2, 4, 8];

export interface RequestSizeFieldsProps {
  value?: RequestSize;
  onChange: (size: RequestSize) => void;
}

/** What the request limit is judged by: the largest picture that anybody will ask for. */
export function RequestSizeFields({ value = WORST_REQUEST, onChange }: RequestSizeFieldsProps) {
  const t = useT();
  const { view } = useConfigEditor();
  const seconds = worstCaseSeconds(view.parsed?.flags.blade ?? false, value);
  return (
    <fieldset className="grid min-w-0 gap-2 rounded-lg border border-line p-3 sm:col-span-2">
      <legend className="px-1 font-medium">{t("config.request.title")}</legend>
      <div className="grid gap-3 sm:grid-cols-3">
        <Choice
          label={t("config.request.size")}
          value={value.width}
          choices={SIZES}
          show={(side) => `${side} × ${side}`}
          onChange={(side) => onChange({ ...value, width: side, height: side })}
        />
        <Choice
          label={t("config.request.steps")}
          value={value.steps}
          choices={STEPS}
          onChange={(steps) => onChange({ ...value, steps })}
        />
        <Choice
          label={t("config.request.count")}
          value={value.count}
          choices={COUNTS}
          onChange={(count) => onChange({ ...value, count })}
        />
      </div>
      <p className="text-sm text-text-2">{t("config.request.hint", { seconds })}</p>
    </fieldset>
  );
}

interface ChoiceProps {
  label: string;
  value: number;
  choices: readonly number[];
  show?: (choice: number) => string;
  onChange: (choice: number) => void;
}

function Choice({ label, value, choices, show = (choice) => String(choice), onChange }: ChoiceProps) {
  const id = useId();
  return (
    <div className="grid gap-1 text-sm">
      <label htmlFor={id}>{label}</label>
      <Select id={id} value={value} onChange={(event) => onChange(Number(event.target.value))}>
        {choices.map((choice) => (
          <option key={choice} value={choice}>
            {show(choice)}
          </option>
        ))}
      </Select>
    </div>
  );
}
