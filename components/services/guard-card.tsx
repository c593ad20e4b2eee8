"use client";

import { useMutation, useQuery } from "@tanstack/react-query";
import { Form } from "@/components/form/form";
import { SelectField } from "@/components/form/select-field";
import { SubmitButton } from "@/components/form/submit-button";
import { TextField } from "@/components/form/text-field";
import { useZodForm } from "@/components/form/use-zod-form";
import { Callout } from "@/components/ui/callout";
import { Card } from "@/components/ui/card";
import { TextLink } from "@/components/ui/text-link";
import { toast } from "@/components/ui/toast";
import { serviceCan } from "@/lib/eas/service-can";
import { formatDuration } from "@/lib/format";
import { guardQueries } from "@/lib/guard/queries";
import { type GuardDefault, IDLE_LABEL, ruleOf, TTL_LABEL } from "@/lib/guard/rule";
import type { Locale } from "@/lib/i18n/locales";
import { useLocale, useT } from "@/lib/i18n/react";
import type { Translate } from "@/lib/i18n/translate";
import { paths } from "@/lib/paths";
import { unwrap } from "@/lib/result";
import { setLabels } from "@/lib/services/actions";
import type { ServiceDetail } from "@/lib/services/view";
import { refusalText } from "./service-actions";
import { useServiceScope } from "./use-live";

const CHOICES = ["30m", "1h", "2h", "4h", "8h", "1d"];
const loadSchema = () => import("@/lib/guard/schemas").then((module) => module.ServiceGuardSchema);

/** Two labels as a form. */
export function GuardCard({ service }: { service: ServiceDetail }) {
  const t = useT();
  const locale = useLocale();
  const { connectionId, name, rights } = useServiceScope();
  const { data } = useQuery(guardQueries.of(connectionId, service.id));
  const before = { idle: service.labels[IDLE_LABEL] ?? "", ttl: service.labels[TTL_LABEL] ?? "" };
  const form = useZodForm(loadSchema, { defaultValues: before });
  const save = useMutation({
    mutationFn: async ({ idle, ttl }: typeof before) => {
      const labels = Object.entries({ [IDLE_LABEL]: idle, [TTL_LABEL]: ttl });
      const set = Object.fromEntries(labels.filter(([, value]) => value !== ""));
      const remove = labels.flatMap(([key, value]) =>
        value === "" && Object.hasOwn(service.labels, key) ? [key] : [],
      );
      unwrap(await setLabels({ connectionId, name, set, remove }));
    },
    onSuccess: () => toast.success(t("guard.service.saved", { name })),
  });
  const rule = data && ruleOf(service.labels, Date.parse(service.createdAt), data.standard);
  const standard = data ? defaultText(t, locale, data.standard) : "…";
  const known = CHOICES.includes(before.idle) || before.idle === "" || before.idle === "off" ? [] : [before.idle];
  return (
    <Card title={t("guard.service.title")} description={t("guard.service.hint")}>
      <Form
        form={form}
        label={t("guard.service.title")}
        error={save.error}
        onSubmit={(values) => save.mutate(values)}
        footer={
          <SubmitButton
            pending={save.isPending}
            disabledReason={refusalText(t, rights.write, serviceCan.label(service))}
          >
            {t("guard.service.save")}
          </SubmitButton>
        }
      >
        {rule?.unreadable ? (
          <Callout tone="warn">{t("guard.service.unreadable", { label: rule.unreadable })}</Callout>
        ) : null}
        <div className="grid gap-5 sm:grid-cols-2">
          <SelectField
            name="idle"
            label={t("guard.service.idle")}
            options={[
              { value: "", label: t("guard.service.standard", { rule: standard }) },
              { value: "off", label: t("guard.service.off") },
              ...[...known, ...CHOICES].map((value) => ({ value, label: choiceText(locale, value) })),
            ]}
          />
          <TextField name="ttl" label={t("guard.service.ttl")} hint={t("guard.service.ttlHint")} optional />
        </div>
        <p className="text-sm text-text-2">
          {t("guard.signs")} {t("guard.clock")}{" "}
          <TextLink href={paths.serviceScaling(name)}>{t("services.tabs.scaling")}</TextLink>
        </p>
      </Form>
    </Card>
  );
}

function defaultText(t: Translate, locale: Locale, { mode, idleMinutes }: GuardDefault): string {
  const time = formatDuration(idleMinutes * 60_000, locale);
  if (mode === "off") return t("guard.service.ruleOff");
  return t(mode === "warn" ? "guard.service.ruleWarn" : "guard.service.ruleStop", { time });
}

function choiceText(locale: Locale, value: string): string {
  const { idleMs } = ruleOf({ [IDLE_LABEL]: value }, 0, { mode: "off", idleMinutes: 60, remindDays: 0 });
  return idleMs > 0 ? formatDuration(idleMs, locale) : value;
}
