"use client";

import { useQuery } from "@tanstack/react-query";
import { Plus, Server } from "lucide-react";
import dynamic from "next/dynamic";
import { useMemo, useState } from "react";
import { Page } from "@/components/layout/page";
import { PageHeader } from "@/components/layout/page-header";
import { Button } from "@/components/ui/button";
import { Card } from "@/components/ui/card";
import { EmptyState } from "@/components/ui/empty-state";
import { LinkButton } from "@/components/ui/link-button";
import { QueryNotice, StaleLine } from "@/components/ui/query-notice";
import { SkeletonRows } from "@/components/ui/skeleton";
import { useAddressChoice } from "@/components/ui/use-address-choice";
import { useT } from "@/lib/i18n/react";
import { paths } from "@/lib/paths";
import { EVERYTHING, facetsOf, filterList, fromSearch, toRows, toSearch } from "@/lib/services/list-view";
import { serviceQueries } from "@/lib/services/queries";
import type { ServiceList as List, ServiceListItem } from "@/lib/services/view";
import { ListToolbar } from "./list-toolbar";
import { ServiceRows } from "./service-rows";

const BulkBar = dynamic(() => import("./bulk-bar").then((module) => module.BulkBar), { ssr: false });

interface ServiceListProps {
  connectionId: string;
  canDeploy: boolean;
  /** What the server saw while it made the page; absent when it could not ask. */
  initial: List | undefined;
}

/** Every service of the region, whoever made it. */
export function ServiceList({ connectionId, canDeploy, initial }: ServiceListProps) {
  const t = useT();
  const query = useQuery({
    ...serviceQueries.list(connectionId),
    initialData: initial,
    initialDataUpdatedAt: 0,
  });
  const { data, error } = query;
  const deploy = canDeploy ? (
    <LinkButton href={paths.deploy()} variant="primary" icon={<Plus aria-hidden="true" />}>
      {t("services.deploy")}
    </LinkButton>
  ) : null;

  return (
    <Page>
      <PageHeader title={t("services.title")} actions={data?.items.length === 0 ? null : deploy} />
      {error || !data?.stale ? <QueryNotice query={query} /> : <StaleLine {...data.stale} />}
      {data === undefined ? (
        error ? null : (
          <Card flush>
            <SkeletonRows rows={5} label={t("common.loading")} />
          </Card>
        )
      ) : data.items.length === 0 ? (
        <Card flush>
          <EmptyState
            icon={<Server />}
            title={t("services.empty.title")}
            description={t(canDeploy ? "services.empty.description" : "services.empty.descriptionReader")}
            actions={deploy}
          />
        </Card>
      ) : (
        <Services connectionId={connectionId} canWrite={canDeploy} items={data.items} />
      )}
    </Page>
  );
}

interface ServicesProps {
  connectionId: string;
  canWrite: boolean;
  items: readonly ServiceListItem[];
}

function Services({ connectionId, canWrite, items }: ServicesProps) {
  const t = useT();
  const [choice, choose] = useAddressChoice(fromSearch, toSearch);
  const [selected, setSelected] = useState<ReadonlySet<string>>(new Set());
  const facets = useMemo(() => facetsOf(items), [items]);
  const found = useMemo(() => filterList(items, choice), [items, choice]);
  const rows = useMemo(() => toRows(found, choice), [found, choice]);
  // What was selected and is gone is not acted upon.
  const chosen = useMemo(() => items.filter(({ name }) => selected.has(name)), [items, selected]);

  // Rows that did not change keep the handler of an earlier drawing.
  function select(names: readonly string[], on: boolean) {
    setSelected((before) => {
      const next = new Set(before);
      for (const name of names) {
        if (on) next.add(name);
        else next.delete(name);
      }
      return next;
    });
  }

  return (
    <>
      <ListToolbar choice={choice} facets={facets} onChange={choose} shown={found.length} total={items.length} />
      {chosen.length > 0 ? (
        <BulkBar
          connectionId={connectionId}
          canWrite={canWrite}
          services={chosen}
          onClear={() => setSelected(new Set())}
        />
      ) : null}
      <Card flush>
        {found.length === 0 ? (
          <EmptyState
            title={t("services.list.noMatch")}
            actions={
              <Button onClick={() => choose({ ...EVERYTHING, sort: choice.sort, order: choice.order })}>
                {t("services.list.showAll")}
              </Button>
            }
          />
        ) : (
          <ServiceRows rows={rows} choice={choice} onChange={choose} selected={selected} onSelect={select} />
        )}
      </Card>
    </>
  );
}
