"use client";

import type { ReactNode } from "react";
import { useFormContext } from "react-hook-form";
import { Select } from "@/components/ui/select";
import { Field, type FieldProps } from "./field";

export interface SelectOption {
  value: string;
  label: string;
  disabled?: boolean;
}

interface SelectFieldProps extends FieldProps {
  options?: readonly SelectOption[];
  /** Shown while nothing is chosen. */
  placeholder?: string;
  /** Reset dependants here, not in an effect. */
  onChange?: (value: string) => void;
  /** `<option>` and `<optgroup>` elements, where a flat list is not enough. */
  children?: ReactNode;
}

export function SelectField({
  name,
  label,
  hint,
  optional,
  options = [],
  placeholder,
  onChange,
  children,
}: SelectFieldProps) {
  const { register } = useFormContext();
  return (
    <Field name={name} label={label} hint={hint} optional={optional}>
      {(control) => (
        <Select {...register(name, { onChange: (event) => onChange?.(event.target.value) })} {...control}>
          {placeholder === undefined ? null : <option value="">{placeholder}</option>}
          {options.map((option) => (
            <option key={option.value} value={option.value} disabled={option.disabled}>
              {option.label}
            </option>
          ))}
          {children}
        </Select>
      )}
    </Field>
  );
}
