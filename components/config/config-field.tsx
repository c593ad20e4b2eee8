"use client";

import { useState } from "react";
import { Badge } from "@/components/ui/badge";
import { Input } from "@/components/ui/input";
import { Select } from "@/components/ui/select";
import { Switch } from "@/components/ui/switch";
import { Textarea } from "@/components/ui/textarea";
import { useT } from "@/lib/i18n/react";
import type { Patch } from "@/lib/service-config/document";
import { type FieldSpec, PROBES } from "@/lib/service-config/fields";
import type { Path } from "@/lib/service-config/json-path";
import { useConfigEditor } from "./editor-context";
import { type ControlProps, FieldFrame } from "./field-frame";
import { MapField, RowsField } from "./rows-field";
import { parseTyped, showValue } from "./values";

interface ConfigFieldProps {
  spec: FieldSpec;
  /** Above the field's own path: the element of a list that it belongs to. */
  base?: Path;
}

const PROBE_PREFIX = new RegExp(`^containers_(?:${PROBES.join("|")})_`);

/** Any key of the configuration, by what the table of fields says about it. */
export function ConfigField({ spec, base = [] }: ConfigFieldProps) {
  const t = useT();
  const { get, change, view } = useConfigEditor();
  const path: Path = [...base, ...spec.path];
  const value = get(path);
  const text = spec.id.replace(PROBE_PREFIX, "");
  const label = t.maybe(`config.fields.${text}.label`) ?? spec.id;
  const standard = spec.standard === undefined ? undefined : String(spec.standard);
  const hint = [
    t.maybe(`config.fields.${text}.hint`),
    standard !== undefined && spec.kind !== "switch" ? t("config.standardIs", { value: standard }) : undefined,
    spec.asyncOnly && !view.isAsync ? t("config.asyncOnly") : undefined,
  ]
    .filter(Boolean)
    .join(" ");
  const shared = {
    label,
    hint: hint || undefined,
    path,
    showKey: base.length === 0,
    badge: spec.unconfirmed ? <Badge>{t("config.unconfirmed")}</Badge> : undefined,
  };
  const set = (wanted: unknown) => change([{ path, value: wanted }]);

  if (spec.kind === "rows")
    return (
      <RowsField
        {...shared}
        columns={spec.columns ?? []}
        cell={(column, row) => <ConfigField spec={column} base={row} />}
      />
    );
  if (spec.kind === "map") return <MapField {...shared} />;
  if (spec.kind === "switch") {
    const isOn = typeof value === "boolean" ? value : spec.standard === true;
    return (
      <FieldFrame {...shared} inline>
        {(control) => (
          <Switch
            {...control}
            className="mt-px"
            checked={isOn}
            // What EAS takes anyway need not be written.
            onChange={(event) =>
              set(event.target.checked === (spec.standard === true) ? undefined : event.target.checked)
            }
          />
        )}
      </FieldFrame>
    );
  }
  if (spec.kind === "choice")
    return (
      <FieldFrame {...shared}>
        {(control) => <Choice control={control} spec={spec} value={showValue(spec, value)} onChange={set} />}
      </FieldFrame>
    );
  return <TypedField {...shared} spec={spec} />;
}

interface ChoiceProps {
  control: ControlProps;
  spec: FieldSpec;
  value: string;
  onChange: (value: string | undefined) => void;
}

/** A value that the table does not know stays choosable: it was written by somebody. */
function Choice({ control, spec, value, onChange }: ChoiceProps) {
  const t = useT();
  const choices = [...new Set([...(spec.choices ?? []), ...(value ? [value] : [])])];
  return (
    <Select {...control} value={value} onChange={(event) => onChange(event.target.value || undefined)}>
      <option value="">{t("config.standard")}</option>
      {choices.map((choice) => (
        <option key={choice} value={choice}>
          {choice}
        </option>
      ))}
    </Select>
  );
}

type FrameProps = Omit<Parameters<typeof FieldFrame>[0], "children">;

/** What is typed stands in the field until it is left; it goes into the document as soon as it means something. */
export function TypedField({ spec, ...frame }: FrameProps & { spec: FieldSpec }) {
  const t = useT();
  const typing = useTyping(spec, frame.path);
  return (
    <FieldFrame {...frame} problem={typing.problem && t(typing.problem.key, typing.problem.params)}>
      {(control) => <TypedControl control={control} spec={spec} typing={typing} />}
    </FieldFrame>
  );
}

export function useTyping(
  spec: FieldSpec,
  path: Path,
  toPatches: (value: unknown) => Patch[] = (value) => [{ path, value }],
) {
  const { get, change } = useConfigEditor();
  const [typed, setTyped] = useState<string>();
  const parsed = typed === undefined ? undefined : parseTyped(spec, typed);
  return {
    value: typed ?? showValue(spec, get(path)),
    ...(parsed && !parsed.ok && { problem: parsed }),
    onChange(text: string) {
      setTyped(text);
      const next = parseTyped(spec, text);
      if (next.ok) change(toPatches(next.value));
    },
    /** What could not be understood stays to be mended. */
    onBlur() {
      if (parsed?.ok) setTyped(undefined);
    },
  };
}

interface TypedControlProps {
  control: Partial<ControlProps> & { "aria-label"?: string };
  spec: FieldSpec;
  typing: ReturnType<typeof useTyping>;
}

export function TypedControl({ control, spec, typing: { value, onChange, onBlur } }: TypedControlProps) {
  const plain = { spellCheck: false, autoCapitalize: "none", autoCorrect: "off" } as const;
  const shared = {
    ...control,
    ...plain,
    value,
    onBlur,
    onChange: (event: { target: { value: string } }) => onChange(event.target.value),
  };
  if (spec.kind === "lines" || spec.kind === "json") return <Textarea {...shared} mono className="min-h-9" />;
  const isNumber = spec.kind === "integer" || spec.kind === "number";
  return (
    <Input
      {...shared}
      mono={!isNumber}
      type={spec.kind === "secret" ? "password" : "text"}
      autoComplete={spec.kind === "secret" ? "new-password" : "off"}
      inputMode={isNumber ? "decimal" : undefined}
    />
  );
}
