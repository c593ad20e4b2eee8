"use client";

import { useState } from "react";
import { Form } from "@/components/form/form";
import { RadioCardsField } from "@/components/form/radio-cards-field";
import { SubmitButton } from "@/components/form/submit-button";
import { TextField } from "@/components/form/text-field";
import { useZodForm } from "@/components/form/use-zod-form";
import { Dialog } from "@/components/ui/dialog";
import { invite } from "@/lib/auth/people-actions";
import { ROLES, type Role } from "@/lib/auth/rights";
import { useT } from "@/lib/i18n/react";
import { unwrap } from "@/lib/result";
import { LinkText } from "./link-dialog";

const loadSchema = () => import("@/lib/auth/schemas").then((module) => module.InviteSchema);

export function InviteDialog({ open, onOpenChange }: { open: boolean; onOpenChange: (open: boolean) => void }) {
  const t = useT();
  return (
    <Dialog
      open={open}
      onOpenChange={onOpenChange}
      title={t("people.inviteTitle")}
      description={t("people.inviteDescription")}
      size="md"
    >
      <InviteForm onDone={() => onOpenChange(false)} />
    </Dialog>
  );
}

/** First the role, then the link. */
function InviteForm({ onDone }: { onDone: () => void }) {
  const t = useT();
  const [token, setToken] = useState<string>();
  const form = useZodForm(loadSchema, { defaultValues: { role: "artist" as Role, note: "" } });
  if (token !== undefined) return <LinkText token={token} onDone={onDone} />;
  return (
    <Form
      form={form}
      label={t("people.inviteTitle")}
      onSubmit={async (values) => setToken(unwrap(await invite(values)).token)}
      footer={<SubmitButton>{t("people.createLink")}</SubmitButton>}
    >
      <RadioCardsField
        name="role"
        label={t("people.role")}
        options={ROLES.map((role) => ({
          value: role,
          title: t(`common.roles.${role}`),
          description: t(`common.roleHints.${role}`),
        }))}
      />
      <TextField name="note" label={t("people.note")} hint={t("people.noteHint")} optional maxLength={100} />
    </Form>
  );
}
