"use client";

import { useQuery } from "@tanstack/react-query";
import { Plus, Search, Server } from "lucide-react";
import { useDeferredValue, useState } from "react";
import { Page } from "@/components/layout/page";
import { PageHeader } from "@/components/layout/page-header";
import { Badge } from "@/components/ui/badge";
import { Card } from "@/components/ui/card";
import { EmptyState } from "@/components/ui/empty-state";
import { ErrorNotice, toView } from "@/components/ui/error-notice";
import { Input } from "@/components/ui/input";
import { LinkButton } from "@/components/ui/link-button";
import { SkeletonRows } from "@/components/ui/skeleton";
import { type Column, Table } from "@/components/ui/table";
import { TextLink } from "@/components/ui/text-link";
import { Time } from "@/components/ui/time";
import { useT } from "@/lib/i18n/react";
import type { Translate } from "@/lib/i18n/translate";
import { paths } from "@/lib/paths";
import { serviceQueries } from "@/lib/services/queries";
import type { ServiceList as List, ServiceSummary } from "@/lib/services/view";
import { ServiceStatus } from "./service-status";

interface ServiceListProps {
  connectionId: string;
  canDeploy: boolean;
  /** What the server saw while it made the page; absent when it could not ask. */
  initial: List | undefined;
}

/** Every service of the region, whoever made it. */
export function ServiceList({ connectionId, canDeploy, initial }: ServiceListProps) {
  const t = useT();
  const [filter, setFilter] = useState("");
  const needle = useDeferredValue(filter.trim().toLowerCase());
  const { data, error, refetch, isRefetching } = useQuery({
    ...serviceQueries.list(connectionId),
    initialData: initial,
    initialDataUpdatedAt: 0,
  });
  const deploy = canDeploy ? (
    <LinkButton href={paths.deploy()} variant="primary" icon={<Plus aria-hidden="true" />}>
      {t("services.deploy")}
    </LinkButton>
  ) : null;
  const shown = data?.items.filter((service) => matches(service, needle));

  return (
    <Page>
      <PageHeader title={t("services.title")} actions={data?.items.length === 0 ? null : deploy} />
      {error ? <ErrorNotice error={toView(error)} onRetry={() => void refetch()} retrying={isRefetching} /> : null}
      {data && data.items.length > 0 ? (
        <div className="relative max-w-80">
          <Search aria-hidden="true" className="pointer-events-none absolute top-2.5 left-3 size-4 text-text-3" />
          <Input
            type="search"
            aria-label={t("services.search")}
            placeholder={t("services.search")}
            value={filter}
            onChange={(event) => setFilter(event.target.value)}
            className="pl-9"
          />
        </div>
      ) : null}
      {shown ? (
        <Card flush>
          {data?.items.length === 0 ? (
            <EmptyState
              icon={<Server />}
              title={t("services.empty.title")}
              description={t(canDeploy ? "services.empty.description" : "services.empty.descriptionReader")}
              actions={deploy}
            />
          ) : shown.length === 0 ? (
            <EmptyState title={t("services.noMatch", { filter: filter.trim() })} />
          ) : (
            <Table label={t("services.title")} columns={columns(t)} rows={shown} rowKey={(service) => service.name} />
          )}
        </Card>
      ) : error ? null : (
        <Card flush>
          <SkeletonRows rows={5} label={t("common.loading")} />
        </Card>
      )}
    </Page>
  );
}

function matches(service: ServiceSummary, needle: string): boolean {
  if (needle === "") return true;
  return [service.name, service.status, service.instanceType, service.image].some((text) =>
    text?.toLowerCase().includes(needle),
  );
}

function columns(t: Translate): Column<ServiceSummary>[] {
  return [
    {
      id: "name",
      header: t("common.name"),
      primary: true,
      cell: (service) => (
        <TextLink href={paths.service(service.name)} className="break-all font-medium">
          {service.name}
        </TextLink>
      ),
    },
    { id: "state", header: t("common.state"), cell: (service) => <ServiceStatus status={service.status} /> },
    {
      id: "instances",
      header: t("services.instances"),
      cell: (service) => (
        <span className="tabular-nums">{`${service.instances.running}/${service.instances.total}`}</span>
      ),
    },
    {
      id: "type",
      header: t("services.instanceType"),
      cell: (service) => (
        <span className="break-all font-mono text-sm text-text-2">{service.instanceType ?? resources(t, service)}</span>
      ),
    },
    {
      id: "mode",
      header: t("services.mode"),
      cell: (service) =>
        service.isAsync ? (
          <Badge>{t("deploy.service.async")}</Badge>
        ) : (
          <span className="text-text-2">{t("deploy.service.sync")}</span>
        ),
    },
    {
      id: "age",
      header: t("services.created"),
      align: "end",
      cell: (service) => <Time at={service.createdAt} className="whitespace-nowrap text-text-2" />,
    },
  ];
}

/** The list's replies carry no configuration on some services; what they ask for says as much. */
function resources(t: Translate, { resources: { cpu, memoryMb, gpu } }: ServiceSummary): string {
  if (cpu === undefined) return t("common.unknown");
  const memory = memoryMb === undefined ? undefined : Math.round(memoryMb / 1000);
  return [gpu ? `${gpu} GPU` : undefined, `${cpu} vCPU`, memory === undefined ? undefined : `${memory} GB`]
    .filter(Boolean)
    .join(" · ");
}
