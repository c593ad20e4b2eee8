"use client";

import { useQuery } from "@tanstack/react-query";
import { type ReactNode, useMemo } from "react";
import { Page } from "@/components/layout/page";
import { PageHeader } from "@/components/layout/page-header";
import { Callout } from "@/components/ui/callout";
import { EmptyState } from "@/components/ui/empty-state";
import { LinkButton } from "@/components/ui/link-button";
import { StaleLine } from "@/components/ui/query-notice";
import { TabLinks } from "@/components/ui/tab-links";
import { useT } from "@/lib/i18n/react";
import { paths } from "@/lib/paths";
import { serviceQueries } from "@/lib/services/queries";
import type { Snapshot } from "@/lib/services/snapshot";
import { GuardNotice } from "./guard-notice";
import { NowLine } from "./now-line";
import { ServiceActions } from "./service-actions";
import { ServiceStatus } from "./service-status";
import { ServiceContext, type ServiceRights, useLiveStream } from "./use-live";

interface ServiceShellProps {
  connectionId: string;
  name: string;
  rights: ServiceRights;
  initial: Snapshot;
  children: ReactNode;
}

/** What all pages of one service share: name, state, what now, actions, tabs, and the live stream behind them. */
export function ServiceShell({ connectionId, name, rights, initial, children }: ServiceShellProps) {
  const t = useT();
  const scope = useMemo(() => ({ connectionId, name, rights }), [connectionId, name, rights]);
  const live = useLiveStream(scope);
  const { data: snapshot = initial } = useQuery({
    ...serviceQueries.live(connectionId, name),
    initialData: initial,
  });
  const { service, stale, isGone } = snapshot;

  if (isGone) {
    return (
      <Page>
        <EmptyState
          title={t("services.gone.title", { name })}
          description={t("services.gone.description")}
          actions={<LinkButton href={paths.services()}>{t("services.back")}</LinkButton>}
        />
      </Page>
    );
  }
  return (
    <ServiceContext value={scope}>
      <Page>
        <PageHeader
          back={{ href: paths.services(), label: t("services.title") }}
          title={name}
          status={service ? <ServiceStatus status={service.status} /> : null}
          description={service ? <NowLine snapshot={snapshot} /> : undefined}
          actions={service ? <ServiceActions service={service} /> : null}
          tabs={
            <TabLinks
              label={t("services.tabs.label", { name })}
              links={[
                { href: paths.service(name), label: t("services.tabs.overview") },
                { href: paths.playground(name), label: t("services.tabs.playground") },
                { href: paths.serviceLogs(name), label: t("services.tabs.logs") },
                { href: paths.serviceCall(name), label: t("services.tabs.call") },
                { href: paths.serviceConfiguration(name), label: t("services.tabs.configuration") },
                { href: paths.serviceVersions(name), label: t("services.tabs.versions") },
                { href: paths.serviceScaling(name), label: t("services.tabs.scaling") },
                { href: paths.serviceSettings(name), label: t("services.tabs.settings") },
              ]}
            />
          }
        />
        {live === "signed_out" ? (
          <Callout
            tone="warn"
            role="status"
            title={t("errors.not_signed_in.title")}
            actions={
              <LinkButton size="sm" href={paths.signIn(paths.service(name))}>
                {t("auth.signIn.submit")}
              </LinkButton>
            }
          >
            <p>{t("errors.not_signed_in.hint")}</p>
          </Callout>
        ) : live === "offline" ? (
          <Callout tone="warn" role="status" title={t("services.stale.offline")} />
        ) : stale ? (
          service ? (
            <StaleLine code={stale.code} at={stale.since} />
          ) : (
            <Callout tone="warn" role="status" title={t(`errors.${stale.code}.title`)} />
          )
        ) : null}
        {service ? <GuardNotice service={service} /> : null}
        {children}
      </Page>
    </ServiceContext>
  );
}
