"use client";

import { keepPreviousData, useInfiniteQuery, useQuery } from "@tanstack/react-query";
import { ChevronRight, Database, Download, File, Folder, Trash2 } from "lucide-react";
import { useEffect, useState } from "react";
import { Page } from "@/components/layout/page";
import { PageHeader } from "@/components/layout/page-header";
import { Button } from "@/components/ui/button";
import { Card } from "@/components/ui/card";
import { EmptyState } from "@/components/ui/empty-state";
import { IconButton } from "@/components/ui/icon-button";
import { Input } from "@/components/ui/input";
import { QueryNotice } from "@/components/ui/query-notice";
import { SkeletonRows } from "@/components/ui/skeleton";
import { type Column, Table } from "@/components/ui/table";
import { TextLink } from "@/components/ui/text-link";
import { Time } from "@/components/ui/time";
import { formatBytes } from "@/lib/format";
import { useLocale, useT } from "@/lib/i18n/react";
import { ossQueries } from "@/lib/oss/queries";
import type { ObjectPage } from "@/lib/oss/types";
import { paths } from "@/lib/paths";
import { DeleteDialog } from "./delete-dialog";
import { OpenUploads } from "./open-uploads";
import { RootCheck } from "./root-check";

interface BucketBrowserProps {
  connectionId: string;
  /** Absent: the buckets themselves. */
  bucket?: string;
  /** Empty, or ends in `/`. */
  prefix: string;
  canWrite: boolean;
  canDeploy: boolean;
  region: string;
}

/** The buckets of the region, level by level; where a model root could be, its check. */
export function BucketBrowser({ bucket, ...rest }: BucketBrowserProps) {
  const { connectionId, prefix } = rest;
  const t = useT();
  return (
    <Page>
      <PageHeader
        title={t("models.browse")}
        description={<Crumbs bucket={bucket} prefix={prefix} />}
        back={{ href: paths.models(), label: t("models.title") }}
      />
      {bucket === undefined ? (
        <Buckets connectionId={connectionId} />
      ) : (
        <Level key={`${bucket}/${prefix}`} bucket={bucket} {...rest} />
      )}
    </Page>
  );
}

function Crumbs({ bucket, prefix }: { bucket?: string; prefix: string }) {
  const t = useT();
  if (bucket === undefined) return t("models.chooseBucket");
  const steps = prefix.split("/").filter(Boolean);
  const places = [
    { name: bucket, to: "" },
    ...steps.map((name, index) => ({ name, to: `${steps.slice(0, index + 1).join("/")}/` })),
  ];
  return (
    <nav aria-label={t("models.path")} className="flex flex-wrap items-center gap-1 font-mono text-sm">
      <TextLink href={paths.bucket()}>{t("models.allBuckets")}</TextLink>
      {places.map(({ name, to }) => (
        <span key={to} className="inline-flex min-w-0 items-center gap-1">
          <ChevronRight aria-hidden="true" className="size-3.5 shrink-0 text-text-3" />
          {to === prefix ? (
            <span aria-current="page" className="wrap-anywhere text-text">
              {name}
            </span>
          ) : (
            <TextLink href={paths.bucket(bucket, to)} className="wrap-anywhere">
              {name}
            </TextLink>
          )}
        </span>
      ))}
    </nav>
  );
}

function Buckets({ connectionId }: { connectionId: string }) {
  const t = useT();
  const query = useQuery(ossQueries.buckets(connectionId));
  const { data, error } = query;
  if (error && !data) return <QueryNotice query={query} />;
  return (
    <Card flush>
      <QueryNotice query={query} className="px-4 py-3" />
      {data === undefined ? (
        <SkeletonRows rows={3} label={t("common.loading")} />
      ) : data.length === 0 ? (
        <EmptyState icon={<Database />} title={t("models.noBuckets")} description={t("models.noBucketsHint")} />
      ) : (
        <Table
          label={t("models.buckets")}
          rows={data}
          rowKey={({ name }) => name}
          columns={[
            {
              id: "name",
              header: t("common.name"),
              primary: true,
              cell: ({ name }) => (
                <TextLink href={paths.bucket(name)} className="inline-flex items-center gap-2 wrap-anywhere">
                  <Database aria-hidden="true" className="size-4 shrink-0 text-text-3" />
                  {name}
                </TextLink>
              ),
            },
            { id: "region", header: t("models.region"), cell: ({ region }) => region },
            {
              id: "created",
              header: t("models.created"),
              align: "end",
              cell: ({ createdAt }) => <Time at={createdAt} className="whitespace-nowrap text-text-2" />,
            },
          ]}
        />
      )}
    </Card>
  );
}

/** A row of a level: a folder has neither size nor time of its own. */
interface Entry {
  key: string;
  name: string;
  sizeBytes?: number;
  lastModified?: string;
}

function toEntries(pages: readonly ObjectPage[], prefix: string): Entry[] {
  return [
    ...pages.flatMap((page) => page.prefixes).map((key) => ({ key, name: key.slice(prefix.length) })),
    ...pages
      .flatMap((page) => page.objects)
      .map(({ key, sizeBytes, lastModified }) => ({ key, name: key.slice(prefix.length), sizeBytes, lastModified })),
  ];
}

const MODEL_PART = /^(base[_-]?model|controlnet|lora|translate)\/$/i;
const REST_MS = 250;

