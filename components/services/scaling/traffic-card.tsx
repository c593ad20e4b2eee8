"use client";

import { useMutation, useQuery, useQueryClient } from "@tanstack/react-query";
import { useId, useState } from "react";
import { refusalText } from "@/components/services/service-actions";
import { ServiceStatus } from "@/components/services/service-status";
import { useServiceScope } from "@/components/services/use-live";
import { Button } from "@/components/ui/button";
import { Callout } from "@/components/ui/callout";
import { Card } from "@/components/ui/card";
import { ErrorNotice, toView } from "@/components/ui/error-notice";
import { Input } from "@/components/ui/input";
import { Segmented } from "@/components/ui/segmented";
import { SkeletonRows } from "@/components/ui/skeleton";
import { Switch } from "@/components/ui/switch";
import { type Column, Table } from "@/components/ui/table";
import { TextLink } from "@/components/ui/text-link";
import { toast } from "@/components/ui/toast";
import { serviceCan } from "@/lib/eas/service-can";
import { formatNumber, formatPercent } from "@/lib/format";
import { useLocale, useT } from "@/lib/i18n/react";
import { paths } from "@/lib/paths";
import { unwrap } from "@/lib/result";
import { releaseService, setTrafficMode } from "@/lib/services/actions";
import type { GroupMember, GroupView } from "@/lib/services/group-view";
import { serviceQueries } from "@/lib/services/queries";
import { trafficShares } from "@/lib/services/traffic-shares";
import type { ServiceDetail } from "@/lib/services/view";

/** The services that share an address with this one, and what part of the traffic each gets. */
export function TrafficCard({ service }: { service: ServiceDetail }) {
  const t = useT();
  const { connectionId, name } = useServiceScope();
  const { data: group, error, refetch, isRefetching } = useQuery(serviceQueries.group(connectionId, name));
  if (error && !group)
    return <ErrorNotice error={toView(error)} onRetry={() => void refetch()} retrying={isRefetching} />;
  return (
    <Card
      title={t("scaling.traffic.title", { group: service.group ?? "" })}
      description={t("scaling.traffic.hint")}
      flush
    >
      {group ? <Members group={group} service={service} /> : <SkeletonRows rows={2} label={t("common.loading")} />}
    </Card>
  );
}

type Share = Pick<GroupMember, "trafficState"> & { weight: number };

