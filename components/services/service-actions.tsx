"use client";

import { Play, RotateCw, Square, Trash2 } from "lucide-react";
import dynamic from "next/dynamic";
import { useState } from "react";
import { Button } from "@/components/ui/button";
import { type Permission, type ServiceAction, serviceCan } from "@/lib/eas/service-can";
import { useT } from "@/lib/i18n/react";
import type { Translate } from "@/lib/i18n/translate";
import type { ServiceDetail } from "@/lib/services/view";
import type { Verb } from "./confirm-verb";
import { useServiceScope } from "./use-live";

export const ConfirmVerb = dynamic(() => import("./confirm-verb").then((module) => module.ConfirmVerb), { ssr: false });

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
      {asked ? <ConfirmVerb verb={asked} service={service} onClose={() => setAsked(null)} /> : null}
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
      {asked ? <ConfirmVerb verb="delete" service={service} onClose={() => setAsked(false)} /> : null}
    </>
  );
}
