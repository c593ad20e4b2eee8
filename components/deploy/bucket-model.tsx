"use client";

import { useInfiniteQuery, useMutation, useQuery } from "@tanstack/react-query";
import { ChevronRight, Folder, PackagePlus } from "lucide-react";
import dynamic from "next/dynamic";
import { useState } from "react";
import { Bringing } from "@/components/models/bringing";
import { toDraftReport } from "@/components/models/draft-report";
import { ModelReport } from "@/components/models/model-report";
import { ofPrefix } from "@/components/models/prefix-report";
import { Button } from "@/components/ui/button";
import { Card } from "@/components/ui/card";
import { ErrorNotice, toView } from "@/components/ui/error-notice";
import { SkeletonRows } from "@/components/ui/skeleton";
import { Spinner } from "@/components/ui/spinner";
import { useT } from "@/lib/i18n/react";
import { createImport } from "@/lib/imports/actions";
import { type PresetId, presetOrder } from "@/lib/imports/presets";
import { flagsOf } from "@/lib/models/types";
import { ossQueries } from "@/lib/oss/queries";
import { unwrap } from "@/lib/result";
import type { StepProps } from "./step-props";

const AddPart = dynamic(() => import("@/components/models/add-part").then((module) => module.AddPart), {
  loading: () => <Spinner />,
});

interface BucketModelProps extends Pick<StepProps, "connection" | "draft" | "save"> {
  bucket: string;
}

/** A folder that lies in the bucket already: walked to, checked where it is by the same rules, used as it is. */
export function BucketModel({ connection, bucket, draft, save }: BucketModelProps) {
  const t = useT();
  const known = draft.model?.source === "bucket" && draft.model.bucket === bucket ? (draft.model.root ?? "") : "";
  const [prefix, setPrefix] = useState(known);
  const level = useInfiniteQuery(ossQueries.objects(connection.id, bucket, prefix));
  const folders = level.data?.pages.flatMap((page) => page.prefixes) ?? [];
  // Only where a model could be: the check of a whole bucket would read for minutes and mean nothing.
  const looksLikeRoot = folders.some((folder) => /\/?base[_-]?model\/$/i.test(folder.slice(prefix.length)));

  return (
    <Card title={t("deploy.model.choosePrefix")} description={t("deploy.model.choosePrefixHint")} flush level={3}>
      <Crumbs bucket={bucket} prefix={prefix} onGo={setPrefix} />
      {level.error ? (
        <ErrorNotice className="m-4" error={toView(level.error)} onRetry={() => void level.refetch()} />
      ) : level.data ? (
        <FolderList
          prefix={prefix}
          folders={folders}
          files={level.data.pages.reduce((count, page) => count + page.objects.length, 0)}
          onGo={setPrefix}
          more={
            level.hasNextPage ? { loading: level.isFetchingNextPage, load: () => void level.fetchNextPage() } : null
          }
        />
      ) : (
        <SkeletonRows rows={3} label={t("common.loading")} />
      )}
      {looksLikeRoot ? (
        <div className="border-line border-t p-4">
          <PrefixCheck
            key={prefix}
            connection={connection}
            bucket={bucket}
            prefix={prefix}
            hasTranslation={folders.some((folder) => folder.slice(prefix.length) === "translate/")}
            draft={draft}
            save={save}
            onGo={setPrefix}
          />
        </div>
      ) : null}
    </Card>
  );
}

interface PrefixCheckProps extends BucketModelProps {
  prefix: string;
  /** A translation model that lies there is meant to be used, as the service step will suggest. */
  hasTranslation: boolean;
  onGo: (prefix: string) => void;
}