function Members({ group, service }: { group: GroupView; service: ServiceDetail }) {
  const t = useT();
  const locale = useLocale();
  const client = useQueryClient();
  const { connectionId, name, rights } = useServiceScope();
  const [edited, setEdited] = useState<Record<string, Share>>({});
  const refresh = () => client.invalidateQueries({ queryKey: serviceQueries.group(connectionId, name).queryKey });
  const shareOf = (member: GroupMember): Share =>
    edited[member.name] ?? { trafficState: member.trafficState, weight: member.weight ?? 0 };
  const changed = group.members.filter((member) => {
    const share = shareOf(member);
    return share.trafficState !== member.trafficState || share.weight !== (member.weight ?? 0);
  });

  const mode = useMutation({
    mutationFn: async (next: "auto" | "customized") => unwrap(await setTrafficMode({ connectionId, name, mode: next })),
    onSuccess: refresh,
  });
  const release = useMutation({
    mutationFn: async () => {
      for (const member of changed) {
        const { weight, trafficState } = shareOf(member);
        unwrap(
          await releaseService({
            connectionId,
            name: member.name,
            weight: weight === (member.weight ?? 0) ? undefined : weight,
            trafficState: trafficState === "standalone" ? "standalone" : "grouping",
          }),
        );
      }
    },
    // Some may have been set before one was refused.
    onSettled: refresh,
    onSuccess: () => {
      setEdited({});
      toast.success(t("scaling.traffic.saved"));
    },
  });

  const refusal = refusalText(t, rights.write, serviceCan.release(service));
  const willWeigh = changed.some((member) => shareOf(member).weight !== (member.weight ?? 0));
  const shown = {
    trafficMode: willWeigh ? "customized" : group.trafficMode,
    members: group.members.map((member) => ({ ...member, ...shareOf(member) })),
  };
  const shares = trafficShares(shown);
  const counting = shown.members.filter(({ trafficState }) => trafficState !== "standalone");
  const sum = counting.reduce((total, { weight }) => total + Math.max(0, weight), 0);
  return (
    <>
      <div className="grid gap-3 px-4 pb-4">
        <Segmented
          label={t("scaling.traffic.mode")}
          value={group.trafficMode === "customized" ? "customized" : "auto"}
          onChange={(next) => {
            if (!refusal) mode.mutate(next);
          }}
          options={[
            { value: "auto", label: t("scaling.traffic.auto") },
            { value: "customized", label: t("scaling.traffic.customized") },
          ]}
        />
        {refusal ? <p className="text-sm text-text-2">{refusal}</p> : null}
        {mode.error ? <ErrorNotice error={toView(mode.error)} /> : null}
        {group.hasQueue ? <Callout>{t("scaling.traffic.queue")}</Callout> : null}
        {sum === 0 && shown.trafficMode === "customized" ? (
          <Callout tone="warn">{t("scaling.traffic.nobody")}</Callout>
        ) : null}
      </div>
      <Table
        label={t("scaling.traffic.members")}
        rows={group.members}
        rowKey={(member) => member.name}
        columns={useColumns({
          shareOf,
          shares: new Map(group.members.map((member, index) => [member.name, shares[index] ?? 0])),
          mayEdit: !refusal,
          onChange: (member, share) => setEdited((all) => ({ ...all, [member]: share })),
        })}
      />
      <div className="grid gap-3 border-line border-t px-4 py-3">
        <p className="text-sm text-text-2">{t("scaling.traffic.sum", { sum: formatNumber(sum, locale) })}</p>
        {willWeigh && group.trafficMode === "auto" ? (
          <p className="text-sm text-text-2">{t("scaling.traffic.becomesCustomized")}</p>
        ) : null}
        {release.error ? <ErrorNotice error={toView(release.error)} /> : null}
        <div className="flex flex-wrap gap-2">
          <Button
            variant="primary"
            loading={release.isPending}
            disabledReason={refusal ?? (changed.length === 0 ? t("scaling.traffic.noChange") : undefined)}
            onClick={() => release.mutate()}
          >
            {t("scaling.traffic.release")}
          </Button>
          {changed.length > 0 ? <Button onClick={() => setEdited({})}>{t("common.cancel")}</Button> : null}
        </div>
        {changed.length > 0 ? (
          <p className="text-sm text-text-2">
            {t("scaling.traffic.will", {
              shares: group.members
                .map((member, index) => `${member.name} ${formatPercent(shares[index] ?? 0, locale)}`)
                .join(" · "),
            })}
          </p>
        ) : null}
      </div>
    </>
  );
}

interface ColumnsOptions {
  shareOf: (member: GroupMember) => Share;
  shares: ReadonlyMap<string, number>;
  mayEdit: boolean;
  onChange: (member: string, share: Share) => void;
}

function useColumns({ shareOf, shares, mayEdit, onChange }: ColumnsOptions): Column<GroupMember>[] {
  const t = useT();
  const locale = useLocale();
  const id = useId();
  return [
    {
      id: "name",
      header: t("common.name"),
      primary: true,
      cell: ({ name }) => (
        <TextLink href={paths.service(name)} className="break-all">
          {name}
        </TextLink>
      ),
    },
    { id: "state", header: t("common.state"), cell: ({ status }) => <ServiceStatus status={status} /> },
    {
      id: "instances",
      header: t("services.instances"),
      cell: ({ instances }) => <span className="tabular-nums">{`${instances.running}/${instances.total}`}</span>,
    },
    {
      id: "part",
      header: t("scaling.traffic.takesPart"),
      cell: (member) => {
        const share = shareOf(member);
        return (
          <Switch
            aria-label={t("scaling.traffic.takesPartOf", { name: member.name })}
            checked={share.trafficState !== "standalone"}
            disabled={!mayEdit}
            onChange={(event) =>
              onChange(member.name, { ...share, trafficState: event.target.checked ? "grouping" : "standalone" })
            }
          />
        );
      },
    },
    {
      id: "weight",
      header: t("scaling.traffic.weight"),
      cell: (member) => {
        const share = shareOf(member);
        return (
          <Input
            id={`${id}-${member.name}`}
            type="number"
            min={-1}
            max={1000}
            step={1}
            className="w-24"
            aria-label={t("scaling.traffic.weightOf", { name: member.name })}
            value={share.weight}
            readOnly={!mayEdit}
            onChange={(event) => {
              const weight = Math.round(Number(event.target.value));
              if (weight >= -1 && weight <= 1000) onChange(member.name, { ...share, weight });
            }}
          />
        );
      },
    },
    {
      id: "share",
      header: t("scaling.traffic.share"),
      align: "end",
      cell: ({ name }) => <span className="tabular-nums">{formatPercent(shares.get(name) ?? 0, locale)}</span>,
    },
  ];
}
