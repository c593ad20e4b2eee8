"use client";

import { useId } from "react";
import { useController } from "react-hook-form";
import { type RadioCard, RadioCards } from "@/components/ui/radio-cards";
import { FieldError, type FieldProps, useFieldError } from "./field";

interface RadioCardsFieldProps extends Omit<FieldProps, "optional"> {
  options: readonly RadioCard<string>[];
  columns?: 1 | 2 | 3;
  onChange?: (value: string) => void;
}

export function RadioCardsField({ name, label, hint, options, columns, onChange }: RadioCardsFieldProps) {
  const id = useId();
  const { field } = useController({ name });
  const error = useFieldError(name);
  const describedBy = [hint ? `${id}-hint` : "", error ? `${id}-error` : ""].filter(Boolean).join(" ");
  return (
    <div className="grid gap-1.5">
      <span id={`${id}-label`} className="font-medium">
        {label}
      </span>
      {hint ? (
        <p id={`${id}-hint`} className="text-sm text-text-2">
          {hint}
        </p>
      ) : null}
      <RadioCards
        name={name}
        aria-labelledby={`${id}-label`}
        aria-describedby={describedBy || undefined}
        aria-invalid={Boolean(error)}
        columns={columns}
        options={options}
        value={typeof field.value === "string" ? field.value : ""}
        onChange={(value) => {
          field.onChange(value);
          onChange?.(value);
        }}
      />
      <FieldError id={`${id}-error`} text={error} />
    </div>
  );
}
