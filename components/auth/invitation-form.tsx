"use client";

import { useWatch } from "react-hook-form";
import { Form } from "@/components/form/form";
import { PasswordField } from "@/components/form/password-field";
import { StrengthMeter } from "@/components/form/strength-meter";
import { SubmitButton } from "@/components/form/submit-button";
import { TextField } from "@/components/form/text-field";
import { useZodForm } from "@/components/form/use-zod-form";
import { acceptInvitation } from "@/lib/auth/actions";
import { useT } from "@/lib/i18n/react";
import { paths } from "@/lib/paths";
import { unwrap } from "@/lib/result";
import { untilGone } from "./set-up-form";

const loadSchema = () => import("./invitation-schema").then((module) => module.InvitationFormSchema);

/** `person`: whose password is renewed; somebody new chooses a name. */
export function InvitationForm({ token, person }: { token: string; person: string | undefined }) {
  const t = useT();
  const form = useZodForm(loadSchema, { defaultValues: { token, name: person ?? "", password: "", confirm: "" } });
  const password = useWatch({ control: form.control, name: "password" });
  return (
    <Form
      form={form}
      label={t(person ? "auth.invitation.renewTitle" : "auth.invitation.title")}
      onSubmit={async ({ name, password }) => {
        const { signedIn } = unwrap(await acceptInvitation({ token, name, password }));
        window.location.assign(signedIn ? paths.services() : paths.signIn());
        await untilGone();
      }}
      footer={
        <SubmitButton size="lg" className="w-full">
          {t(person ? "auth.invitation.renewSubmit" : "auth.invitation.submit")}
        </SubmitButton>
      }
    >
      {person ? (
        // Tells password managers whose password it is.
        <input type="text" name="username" autoComplete="username" value={person} readOnly hidden />
      ) : (
        <TextField
          name="name"
          label={t("auth.name")}
          hint={t("auth.setUp.nameHint")}
          autoComplete="username"
          autoFocus
        />
      )}
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
