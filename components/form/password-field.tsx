"use client";

import { Eye, EyeOff } from "lucide-react";
import { type ReactNode, useState } from "react";
import { useFormContext } from "react-hook-form";
import { IconButton } from "@/components/ui/icon-button";
import { Input } from "@/components/ui/input";
import { useT } from "@/lib/i18n/react";
import { Field, type FieldProps } from "./field";

interface PasswordFieldProps extends FieldProps {
  autoComplete: "current-password" | "new-password" | "off";
  autoFocus?: boolean;
  mono?: boolean;
  /** Below the input: a strength meter. */
  below?: ReactNode;
}

/** A secret that can be looked at while it is typed. */
export function PasswordField({ name, label, hint, optional, below, ...rest }: PasswordFieldProps) {
  const t = useT();
  const { register } = useFormContext();
  const [shown, setShown] = useState(false);
  return (
    <Field name={name} label={label} hint={hint} optional={optional}>
      {(control) => (
        <>
          <span className="relative block">
            <Input
              {...register(name)}
              {...control}
              {...rest}
              type={shown ? "text" : "password"}
              spellCheck={false}
              autoCapitalize="none"
              className="pr-11"
            />
            <IconButton
              label={shown ? t("common.hide") : t("common.show")}
              icon={shown ? <EyeOff aria-hidden="true" /> : <Eye aria-hidden="true" />}
              size="sm"
              className="absolute top-1 right-1"
              onClick={() => setShown((now) => !now)}
            />
          </span>
          {below}
        </>
      )}
    </Field>
  );
}
