"use client";

import { useQuery } from "@tanstack/react-query";
import { Boxes, CloudDownload, FolderSearch, Rocket } from "lucide-react";
import { Page } from "@/components/layout/page";
import { PageHeader } from "@/components/layout/page-header";
import { Badge } from "@/components/ui/badge";
import { Card } from "@/components/ui/card";
import { EmptyState } from "@/components/ui/empty-state";
import { LinkButton } from "@/components/ui/link-button";
import { QueryNotice } from "@/components/ui/query-notice";
import { SkeletonRows } from "@/components/ui/skeleton";
import { type Column, Table } from "@/components/ui/table";
import { TextLink } from "@/components/ui/text-link";
import { Time } from "@/components/ui/time";
import { formatBytes } from "@/lib/format";
import type { Locale } from "@/lib/i18n/locales";
import { useLocale, useT } from "@/lib/i18n/react";
import type { Translate } from "@/lib/i18n/translate";
import { libraryQueries } from "@/lib/library/queries";
import type { ModelRoot } from "@/lib/library/schemas";
import { paths } from "@/lib/paths";
import { RootActions } from "./root-actions";

interface ModelLibraryProps {
  connectionId: string;
  region: string;
  canDeploy: boolean;
  canWrite: boolean;
}

/** Every model root that was brought up, checked or mounted: what it is, and who uses it. */
export function ModelLibrary(props: ModelLibraryProps) {
  const { connectionId, canDeploy } = props;
  const t = useT();
  const locale = useLocale();
  const query = useQuery(libraryQueries.roots(connectionId));
  const { data, error } = query;
  const browse = (
    <LinkButton href={paths.bucket()} icon={<FolderSearch aria-hidden="true" />}>
      {t("models.browse")}
    </LinkButton>
  );
  const add = canDeploy ? (
    <LinkButton href={paths.deploy()} variant="primary" icon={<Rocket aria-hidden="true" />}>
      {t("models.add")}
    </LinkButton>
  ) : null;

  return (
    <Page>
      <PageHeader
        title={t("models.title")}
        description={t("models.description")}
        actions={
          <>
            {browse}
            <LinkButton href={paths.imports()} icon={<CloudDownload aria-hidden="true" />}>
              {t("imports.title")}
            </LinkButton>
            {data?.length === 0 ? null : add}
          </>
        }
      />
      <QueryNotice query={query} />
      {data ? (
        <Card flush>
          {data.length === 0 ? (
            <EmptyState
              icon={<Boxes />}
              title={t("models.empty.title")}
              description={t("models.empty.description")}
              actions={add}
            />
          ) : (
            <Table
              label={t("models.title")}
              columns={[...columns(t, locale), actions(t, props)]}
              rows={data}
              rowKey={({ bucket, prefix }) => `${bucket}/${prefix}`}
            />
          )}
        </Card>
      ) : error ? null : (
        <Card flush>
          <SkeletonRows rows={4} label={t("common.loading")} />
        </Card>
      )}
    </Page>
  );
}

function actions(t: Translate, props: ModelLibraryProps): Column<ModelRoot> {
  return {
    id: "actions",
    header: t("models.actions"),
    headerHidden: true,
    align: "end",
    cell: (root) => <RootActions {...props} root={root} />,
  };
}

function columns(t: Translate, locale: Locale): Column<ModelRoot>[] {
  return [
    {
      id: "root",
      header: t("models.root"),
      primary: true,
      cell: ({ bucket, prefix }) => (
        <span className="grid min-w-0 sm:py-1.5">
          <TextLink href={paths.bucket(bucket, prefix)} className="wrap-anywhere font-medium">
            {prefix || "/"}
          </TextLink>
          <span className="wrap-anywhere font-mono text-sm text-text-3">{bucket}</span>
        </span>
      ),
    },
    {
      id: "what",
      header: t("models.what"),
      cell: ({ check }) =>
        check ? (
          <span className="inline-flex flex-wrap items-center justify-end gap-2 sm:justify-start">
            <LoadBadge verdict={check.verdict} />
            <span>{t(`modelKinds.${check.verdict.kind}`)}</span>
          </span>
        ) : (
          <span className="text-text-2">{t("models.notChecked")}</span>
        ),
    },
    {
      id: "size",
      header: t("models.size"),
      align: "end",
      cell: ({ check }) =>
        check ? (
          <span className="whitespace-nowrap tabular-nums">{formatBytes(check.verdict.totalBytes, locale)}</span>
        ) : (
          <span className="text-text-3">–</span>
        ),
    },
    {
      id: "parts",
      header: t("models.parts"),
      cell: ({ check }) => (
        <span className="font-mono text-sm text-text-2 sm:wrap-break-word max-sm:wrap-anywhere">
          {check?.verdict.parts.join(" ") || "–"}
        </span>
      ),
    },
    {
      id: "services",
      header: t("models.usedBy"),
      cell: ({ usedBy }) =>
        usedBy.length === 0 ? (
          <span className="whitespace-nowrap text-text-3">{t("models.unused")}</span>
        ) : (
          <span className="flex flex-wrap gap-x-2 gap-y-1.5">
            {usedBy.map(({ name }) => (
              <TextLink key={name} href={paths.service(name)} className="wrap-anywhere">
                {name}
              </TextLink>
            ))}
          </span>
        ),
    },
    {
      id: "checked",
      header: t("models.lastCheck"),
      align: "end",
      cell: ({ check }) =>
        check ? (
          <Time at={check.at} className="whitespace-nowrap text-text-2" />
        ) : (
          <span className="text-text-3">–</span>
        ),
    },
  ];
}

function LoadBadge({ verdict }: Pick<NonNullable<ModelRoot["check"]>, "verdict">) {
  const t = useT();
  if (!verdict.ok) return <Badge tone="bad">{t("models.doesNotLoad")}</Badge>;
  if (verdict.outcome === "not_checked") return <Badge tone="warn">{t("models.notCheckedToTheEnd")}</Badge>;
  return <Badge tone="ok">{t("models.loads")}</Badge>;
}
