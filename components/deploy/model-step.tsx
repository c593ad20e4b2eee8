"use client";

import { Beaker, CloudUpload, FolderOpen } from "lucide-react";
import { useId, useState } from "react";
import { ModelReport } from "@/components/models/model-report";
import { UploadAnyway } from "@/components/models/upload-anyway";
import { Button } from "@/components/ui/button";
import { Callout } from "@/components/ui/callout";
import { ErrorNotice } from "@/components/ui/error-notice";
import { Input } from "@/components/ui/input";
import { RadioCards } from "@/components/ui/radio-cards";
import { SkeletonRows } from "@/components/ui/skeleton";
import { type Collected, FILES_MAX } from "@/components/upload/collect-files";
import { DropZone } from "@/components/upload/drop-zone";
import { UploadPanel } from "@/components/upload/upload-panel";
import { formatBytes } from "@/lib/format";
import { useLocale, useT } from "@/lib/i18n/react";
import type { ModelReport as Report } from "@/lib/models/check";
import type { ModelStep as Model } from "@/lib/service-config/draft";
import { toFolder, toOssUri } from "@/lib/service-config/oss-uri";
import { BucketModel } from "./bucket-model";
import { ExistingRoot } from "./existing-root";
import { StepFooter } from "./step-footer";
import type { StepProps } from "./step-props";
import { checkFlags, type ModelWork } from "./use-model";

type Source = Model["source"];

export function ModelStep({ connection, draft, save, goTo, model }: StepProps & { model: ModelWork }) {
  const t = useT();
  const [source, setSource] = useState<Source>(draft.model?.source ?? "upload");
  const bucket = draft.check?.bucket ?? "";
  const stored = draft.model;
  const ready = stored?.report?.complete === true;
  // What was dropped last is what the person means: going on must not quietly take the model of before.
  const waiting = source !== "bucket" && model.given !== undefined && !isSent(model);
  const blocked = model.uploading ? undefined : reasonToWait();

  function reasonToWait(): string | undefined {
    if (waiting && !model.checked) return t("deploy.model.notChecked");
    if (waiting && !model.report?.verdict.ok) return t("deploy.model.repairFirst");
    if (!ready) return t("deploy.model.chooseFirst");
    return waiting ? t("deploy.model.uploadFirst") : undefined;
  }

  function choose(next: Source) {
    setSource(next);
    if (model.uploading) return;
    model.clear();
    if (next === "sample") model.takeSample();
  }

  return (
    <>
      {ready && !model.report ? (
        <Callout tone="ok" title={t("deploy.model.inPlace")}>
          <code className="break-all">{toOssUri(stored?.bucket ?? "", stored?.root ?? "")}</code>
        </Callout>
      ) : null}
      {stored?.report && !ready && !model.uploading && !model.upload.progress && !model.upload.line ? (
        <Callout tone="warn" title={t("deploy.model.unfinished")}>
          <p>{t("deploy.model.unfinishedHint")}</p>
          <code className="break-all">{toOssUri(stored.bucket ?? "", stored.root ?? "")}</code>
        </Callout>
      ) : null}
      <RadioCards
        aria-label={t("deploy.model.source")}
        columns={3}
        value={source}
        onChange={choose}
        options={[
          {
            value: "upload",
            icon: <CloudUpload aria-hidden="true" />,
            title: t("deploy.model.upload"),
            description: t("deploy.model.uploadHint"),
          },
          {
            value: "bucket",
            icon: <FolderOpen aria-hidden="true" />,
            title: t("deploy.model.fromBucket"),
            description: t("deploy.model.fromBucketHint"),
          },
          {
            value: "sample",
            icon: <Beaker aria-hidden="true" />,
            title: t("deploy.model.sample"),
            description: t("deploy.model.sampleHint"),
          },
        ]}
      />
      {source === "bucket" ? (
        <BucketModel connection={connection} bucket={bucket} draft={draft} save={save} />
      ) : (
        <GivenModel
          key={source}
          connectionId={connection.id}
          bucket={bucket}
          source={source}
          draft={draft}
          model={model}
        />
      )}
      {waiting && ready ? (
        <Button
          variant="ghost"
          size="sm"
          className="justify-self-start"
          onClick={() => {
            model.clear();
            setSource(stored?.source ?? "upload");
          }}
        >
          {t("deploy.model.keep")}
        </Button>
      ) : null}
      <StepFooter
        onBack={() => goTo("check")}
        next={{ label: t("common.next"), disabledReason: blocked, onClick: () => goTo("service") }}
      />
    </>
  );
}

/** On its way, or there already. */
function isSent({ upload }: ModelWork): boolean {
  return upload.progress !== undefined || upload.line !== undefined;
}

interface GivenModelProps extends Pick<StepProps, "draft"> {
  connectionId: string;
  bucket: string;
  source: Source;
  model: ModelWork;
}

