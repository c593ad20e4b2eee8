"use client";

import { useId } from "react";
import { useFormContext } from "react-hook-form";
import { Switch } from "@/components/ui/switch";
import { FieldError, type FieldProps, useFieldError } from "./field";

interface SwitchFieldProps extends Omit<FieldProps, "optional"> {
  /** Why it cannot be changed now; stands in place of the hint. */
  disabledReason?: string;
  onChange?: (on: boolean) => void;
}

/** A yes or no with its consequence beside it. */
export function SwitchField({ name, label, hint, disabledReason, onChange }: SwitchFieldProps) {
  const id = useId();
  const { register } = useFormContext();
  const error = useFieldError(name);
  const remark = disabledReason ?? hint;
  const describedBy = [remark ? `${id}-hint` : "", error ? `${id}-error` : ""].filter(Boolean).join(" ");
  return (
    <div className="flex items-start gap-3">
      <Switch
        // readOnly would not hold a checkbox, and `disabled` in register() would drop the value.
        {...register(name, { onChange: (event) => onChange?.(event.target.checked) })}
        id={id}
        disabled={Boolean(disabledReason)}
        aria-describedby={describedBy || undefined}
        aria-invalid={error ? true : undefined}
        className="mt-px"
      />
      <div className="grid min-w-0 gap-0.5">
        <label htmlFor={id} className="font-medium">
          {label}
        </label>
        {remark ? (
          <p id={`${id}-hint`} className="text-sm text-text-2">
            {remark}
          </p>
        ) : null}
        <FieldError id={`${id}-error`} text={error} />
      </div>
    </div>
  );
}
