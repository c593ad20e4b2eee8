"use client";

import { useMutation, useQuery, useQueryClient } from "@tanstack/react-query";
import { useRouter } from "next/navigation";
import { useState } from "react";
import { FirstPictureSwitch } from "@/components/config/first-picture-switch";
import { amountText } from "@/components/prices/tally-text";
import { ConfirmDialog } from "@/components/ui/confirm-dialog";
import { toView } from "@/components/ui/error-notice";
import { toast } from "@/components/ui/toast";
import { costQueries } from "@/lib/costs/queries";
import { useLocale, useT } from "@/lib/i18n/react";
import { paths } from "@/lib/paths";
import { unwrap } from "@/lib/result";
import { deleteService, restartService, startService, stopService } from "@/lib/services/actions";
import { serviceQueries } from "@/lib/services/queries";
import type { ServiceDetail } from "@/lib/services/view";
import { DeleteConsequences } from "./delete-consequences";
import { useServiceScope } from "./use-live";

const VERBS = { start: startService, stop: stopService, delete: deleteService } as const;
export type Verb = keyof typeof VERBS | "restart";

/** Nothing while the amount is not known. */
function SpentSoFar({ service }: { service: ServiceDetail }) {
  const t = useT();
  const locale = useLocale();
  const { connectionId, name } = useServiceScope();
  const { data } = useQuery(costQueries.service(connectionId, name, service.id));
  if (!data || data.currency === undefined || data.today.tally.pricedMs === 0) return null;
  const { tally } = data.today;
  return (
    <p className="text-sm text-text-2">{t("costs.soFar", { amount: amountText(t, locale, tally, data.currency) })}</p>
  );
}

interface ConfirmVerbProps {
  verb: Verb;
  service: ServiceDetail;
  onClose: () => void;
}

/** Asks once more, with what it means, and does it. */
export function ConfirmVerb({ verb, service, onClose }: ConfirmVerbProps) {
  const t = useT();
  const router = useRouter();
  const client = useQueryClient();
  const { connectionId } = useServiceScope();
  const { name } = service;
  const [wantsPicture, setWantsPicture] = useState(true);
  const firstPicture = wantsPicture && service.flags !== undefined;
  const run = useMutation({
    mutationFn: async () =>
      unwrap(
        verb === "restart"
          ? await restartService({ connectionId, name, firstPicture })
          : await VERBS[verb]({ connectionId, name }),
      ),
    onSuccess: async () => {
      onClose();
      toast.success(t(`services.actions.${verb}Requested`, { name }));
      await client.invalidateQueries({ queryKey: serviceQueries.list(connectionId).queryKey });
      if (verb === "delete") router.push(paths.services());
    },
  });
  return (
    <ConfirmDialog
      open
      onOpenChange={(open) => {
        if (!open) onClose();
      }}
      title={t(`services.actions.${verb}Title`, { name })}
      description={t(`services.actions.${verb}Description`)}
      confirmLabel={t(`services.actions.${verb}`)}
      danger={verb === "delete"}
      typeToConfirm={verb === "delete" ? name : undefined}
      pending={run.isPending}
      error={run.error ? toView(run.error) : null}
      onConfirm={() => run.mutate()}
    >
      {verb === "delete" ? <DeleteConsequences service={service} /> : null}
      {verb === "stop" ? <SpentSoFar service={service} /> : null}
      {verb === "restart" && service.flags ? <FirstPictureSwitch on={wantsPicture} onChange={setWantsPicture} /> : null}
    </ConfirmDialog>
  );
}