/** Drop, look, repair, upload: one below the other, each appearing when its turn comes. */
function GivenModel({ connectionId, bucket, source, draft, model }: GivenModelProps) {
  const t = useT();
  const { report, given, upload } = model;
  const [name, setName] = useState(() => initialName(draft, source));
  const [lost, setLost] = useState<Pick<Collected, "unreadable" | "truncated">>();
  const uploaded = isSent(model);

  return (
    <>
      {source === "upload" && !uploaded ? (
        <DropZone
          className={given ? "py-4" : undefined}
          onFiles={(collected) => {
            const { files } = collected;
            setLost(collected);
            setName(nameOf(files.map(({ path }) => path)));
            model.take(files);
          }}
        />
      ) : null}
      {lost ? <NotRead collected={lost} /> : null}
      {model.checkError ? <ErrorNotice error={model.checkError} /> : null}
      {model.checking && !report ? <SkeletonRows rows={3} label={t("deploy.check.checking")} /> : null}
      {report ? (
        <ModelReport
          report={report}
          onRepair={uploaded ? undefined : model.repair}
          onUndo={uploaded ? undefined : model.undo}
        />
      ) : null}
      {report && !uploaded ? (
        <>
          {name.trim() !== "" && given ? (
            <ExistingRoot
              connectionId={connectionId}
              bucket={bucket}
              prefix={toFolder(`models/${name}`)}
              report={report}
              options={checkFlags(draft, given.files)}
            />
          ) : null}
          <StartUpload
            report={report}
            checked={model.checked}
            bucket={bucket}
            name={name}
            onName={setName}
            onStart={model.start}
          />
        </>
      ) : null}
      {model.startError ? (
        <ErrorNotice
          error={model.startError}
          actions={
            model.startError.params.rule === "upload.busy.other" ? (
              <Button size="sm" onClick={() => model.start(bucket, toFolder(`models/${name}`), true)}>
                {t("upload.anyway")}
              </Button>
            ) : undefined
          }
        />
      ) : null}
      {uploaded ? <UploadPanel upload={upload} /> : null}
      {uploaded && !model.uploading ? (
        <Button
          variant="ghost"
          size="sm"
          className="justify-self-start"
          onClick={() => {
            model.clear();
            if (source === "sample") model.takeSample();
          }}
        >
          {t("deploy.model.another")}
        </Button>
      ) : null}
    </>
  );
}

/** What the browser could not hand over. */
function NotRead({ collected: { unreadable, truncated } }: { collected: Pick<Collected, "unreadable" | "truncated"> }) {
  const t = useT();
  return (
    <>
      {unreadable.length > 0 ? (
        <Callout tone="warn" title={t("upload.drop.unreadable", { count: unreadable.length })}>
          <ul className="break-all font-mono text-sm">
            {unreadable.slice(0, 5).map((path) => (
              <li key={path}>{path}</li>
            ))}
          </ul>
        </Callout>
      ) : null}
      {truncated ? (
        <Callout tone="warn" title={t("upload.drop.truncated", { max: FILES_MAX })}>
          <p>{t("upload.drop.truncatedHint")}</p>
        </Callout>
      ) : null}
    </>
  );
}

interface StartUploadProps {
  report: Report;
  checked: boolean;
  bucket: string;
  name: string;
  onName: (name: string) => void;
  onStart: ModelWork["start"];
}

/** Where the files go, and the button that sends them; with errors only against a warning. */
function StartUpload({ report, checked, bucket, name, onName, onStart }: StartUploadProps) {
  const t = useT();
  const locale = useLocale();
  const root = toFolder(`models/${name}`);
  const named = name.trim() !== "";
  const { ok, totalBytes } = report.verdict;
  const refusal = refusalOf();

  function refusalOf(): string | undefined {
    if (!checked) return t("deploy.model.notChecked");
    if (!ok) return t("deploy.model.repairFirst");
    return named ? undefined : t("deploy.model.nameMissing");
  }

  return (
    <div className="grid gap-4 rounded-lg border border-line bg-surface p-4 sm:grid-cols-[minmax(0,1fr)_auto] sm:items-end">
      <NameField bucket={bucket} root={root} value={name} onChange={onName} />
      <div className="flex flex-wrap gap-2">
        {!ok && checked && named && report.plan.files.length > 0 ? (
          <UploadAnyway report={report} onConfirm={() => onStart(bucket, root)} />
        ) : null}
        <Button
          variant="primary"
          icon={<CloudUpload aria-hidden="true" />}
          disabledReason={refusal}
          onClick={() => onStart(bucket, root)}
        >
          {t("deploy.model.startUpload", { size: formatBytes(totalBytes, locale) })}
        </Button>
      </div>
    </div>
  );
}

function NameField(props: { bucket: string; root: string; value: string; onChange: (name: string) => void }) {
  const t = useT();
  const id = useId();
  return (
    <div className="grid min-w-0 gap-1.5">
      <label htmlFor={id} className="font-medium">
        {t("deploy.model.name")}
      </label>
      <Input
        id={id}
        mono
        value={props.value}
        spellCheck={false}
        aria-describedby={`${id}-hint`}
        onChange={(event) => props.onChange(event.target.value)}
      />
      <p id={`${id}-hint`} className="break-all text-sm text-text-2">
        {t("deploy.model.nameHint", { uri: toOssUri(props.bucket, props.root) })}
      </p>
    </div>
  );
}

function initialName(draft: StepProps["draft"], source: Source): string {
  const known = draft.model?.root?.replace(/^models\//, "").replace(/\/$/, "");
  return known && draft.model?.source === source ? known : source === "sample" ? "sample-sd15" : "";
}

/** The dropped folder's own name, as far as it is ASCII: that a mount takes more is nowhere confirmed. */
function nameOf(paths: readonly string[]): string {
  const first = paths[0]?.split("/")[0] ?? "";
  const common = first !== "" && paths.every((path) => path.startsWith(`${first}/`));
  const plain = first
    .normalize("NFKC")
    .replace(/[^A-Za-z0-9._-]+/g, "-")
    .replace(/^[-.]+|[-.]+$/g, "");
  return common && plain !== "" && plain !== "base_model" ? plain : "my-model";
}