/** A text once nobody has changed it for a moment. */
function useResting(text: string): string {
  const [resting, setResting] = useState(text);
  useEffect(() => {
    const timer = setTimeout(() => setResting(text), REST_MS);
    return () => clearTimeout(timer);
  }, [text]);
  return resting;
}

type LevelProps = Required<BucketBrowserProps>;

function Level({ connectionId, bucket, prefix, canWrite, canDeploy, region }: LevelProps) {
  const t = useT();
  const [doomed, setDoomed] = useState<string | null>(null);
  const [start, setStart] = useState("");
  // OSS is asked when the typing rests, and what was found before stays until the answer is there.
  const asked = useResting(start);
  const level = useInfiniteQuery(ossQueries.objects(connectionId, bucket, prefix));
  const found = useInfiniteQuery({
    ...ossQueries.objects(connectionId, bucket, prefix + asked),
    placeholderData: keepPreviousData,
    enabled: asked !== "",
  });
  const shown = asked === "" ? level : found;
  const entries = toEntries(shown.data?.pages ?? [], prefix);
  const columns = useColumns({ connectionId, bucket, canWrite }, setDoomed);
  if (shown.error && !shown.data) return <QueryNotice query={shown} />;
  // Only where a model could be: the check of a whole bucket would read for long and mean nothing.
  const folders = level.data?.pages.flatMap((page) => page.prefixes) ?? [];
  const looksLikeRoot = folders.some((key) => MODEL_PART.test(key.slice(prefix.length)));
  return (
    <>
      {looksLikeRoot && prefix !== "" ? (
        <RootCheck {...{ connectionId, bucket, prefix, region, canDeploy, canWrite }} />
      ) : null}
      <QueryNotice query={shown} />
      <Card flush>
        {level.hasNextPage || start !== "" ? (
          <div className="border-line border-b p-3">
            <Input
              type="search"
              mono
              aria-label={t("models.startsWith")}
              placeholder={t("models.startsWith")}
              value={start}
              onChange={(event) => setStart(event.target.value)}
            />
          </div>
        ) : null}
        {shown.data === undefined ? (
          <SkeletonRows rows={4} label={t("common.loading")} />
        ) : entries.length === 0 ? (
          <EmptyState icon={<Folder />} title={t(asked === "" ? "models.emptyFolder" : "models.noneStarts")} />
        ) : (
          <>
            <Table label={t("models.content")} columns={columns} rows={entries} rowKey={({ key }) => key} />
            {shown.hasNextPage ? (
              <div className="flex flex-wrap items-center gap-3 border-line border-t p-3">
                <Button size="sm" loading={shown.isFetchingNextPage} onClick={() => void shown.fetchNextPage()}>
                  {t("models.more")}
                </Button>
                <p role="status" className="text-sm text-text-2">
                  {t("models.shown", { count: entries.length })}
                </p>
              </div>
            ) : null}
          </>
        )}
      </Card>
      <OpenUploads {...{ connectionId, bucket, prefix, canWrite }} />
      <DeleteDialog {...{ connectionId, bucket }} target={doomed} onClose={() => setDoomed(null)} />
    </>
  );
}

function useColumns(
  { connectionId, bucket, canWrite }: Pick<LevelProps, "connectionId" | "bucket" | "canWrite">,
  onDelete: (key: string) => void,
): Column<Entry>[] {
  const t = useT();
  const locale = useLocale();
  return [
    {
      id: "name",
      header: t("common.name"),
      primary: true,
      className: "max-sm:pr-20",
      cell: ({ key, name, sizeBytes }) =>
        sizeBytes === undefined ? (
          <TextLink href={paths.bucket(bucket, key)} className="inline-flex items-start gap-2 wrap-anywhere font-mono">
            <Folder aria-hidden="true" className="mt-1 size-4 shrink-0 text-text-3" />
            {name}
          </TextLink>
        ) : (
          <span className="inline-flex items-start gap-2 wrap-anywhere font-mono">
            <File aria-hidden="true" className="mt-1 size-4 shrink-0 text-text-3" />
            {name}
          </span>
        ),
    },
    {
      id: "size",
      header: t("models.size"),
      align: "end",
      cell: ({ sizeBytes }) =>
        sizeBytes === undefined ? null : (
          <span className="whitespace-nowrap tabular-nums">{formatBytes(sizeBytes, locale)}</span>
        ),
    },
    {
      id: "changed",
      header: t("models.changed"),
      align: "end",
      cell: ({ lastModified }) =>
        lastModified ? <Time at={lastModified} className="whitespace-nowrap text-text-2" /> : null,
    },
    {
      id: "actions",
      header: t("models.actions"),
      headerHidden: true,
      align: "end",
      // Beside the name where rows are cards.
      className: "max-sm:absolute max-sm:top-2 max-sm:right-2",
      cell: ({ key, name, sizeBytes }) => (
        <span className="inline-flex gap-1">
          {sizeBytes === undefined ? null : (
            <a
              href={paths.download(connectionId, bucket, key)}
              aria-label={t("models.download", { name })}
              title={t("models.download", { name })}
              className="inline-flex size-8 items-center justify-center rounded-md text-text-2 hover:bg-hover hover:text-text"
            >
              <Download aria-hidden="true" className="size-4" />
            </a>
          )}
          {canWrite ? (
            <IconButton
              size="sm"
              variant="ghost"
              label={t("models.delete.label", { name })}
              icon={<Trash2 aria-hidden="true" />}
              onClick={() => onDelete(key)}
            />
          ) : null}
        </span>
      ),
    },
  ];
}
