"use client";

import { useState } from "react";
import { Form } from "@/components/form/form";
import { PasswordField } from "@/components/form/password-field";
import { SubmitButton } from "@/components/form/submit-button";
import { TextField } from "@/components/form/text-field";
import { useZodForm } from "@/components/form/use-zod-form";
import { HelpLink } from "@/components/ui/help-link";
import { signIn } from "@/lib/auth/actions";
import { help } from "@/lib/guides/help";
import { useT } from "@/lib/i18n/react";
import { unwrap } from "@/lib/result";
import { untilGone } from "./set-up-form";

const loadSchema = () => import("@/lib/auth/schemas").then((module) => module.SignInSchema);

/** `next` is a path of ours: the page has checked it. */
export function SignInForm({ next }: { next: string }) {
  const t = useT();
  const [asksCode, setAsksCode] = useState(false);
  const form = useZodForm(loadSchema, { defaultValues: { name: "", password: "", code: "" } });
  return (
    <Form
      form={form}
      label={t("auth.signIn.title")}
      onSubmit={async (values) => {
        const result = await signIn(values);
        if (!result.ok && result.error.params.field === "code" && !asksCode) return setAsksCode(true);
        unwrap(result);
        window.location.assign(next);
        await untilGone();
      }}
      footer={
        <div className="grid w-full justify-items-center gap-3">
          <SubmitButton size="lg" className="w-full">
            {t("auth.signIn.submit")}
          </SubmitButton>
          <HelpLink href={help.topic("signIn")} about={t("auth.signIn.title")} />
        </div>
      }
    >
      <TextField name="name" label={t("auth.name")} autoComplete="username" autoFocus />
      <PasswordField name="password" label={t("auth.password.label")} autoComplete="current-password" />
      {asksCode ? (
        <TextField
          name="code"
          label={t("auth.secondFactor.code")}
          hint={t("auth.secondFactor.codeHint")}
          autoComplete="one-time-code"
          autoFocus
          mono
        />
      ) : null}
    </Form>
  );
}
