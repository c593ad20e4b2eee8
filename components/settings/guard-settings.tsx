"use client";

import { useQuery, useQueryClient } from "@tanstack/react-query";
import { Form } from "@/components/form/form";
import { RadioCardsField } from "@/components/form/radio-cards-field";
import { SubmitButton } from "@/components/form/submit-button";
import { TextField } from "@/components/form/text-field";
import { useZodForm } from "@/components/form/use-zod-form";
import { Card } from "@/components/ui/card";
import { ErrorNotice, toView } from "@/components/ui/error-notice";
import { HelpLink } from "@/components/ui/help-link";
import { SkeletonRows } from "@/components/ui/skeleton";
import { toast } from "@/components/ui/toast";
import { saveGuardDefault } from "@/lib/guard/actions";
import { guardQueries } from "@/lib/guard/queries";
import { GUARD_MODES } from "@/lib/guard/rule";
import type { GuardView } from "@/lib/guard/schemas";
import { help } from "@/lib/guides/help";
import { useT } from "@/lib/i18n/react";
import { unwrap } from "@/lib/result";

interface GuardSettingsProps {
  connectionId: string;
  canWrite: boolean;
}

/** What holds for every service of the connection that has no label of its own. */
export function GuardSettings({ connectionId, canWrite }: GuardSettingsProps) {
  const t = useT();
  const { data, error, refetch } = useQuery(guardQueries.of(connectionId));
  return (
    <Card
      title={t("guard.title")}
      description={
        <>
          {t("guard.hint")} <HelpLink href={help.topic("guard")} about={t("guard.title")} />
        </>
      }
    >
      {error ? <ErrorNotice error={toView(error)} onRetry={() => void refetch()} /> : null}
      {data ? (
        <GuardForm connectionId={connectionId} standard={data.standard} canWrite={canWrite} />
      ) : error ? null : (
        <SkeletonRows rows={3} label={t("common.loading")} />
      )}
    </Card>
  );
}

const loadSchema = () => import("@/lib/guard/schemas").then((module) => module.SaveGuardDefaultSchema);

function GuardForm({ connectionId, standard, canWrite }: GuardSettingsProps & Pick<GuardView, "standard">) {
  const t = useT();
  const client = useQueryClient();
  const form = useZodForm(loadSchema, { defaultValues: standard });
  return (
    <Form
      form={form}
      label={t("guard.title")}
      className="max-w-none"
      onSubmit={async (values) => {
        unwrap(await saveGuardDefault({ connectionId, ...values }));
        await client.invalidateQueries({ queryKey: guardQueries.all(connectionId) });
        toast.success(t("guard.saved"));
      }}
      footer={
        <SubmitButton disabledReason={canWrite ? undefined : t("prices.noRight")}>{t("guard.save")}</SubmitButton>
      }
    >
      <RadioCardsField
        name="mode"
        label={t("guard.mode.label")}
        columns={3}
        options={GUARD_MODES.map((value) => ({
          value,
          title: t(`guard.mode.${value}`),
          description: t(`guard.mode.${value}Hint`),
        }))}
      />
      <div className="grid gap-5 sm:grid-cols-2">
        <TextField name="idleMinutes" type="number" min={5} label={t("guard.idleMinutes")} />
        <TextField name="remindDays" type="number" min={0} label={t("guard.remindDays")} hint={t("guard.remindHint")} />
      </div>
      <p className="text-sm text-text-2">
        {t("guard.signs")} {t("guard.clock")}
      </p>
    </Form>
  );
}
