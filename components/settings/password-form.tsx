"use client";

import { useWatch } from "react-hook-form";
import { Form } from "@/components/form/form";
import { PasswordField } from "@/components/form/password-field";
import { StrengthMeter } from "@/components/form/strength-meter";
import { SubmitButton } from "@/components/form/submit-button";
import { useZodForm } from "@/components/form/use-zod-form";
import { toast } from "@/components/ui/toast";
import { changePassword } from "@/lib/auth/actions";
import { useT } from "@/lib/i18n/react";
import { unwrap } from "@/lib/result";

const loadSchema = () => import("./change-password-schema").then((module) => module.ChangePasswordFormSchema);

export function PasswordForm({ userName }: { userName: string }) {
  const t = useT();
  const form = useZodForm(loadSchema, { defaultValues: { current: "", next: "", confirm: "" } });
  const next = useWatch({ control: form.control, name: "next" });
  return (
    <Form
      form={form}
      label={t("settings.account.password")}
      onSubmit={async (values) => {
        unwrap(await changePassword({ current: values.current, next: values.next }));
        toast.success(t("settings.account.passwordChanged"));
        form.reset();
      }}
      footer={<SubmitButton>{t("settings.account.changePassword")}</SubmitButton>}
    >
      {/* Tells password managers whose password it is. */}
      <input type="text" name="username" autoComplete="username" value={userName} readOnly hidden />
      <PasswordField name="current" label={t("settings.account.current")} autoComplete="current-password" />
      <PasswordField
        name="next"
        label={t("settings.account.next")}
        autoComplete="new-password"
        below={<StrengthMeter password={next ?? ""} />}
      />
      <PasswordField name="confirm" label={t("auth.password.confirm")} autoComplete="new-password" />
    </Form>
  );
}
