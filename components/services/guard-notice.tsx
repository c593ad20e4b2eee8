"use client";

import { useMutation, useQuery, useQueryClient } from "@tanstack/react-query";
import { Button } from "@/components/ui/button";
import { Callout } from "@/components/ui/callout";
import { toView } from "@/components/ui/error-notice";
import { toast } from "@/components/ui/toast";
import { formatDuration } from "@/lib/format";
import { keepRunning } from "@/lib/guard/actions";
import { guardQueries } from "@/lib/guard/queries";
import type { GuardView } from "@/lib/guard/schemas";
import type { Locale } from "@/lib/i18n/locales";
import { errorTexts, useLocale, useT } from "@/lib/i18n/react";
import type { Translate } from "@/lib/i18n/translate";
import { unwrap } from "@/lib/result";
import type { ServiceDetail } from "@/lib/services/view";
import { useServiceScope } from "./use-live";
import { useNow } from "./use-now";

/** What the idle guard is about to do to this service, or has done, with the way to have it otherwise. */
export function GuardNotice({ service }: { service: ServiceDetail }) {
  const t = useT();
  const locale = useLocale();
  const client = useQueryClient();
  const { connectionId, name, rights } = useServiceScope();
  const { data } = useQuery(guardQueries.of(connectionId, service.id));
  const state = data?.state;
  const now = useNow(state?.stage === "warned");
  const keep = useMutation({
    mutationFn: async () => unwrap(await keepRunning({ connectionId, name, serviceId: service.id, hours: 1 })),
    onSuccess: async () => {
      await client.invalidateQueries({ queryKey: guardQueries.all(connectionId) });
      toast.success(t("guard.now.kept", { name }));
    },
    onError: (error) => void toast.error(errorTexts(t, toView(error)).title),
  });
  if (!state) return null;
  if ((state.stage === "stopped" || state.stage === "reminded") && service.status === "Stopped")
    return (
      <Callout tone="info" role="status" title={t("guard.now.stopped")}>
        {t("guard.now.stoppedHint")}
      </Callout>
    );
  if (state.stage !== "warned" || service.status === "Stopped") return null;
  return (
    <Callout
      tone="warn"
      role="status"
      title={<span suppressHydrationWarning>{warningText(t, locale, state, now)}</span>}
      actions={
        <Button
          size="sm"
          loading={keep.isPending}
          disabledReason={rights.write ? undefined : t("guard.now.keepReason")}
          onClick={() => keep.mutate()}
        >
          {t("guard.now.keep")}
        </Button>
      }
    />
  );
}

function warningText(t: Translate, locale: Locale, state: NonNullable<GuardView["state"]>, now: number): string {
  const { reason, idleSince, stopsAt } = state;
  const at = stopsAt ? new Intl.DateTimeFormat(locale, { timeStyle: "short" }).format(Date.parse(stopsAt)) : "";
  const time = idleSince ? formatDuration(Math.max(0, now - Date.parse(idleSince)), locale) : "";
  if (reason === "ttl") return t("guard.now.ttlStops", { at });
  return stopsAt ? t("guard.now.idleStops", { time, at }) : t("guard.now.idleOnly", { time });
}
