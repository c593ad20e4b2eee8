"use client";

import type { HTMLInputAutoCompleteAttribute } from "react";
import { useFormContext } from "react-hook-form";
import { Input } from "@/components/ui/input";
import { Textarea } from "@/components/ui/textarea";
import { Field, type FieldProps } from "./field";

interface TextFieldProps extends FieldProps {
  type?: "text" | "email" | "number" | "url";
  placeholder?: string;
  autoComplete?: HTMLInputAutoCompleteAttribute;
  autoFocus?: boolean;
  /** Ids, keys and the like. Also switches spelling and capitals off. */
  mono?: boolean;
  min?: number;
  max?: number;
  step?: number;
  maxLength?: number;
  readOnly?: boolean;
  /** Several lines. */
  multiline?: boolean;
  /** As typed. Change dependants here, not in an effect. */
  onChange?: (value: string) => void;
}

export function TextField({
  name,
  label,
  hint,
  optional,
  type = "text",
  multiline,
  mono,
  onChange,
  ...rest
}: TextFieldProps) {
  const { register } = useFormContext();
  const isNumber = type === "number";
  const plain = mono ? { spellCheck: false, autoCapitalize: "none", autoCorrect: "off" } : {};
  // An empty number field is "not given", not NaN.
  const bound = register(name, {
    ...(isNumber && { setValueAs: (value) => (value === "" || value === null ? undefined : Number(value)) }),
    ...(onChange && { onChange: (event) => onChange(event.target.value) }),
  });
  return (
    <Field name={name} label={label} hint={hint} optional={optional}>
      {(control) =>
        multiline ? (
          <Textarea
            {...bound}
            {...control}
            {...plain}
            mono={mono}
            placeholder={rest.placeholder}
            readOnly={rest.readOnly}
          />
        ) : (
          <Input
            {...bound}
            {...control}
            {...plain}
            {...rest}
            type={type}
            inputMode={isNumber ? "decimal" : undefined}
            mono={mono}
          />
        )
      }
    </Field>
  );
}
