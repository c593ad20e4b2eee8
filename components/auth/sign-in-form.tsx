"use client";

import { Form } from "@/components/form/form";
import { PasswordField } from "@/components/form/password-field";
import { SubmitButton } from "@/components/form/submit-button";
import { TextField } from "@/components/form/text-field";
import { useZodForm } from "@/components/form/use-zod-form";
import { signIn } from "@/lib/auth/actions";
import { useT } from "@/lib/i18n/react";
import { unwrap } from "@/lib/result";
import { untilGone } from "./set-up-form";

const loadSchema = () => import("@/lib/auth/schemas").then((module) => module.SignInSchema);

/** `next` is a path of ours: the page has checked it. */
export function SignInForm({ next }: { next: string }) {
  const t = useT();
  const form = useZodForm(loadSchema, { defaultValues: { name: "", password: "" } });
  return (
    <Form
      form={form}
      label={t("auth.signIn.title")}
      onSubmit={async (values) => {
        unwrap(await signIn(values));
        window.location.assign(next);
        await untilGone();
      }}
      footer={
        <SubmitButton size="lg" className="w-full">
          {t("auth.signIn.submit")}
        </SubmitButton>
      }
    >
      <TextField name="name" label={t("auth.name")} autoComplete="username" autoFocus />
      <PasswordField name="password" label={t("auth.password.label")} autoComplete="current-password" />
    </Form>
  );
}
