"use client";

import { useMutation, useQuery, useQueryClient } from "@tanstack/react-query";
import { Play, RotateCw, Square, Trash2 } from "lucide-react";
import { useRouter } from "next/navigation";
import { useState } from "react";
import { FirstPictureSwitch } from "@/components/config/first-picture-switch";
import { amountText } from "@/components/prices/tally-text";
import { Button } from "@/components/ui/button";
import { ConfirmDialog } from "@/components/ui/confirm-dialog";
import { toView } from "@/components/ui/error-notice";
import { toast } from "@/components/ui/toast";
import { costQueries } from "@/lib/costs/queries";
import { type Permission, type ServiceAction, serviceCan } from "@/lib/eas/service-can";
import { useLocale, useT } from "@/lib/i18n/react";
import type { Translate } from "@/lib/i18n/translate";
import { paths } from "@/lib/paths";
import { unwrap } from "@/lib/result";
import { deleteService, restartService, startService, stopService } from "@/lib/services/actions";
import { serviceQueries } from "@/lib/services/queries";
import type { ServiceDetail } from "@/lib/services/view";
import { DeleteConsequences } from "./delete-consequences";
import { useServiceScope } from "./use-live";

const VERBS = { start: startService, stop: stopService, delete: deleteService } as const;
export type Verb = keyof typeof VERBS | "restart";

/** Why not, in words; undefined when it may be done. */
export function refusalText(t: Translate, mayWrite: boolean, permission: Permission): string | undefined {
  if (!mayWrite) return t("services.actions.needsRight");
  return permission.allowed ? undefined : t(`status.reason.${permission.reason}`);
}

/** Start or stop, whichever makes sense now, and restart. Each is asked for once more, with what it means. */
export function ServiceActions({ service }: { service: ServiceDetail }) {
  const t = useT();
  const { rights } = useServiceScope();
  const [asked, setAsked] = useState<Verb | null>(null);
  const refusal = (action: ServiceAction) => refusalText(t, rights.write, serviceCan[action](service));
  const stopped = service.status === "Stopped" || service.status === "Failed";

  return (
    <>
      {stopped ? null : (
        <Button
          icon={<RotateCw aria-hidden="true" />}
          disabledReason={refusal("restart")}
          onClick={() => setAsked("restart")}
        >
          {t("services.actions.restart")}
        </Button>
      )}
      {service.status === "Stopped" ? null : (
        <Button icon={<Square aria-hidden="true" />} disabledReason={refusal("stop")} onClick={() => setAsked("stop")}>
          {t("services.actions.stop")}
        </Button>
      )}
      {stopped ? (
        <Button
          variant={service.status === "Stopped" ? "primary" : "secondary"}
          icon={<Play aria-hidden="true" />}
          disabledReason={refusal("start")}
          onClick={() => setAsked("start")}
        >
          {t("services.actions.start")}
        </Button>
      ) : null}
      <ConfirmVerb verb={asked} service={service} onClose={() => setAsked(null)} />
    </>
  );
}

export function DeleteServiceButton({ service }: { service: ServiceDetail }) {
  const t = useT();
  const { rights } = useServiceScope();
  const [asked, setAsked] = useState(false);
  return (
    <>
      <Button
        variant="danger"
        icon={<Trash2 aria-hidden="true" />}
        disabledReason={refusalText(t, rights.write, serviceCan.delete(service))}
        onClick={() => setAsked(true)}
      >
        {t("services.actions.delete")}
      </Button>
      <ConfirmVerb verb={asked ? "delete" : null} service={service} onClose={() => setAsked(false)} />
    </>
  );
}

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
  verb: Verb | null;
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
    mutationFn: async (chosen: Verb) =>
      unwrap(
        chosen === "restart"
          ? await restartService({ connectionId, name, firstPicture })
          : await VERBS[chosen]({ connectionId, name }),
      ),
    onSuccess: async (_, chosen) => {
      onClose();
      toast.success(t(`services.actions.${chosen}Requested`, { name }));
      await client.invalidateQueries({ queryKey: serviceQueries.list(connectionId).queryKey });
      if (chosen === "delete") router.push(paths.services());
    },
  });
  // The words stay while the dialog closes.
  const shown = verb ?? run.variables ?? "stop";
  return (
    <ConfirmDialog
      open={verb !== null}
      onOpenChange={(open) => {
        if (open) return;
        run.reset();
        onClose();
      }}
      title={t(`services.actions.${shown}Title`, { name })}
      description={t(`services.actions.${shown}Description`)}
      confirmLabel={t(`services.actions.${shown}`)}
      danger={shown === "delete"}
      typeToConfirm={shown === "delete" ? name : undefined}
      pending={run.isPending}
      error={run.error ? toView(run.error) : null}
      onConfirm={() => verb && run.mutate(verb)}
    >
      {shown === "delete" ? <DeleteConsequences service={service} /> : null}
      {verb === "stop" ? <SpentSoFar service={service} /> : null}
      {shown === "restart" && service.flags ? (
        <FirstPictureSwitch on={wantsPicture} onChange={setWantsPicture} />
      ) : null}
    </ConfirmDialog>
  );
}
