"use client";

import { useMutation } from "@tanstack/react-query";
import { Card } from "@/components/ui/card";
import { ErrorNotice, toView } from "@/components/ui/error-notice";
import { RadioCards } from "@/components/ui/radio-cards";
import { toast } from "@/components/ui/toast";
import { serviceCan } from "@/lib/eas/service-can";
import { SAFETY_LOCKS, type SafetyLock } from "@/lib/eas/types";
import { useT } from "@/lib/i18n/react";
import { unwrap } from "@/lib/result";
import { setSafetyLock } from "@/lib/services/actions";
import type { ServiceDetail } from "@/lib/services/view";
import { refusalText } from "./service-actions";
import { useServiceScope } from "./use-live";

/** EAS's own lock: it holds against everybody, from whatever place. */
export function LockCard({ service }: { service: ServiceDetail }) {
  const t = useT();
  const { connectionId, name, rights } = useServiceScope();
  const refusal = refusalText(t, rights.write, serviceCan.lock(service));
  const current = SAFETY_LOCKS.find((lock) => lock === service.safetyLock) ?? "none";
  const set = useMutation({
    mutationFn: async (lock: SafetyLock) => unwrap(await setSafetyLock({ connectionId, name, lock })),
    onSuccess: (_, lock) => toast.success(t(`services.lock.set.${lock}`, { name })),
  });
  // Shown as asked for until the service itself says so.
  const value = set.isPending ? set.variables : current;
  return (
    <Card title={t("services.lock.title")} description={t("services.lock.hint")}>
      <div className="grid gap-3">
        <RadioCards
          aria-label={t("services.lock.title")}
          columns={3}
          value={value}
          onChange={(lock) => set.mutate(lock)}
          options={SAFETY_LOCKS.map((lock) => ({
            value: lock,
            title: t(`services.lock.${lock}`),
            description: t(`services.lock.${lock}Hint`),
            disabledReason: lock === current ? undefined : refusal,
          }))}
        />
        {set.error ? <ErrorNotice error={toView(set.error)} /> : null}
      </div>
    </Card>
  );
}
