"use client";

import { useQueryClient } from "@tanstack/react-query";
import { Controller } from "react-hook-form";
import { Form } from "@/components/form/form";
import { SubmitButton } from "@/components/form/submit-button";
import { TextField } from "@/components/form/text-field";
import { useZodForm } from "@/components/form/use-zod-form";
import { Button } from "@/components/ui/button";
import { useT } from "@/lib/i18n/react";
import { createWebhook } from "@/lib/notifications/actions";
import { NOTICE_KINDS, type NoticeKind } from "@/lib/notifications/kinds";
import { notificationQueries } from "@/lib/notifications/queries";
import { unwrap } from "@/lib/result";

const loadSchema = () => import("@/lib/notifications/schemas").then((module) => module.SaveWebhookSchema);

/** The secret that bodies are signed with is made by the server and handed over once. */
export function WebhookForm({ onDone }: { onDone: (made?: { name: string; secret: string }) => void }) {
  const t = useT();
  const client = useQueryClient();
  const form = useZodForm(loadSchema, {
    defaultValues: { name: "", url: "", kinds: [...NOTICE_KINDS] as NoticeKind[] },
  });
  return (
    <Form
      form={form}
      label={t("settings.notifications.add")}
      onSubmit={async (values) => {
        const { secret } = unwrap(await createWebhook(values));
        await client.invalidateQueries({ queryKey: notificationQueries.webhooks().queryKey });
        onDone({ name: values.name, secret });
      }}
      footer={
        <>
          <Button variant="ghost" onClick={() => onDone()}>
            {t("common.cancel")}
          </Button>
          <SubmitButton>{t("settings.notifications.save")}</SubmitButton>
        </>
      }
    >
      <TextField name="name" label={t("settings.notifications.name")} autoComplete="off" />
      <TextField
        name="url"
        label={t("settings.notifications.url")}
        hint={t("settings.notifications.urlHint")}
        mono
        autoComplete="off"
        placeholder="https://hooks.example.com/…"
      />
      <Controller
        control={form.control}
        name="kinds"
        render={({ field: { value, onChange }, fieldState }) => (
          <fieldset className="grid gap-2">
            <legend className="mb-1 text-sm text-text-2">{t("settings.notifications.kinds")}</legend>
            {NOTICE_KINDS.map((kind) => (
              <label key={kind} className="flex items-center gap-2">
                <input
                  type="checkbox"
                  checked={value.includes(kind)}
                  onChange={(event) =>
                    onChange(event.target.checked ? [...value, kind] : value.filter((one: NoticeKind) => one !== kind))
                  }
                  className="size-4 accent-accent"
                />
                {t(`settings.notifications.kind.${kind}`)}
              </label>
            ))}
            {fieldState.error ? (
              <p role="alert" className="text-bad text-sm">
                {t("settings.notifications.kindsNone")}
              </p>
            ) : null}
          </fieldset>
        )}
      />
    </Form>
  );
}
