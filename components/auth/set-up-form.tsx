"use client";

import { useWatch } from "react-hook-form";
import { Form } from "@/components/form/form";
import { PasswordField } from "@/components/form/password-field";
import { StrengthMeter } from "@/components/form/strength-meter";
import { SubmitButton } from "@/components/form/submit-button";
import { TextField } from "@/components/form/text-field";
import { useZodForm } from "@/components/form/use-zod-form";
import { setUpOwner } from "@/lib/auth/actions";
import { useT } from "@/lib/i18n/react";
import { paths } from "@/lib/paths";
import { unwrap } from "@/lib/result";

const loadSchema = () => import("./set-up-schema").then((module) => module.SetUpFormSchema);

/** Makes the first person of this console. */
export function SetUpForm() {
  const t = useT();
  const form = useZodForm(loadSchema, { defaultValues: { code: "", name: "", password: "", confirm: "" } });
  const password = useWatch({ control: form.control, name: "password" });
  return (
    <Form
      form={form}
      label={t("auth.setUp.title")}
      onSubmit={async ({ code, name, password }) => {
        unwrap(await setUpOwner({ code, name, password }));
        // A full load: what was fetched before the sign-in is of no use after it.
        window.location.assign(paths.services());
        await untilGone();
      }}
      footer={
        <SubmitButton size="lg" className="w-full">
          {t("auth.setUp.submit")}
        </SubmitButton>
      }
    >
      <TextField
        name="code"
        label={t("auth.setUp.code")}
        hint={t("auth.setUp.codeHint")}
        mono
        autoComplete="off"
        autoFocus
      />
      <TextField name="name" label={t("auth.name")} hint={t("auth.setUp.nameHint")} autoComplete="username" />
      <PasswordField
        name="password"
        label={t("auth.password.label")}
        autoComplete="new-password"
        below={<StrengthMeter password={password ?? ""} />}
      />
      <PasswordField name="confirm" label={t("auth.password.confirm")} autoComplete="new-password" />
    </Form>
  );
}

/** Keeps the button busy while the browser leaves the page. */
export function untilGone(): Promise<never> {
  return new Promise(() => {});
}