function PrefixCheck({ connection, bucket, prefix, hasTranslation, draft, save, onGo }: PrefixCheckProps) {
  const t = useT();
  const { func = "base", blade = true, translate = hasTranslation, closeSafety = false, image } = draft.service ?? {};
  const flags = { func, blade, translate, closeSafety, customImage: image?.kind === "custom" };
  const check = useQuery(ossQueries.check(connection.id, { bucket, prefix, ...flags }));
  const [adding, setAdding] = useState(false);
  const report = check.data;
  const bring = useMutation({
    mutationFn: async (preset: PresetId) =>
      unwrap(await createImport({ connectionId: connection.id, bucket, prefix, ...presetOrder(preset) })),
  });
  if (check.error) return <ErrorNotice error={toView(check.error)} onRetry={() => void check.refetch()} />;
  if (!report) return <SkeletonRows rows={2} label={t("deploy.check.checking")} />;

  const paths = report.files.map(({ path }) => path);
  const model = { source: "bucket" as const, bucket, root: prefix, report: toDraftReport(report, paths, true) };
  const known = draft.model?.source === "bucket" && draft.model.bucket === bucket && draft.model.root === prefix;
  // A part that was added since makes another model of it.
  const { fileCount, sizeBytes } = model.report;
  const before = draft.model?.report;
  const isUsed = known && before?.fileCount === fileCount && before.sizeBytes === sizeBytes;
  return (
    <div className="grid gap-4">
      <Bringing {...{ connectionId: connection.id, bucket, prefix }} onArrived={() => void check.refetch()} />
      {bring.error ? <ErrorNotice error={toView(bring.error)} /> : null}
      <ModelReport
        report={ofPrefix(report)}
        onRepair={(...repairs) => {
          // Files in OSS stay where they are: another folder is looked at, or the service starts otherwise.
          for (const repair of repairs) {
            if (repair.kind === "unwrap") onGo(`${prefix}${repair.folder}/`);
            else if (repair.kind === "import") bring.mutate(repair.preset);
            else void save({ service: { ...draft.service, ...flagsOf(repair) } });
          }
        }}
        actions={
          <>
            <Button
              size="sm"
              icon={<PackagePlus aria-hidden="true" />}
              aria-expanded={adding}
              onClick={() => setAdding(!adding)}
            >
              {t("models.part.button")}
            </Button>
            <Button
              size="sm"
              variant={isUsed ? "secondary" : "primary"}
              disabledReason={report.verdict.ok ? undefined : t("deploy.model.repairFirst")}
              onClick={() => void save({ model })}
            >
              {t(isUsed ? "deploy.model.used" : "deploy.model.use")}
            </Button>
          </>
        }
      />
      {adding ? (
        <section aria-label={t("models.part.title")} className="rounded-lg border border-line p-4">
          <AddPart connectionId={connection.id} bucket={bucket} prefix={prefix} flags={flags} />
        </section>
      ) : null}
    </div>
  );
}

interface FolderListProps {
  prefix: string;
  folders: readonly string[];
  files: number;
  onGo: (prefix: string) => void;
  more: { loading: boolean; load: () => void } | null;
}

function FolderList({ prefix, folders, files, onGo, more }: FolderListProps) {
  const t = useT();
  return (
    <ul aria-label={t("deploy.model.folders")} className="divide-y divide-line border-line border-t">
      {folders.map((folder) => (
        <li key={folder}>
          <button
            type="button"
            onClick={() => onGo(folder)}
            className="flex h-10 w-full items-center gap-2 px-4 text-left hover:bg-hover focus-visible:outline-offset-[-2px]"
          >
            <Folder aria-hidden="true" className="size-4 shrink-0 text-text-3" />
            <span className="min-w-0 flex-1 truncate font-mono text-sm">{folder.slice(prefix.length)}</span>
            <ChevronRight aria-hidden="true" className="size-4 shrink-0 text-text-3" />
          </button>
        </li>
      ))}
      {folders.length === 0 ? (
        <li className="px-4 py-3 text-text-2">
          {files > 0 ? t("deploy.model.onlyFiles", { count: files }) : t("deploy.model.emptyPrefix")}
        </li>
      ) : null}
      {more ? (
        <li className="px-4 py-2">
          <Button size="sm" variant="ghost" loading={more.loading} onClick={more.load}>
            {t("deploy.model.moreFolders")}
          </Button>
        </li>
      ) : null}
    </ul>
  );
}

function Crumbs({ bucket, prefix, onGo }: { bucket: string; prefix: string; onGo: (prefix: string) => void }) {
  const t = useT();
  const parts = prefix.split("/").filter(Boolean);
  return (
    <nav aria-label={t("deploy.model.path")} className="flex flex-wrap items-center gap-1 px-4 pb-3 font-mono text-sm">
      <Button size="sm" variant="ghost" wraps onClick={() => onGo("")}>
        {bucket}
      </Button>
      {parts.map((part, index) => {
        const to = `${parts.slice(0, index + 1).join("/")}/`;
        return (
          <span key={to} className="flex min-w-0 items-center gap-1">
            <ChevronRight aria-hidden="true" className="size-3.5 shrink-0 text-text-3" />
            <Button size="sm" variant="ghost" wraps onClick={() => onGo(to)}>
              {part}
            </Button>
          </span>
        );
      })}
    </nav>
  );
}
