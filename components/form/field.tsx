"use client";

import { type ReactNode, useId } from "react";
import { useFormContext } from "react-hook-form";
import { useT } from "@/lib/i18n/react";
import { errorText } from "./issue-text";

export interface FieldProps {
  /** Path in the form's values. */
  name: string;
  label: ReactNode;
  hint?: ReactNode;
  /** Marked in words; what is not marked must be given. */
  optional?: boolean;
}

/** What a control gets from its field. */
export interface ControlProps {
  id: string;
  "aria-describedby": string | undefined;
  "aria-invalid": true | undefined;
}

/** Label, hint, error and their ids around one control. */
export function Field({
  name,
  label,
  hint,
  optional,
  children,
}: FieldProps & { children: (props: ControlProps) => ReactNode }) {
  const t = useT();
  const id = useId();
  const error = useFieldError(name);
  const describedBy = [hint ? `${id}-hint` : "", error ? `${id}-error` : ""].filter(Boolean).join(" ");
  return (
    // Beside a taller neighbour the control stays below its label.
    <div className="grid content-start gap-1.5">
      <label htmlFor={id} className="flex items-baseline justify-between gap-3 font-medium">
        {label}
        {optional ? <span className="font-normal text-sm text-text-3">{t("common.optional")}</span> : null}
      </label>
      {children({ id, "aria-describedby": describedBy || undefined, "aria-invalid": error ? true : undefined })}
      {hint ? (
        <p id={`${id}-hint`} className="text-sm text-text-2">
          {hint}
        </p>
      ) : null}
      <FieldError id={`${id}-error`} text={error} />
    </div>
  );
}

/** The field's error in words, undefined while there is none. */
export function useFieldError(name: string): string | undefined {
  const t = useT();
  const { getFieldState, formState } = useFormContext();
  const { error } = getFieldState(name, formState);
  return error ? errorText(t, error.message) : undefined;
}

export function FieldError({ id, text }: { id: string; text: string | undefined }) {
  if (!text) return null;
  return (
    <p id={id} className="text-bad text-sm">
      {text}
    </p>
  );
}
