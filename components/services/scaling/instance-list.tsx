"use client";

import { useMutation } from "@tanstack/react-query";
import { EllipsisVertical, Plug, RefreshCw, RotateCw, Unplug } from "lucide-react";
import { useState } from "react";
import { FirstPictureSwitch } from "@/components/config/first-picture-switch";
import { refusalText } from "@/components/services/service-actions";
import { useServiceScope } from "@/components/services/use-live";
import { Badge } from "@/components/ui/badge";
import { ConfirmDialog } from "@/components/ui/confirm-dialog";
import { Menu, MenuItem } from "@/components/ui/dropdown-menu";
import { toView } from "@/components/ui/error-notice";
import { IconButton } from "@/components/ui/icon-button";
import { type Column, Table } from "@/components/ui/table";
import { Time } from "@/components/ui/time";
import { toast } from "@/components/ui/toast";
import { serviceCan } from "@/lib/eas/service-can";
import { useT } from "@/lib/i18n/react";
import { unwrap } from "@/lib/result";
import { isolateInstance, restartInstance } from "@/lib/services/actions";
import { workersOf } from "@/lib/services/observation";
import type { Snapshot } from "@/lib/services/snapshot";
import type { ServiceDetail } from "@/lib/services/view";

type Instance = Snapshot["instances"][number];

/** Message keys below `scaling.instance`. */
type Deed = "rebuild" | "restart" | "isolate" | "resume";

interface Asked {
  deed: Deed;
  instance: string;
}

/** The instances one by one, with what can be done to each. */
export function InstanceList({ service, instances }: { service: ServiceDetail; instances: readonly Instance[] }) {
  const t = useT();
  const [asked, setAsked] = useState<Asked | null>(null);
  const columns = useColumns(service, setAsked);
  if (instances.length === 0) return <p className="text-text-2">{t("services.noInstances")}</p>;
  return (
    <div className="-mx-4 -my-3">
      <Table label={t("services.instances")} columns={columns} rows={instances} rowKey={({ name }) => name} dense />
      <ConfirmDeed
        asked={asked}
        onClose={() => setAsked(null)}
        picture={service.flags && workersOf(instances).length === 1 ? "possible" : service.flags && "elsewhere"}
      />
    </div>
  );
}

function useColumns(service: ServiceDetail, ask: (asked: Asked) => void): Column<Instance>[] {
  const t = useT();
  const { rights } = useServiceScope();
  const refusal = refusalText(t, rights.write, serviceCan.changeInstances(service));
  return [
    {
      id: "name",
      header: t("common.name"),
      primary: true,
      cell: ({ name }) => <span className="break-all font-mono text-sm">{name}</span>,
    },
    {
      id: "state",
      header: t("common.state"),
      cell: ({ status, isolated, isLatest }) => (
        <span className="inline-flex flex-wrap items-center gap-1.5">
          {t.maybe(`status.instance.${status}`) ?? status}
          {isolated ? <Badge tone="warn">{t("scaling.instance.isolated")}</Badge> : null}
          {isLatest === false ? <Badge>{t("scaling.instance.old")}</Badge> : null}
        </span>
      ),
    },
    {
      id: "ready",
      header: t("services.ready"),
      cell: ({ ready }) => <span className="tabular-nums">{`${ready.processes}/${ready.total}`}</span>,
    },
    {
      id: "restarts",
      header: t("services.restarts"),
      align: "end",
      cell: ({ restartCount }) => <span className="tabular-nums">{restartCount}</span>,
    },
    {
      id: "started",
      header: t("services.started"),
      cell: ({ startedAt }) => (startedAt ? <Time at={startedAt} className="whitespace-nowrap text-text-2" /> : null),
    },
    {
      id: "actions",
      header: t("common.actions"),
      headerHidden: true,
      align: "end",
      cell: (instance) => <InstanceMenu instance={instance} refusal={refusal} ask={ask} />,
    },
  ];
}

interface InstanceMenuProps {
  instance: Instance;
  refusal: string | undefined;
  ask: (asked: Asked) => void;
}

function InstanceMenu({ instance: { name, isolated, status, role }, refusal, ask }: InstanceMenuProps) {
  const t = useT();
  const ofProcess =
    refusal ??
    (role === "Queue"
      ? t("scaling.instance.queue")
      : status === "Running"
        ? undefined
        : t("scaling.instance.notRunning"));
  return (
    <Menu
      trigger={
        <IconButton
          size="sm"
          variant="ghost"
          label={t("scaling.instance.actions", { name })}
          icon={<EllipsisVertical aria-hidden="true" />}
        />
      }
    >
      <MenuItem
        icon={<RotateCw aria-hidden="true" />}
        disabledReason={ofProcess}
        onSelect={() => ask({ deed: "restart", instance: name })}
      >
        {t("scaling.instance.restart")}
      </MenuItem>
      <MenuItem
        icon={<RefreshCw aria-hidden="true" />}
        disabledReason={refusal}
        onSelect={() => ask({ deed: "rebuild", instance: name })}
      >
        {t("scaling.instance.rebuild")}
      </MenuItem>
      <MenuItem
        icon={isolated ? <Plug aria-hidden="true" /> : <Unplug aria-hidden="true" />}
        disabledReason={ofProcess}
        onSelect={() => ask({ deed: isolated ? "resume" : "isolate", instance: name })}
      >
        {t(isolated ? "scaling.instance.resume" : "scaling.instance.isolate")}
      </MenuItem>
    </Menu>
  );
}

interface ConfirmDeedProps {
  asked: Asked | null;
  onClose: () => void;
  /** Whether a picture would prove the instance; `elsewhere`: another one may answer. Absent: the service makes none. */
  picture: "possible" | "elsewhere" | undefined;
}

function ConfirmDeed({ asked, onClose, picture }: ConfirmDeedProps) {
  const t = useT();
  const [wantsPicture, setWantsPicture] = useState(true);
  const { connectionId, name } = useServiceScope();
  const run = useMutation({
    mutationFn: async ({ deed, instance }: Asked) => {
      const target = { connectionId, name, instance };
      if (deed === "isolate" || deed === "resume")
        return unwrap(await isolateInstance({ ...target, isolate: deed === "isolate" }));
      const firstPicture = wantsPicture && picture === "possible";
      return unwrap(await restartInstance({ ...target, soft: deed === "restart", firstPicture }));
    },
    onSuccess: (_, { instance }) => {
      onClose();
      toast.success(t("scaling.instance.requested", { name: instance }));
    },
  });
  const shown = asked ?? run.variables ?? { deed: "restart", instance: "" };
  return (
    <ConfirmDialog
      open={asked !== null}
      onOpenChange={(open) => {
        if (open) return;
        run.reset();
        onClose();
      }}
      title={t(`scaling.instance.${shown.deed}Title`, { name: shown.instance })}
      description={t(`scaling.instance.${shown.deed}Hint`)}
      confirmLabel={t(`scaling.instance.${shown.deed}`)}
      pending={run.isPending}
      error={run.error ? toView(run.error) : null}
      onConfirm={() => asked && run.mutate(asked)}
    >
      {shown.deed === "rebuild" || shown.deed === "restart" ? (
        <>
          {picture === "possible" ? <FirstPictureSwitch on={wantsPicture} onChange={setWantsPicture} /> : null}
          {picture === "elsewhere" ? <p className="text-text-2">{t("scaling.instance.noPicture")}</p> : null}
        </>
      ) : null}
    </ConfirmDialog>
  );
}
