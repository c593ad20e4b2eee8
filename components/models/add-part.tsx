"use client";

import { CloudUpload } from "lucide-react";
import { useId } from "react";
import { UploadAnyway } from "@/components/models/upload-anyway";
import { Button } from "@/components/ui/button";
import { ErrorNotice, toView } from "@/components/ui/error-notice";
import { Input } from "@/components/ui/input";
import { RadioCards } from "@/components/ui/radio-cards";
import { SkeletonRows } from "@/components/ui/skeleton";
import { DropZone } from "@/components/upload/drop-zone";
import { UploadPanel } from "@/components/upload/upload-panel";
import { formatBytes } from "@/lib/format";
import { useLocale, useT } from "@/lib/i18n/react";
import type { CheckOptions } from "@/lib/models/check";
import type { Part } from "@/lib/models/part";
import { toOssUri } from "@/lib/service-config/oss-uri";
import { ModelReport } from "./model-report";
import { UnionNotice } from "./union-notice";
import { type PartTarget, usePart } from "./use-part";

interface AddPartProps extends PartTarget {
  /** How the service is meant to start. */
  flags: CheckOptions;
  /** When every file lies there. */
  onDone?: () => void;
}

type Work = ReturnType<typeof usePart>;

/** Brings a ControlNet, a LoRA, a translation model to a model that is there, and leaves the rest of it alone. */
export function AddPart({ flags, onDone, ...target }: AddPartProps) {
  const t = useT();
  const work = usePart(target, flags, onDone);
  const { part, choice, busyWith } = work;
  if (work.isHere) {
    return (
      <div className="grid gap-4">
        <UploadPanel upload={work.upload} />
        {work.upload.active || work.upload.line ? null : (
          <Button variant="ghost" size="sm" className="justify-self-start" onClick={work.clear}>
            {t("models.part.another")}
          </Button>
        )}
      </div>
    );
  }
  return (
    <div className="grid gap-4">
      <DropZone
        className="py-5"
        title={t("models.part.drop")}
        disabledReason={
          busyWith ? t("models.part.busy", { uri: toOssUri(busyWith.bucket, busyWith.prefix) }) : undefined
        }
        onFiles={({ files }) => work.take(files)}
      />
      {work.takeError ? <ErrorNotice error={toView(work.takeError)} /> : null}
      {work.existing.error ? (
        <ErrorNotice error={toView(work.existing.error)} onRetry={() => void work.existing.refetch()} />
      ) : null}
      {part && choice ? <Placed target={target} work={work} part={part} choice={choice} /> : null}
    </div>
  );
}

interface PlacedProps {
  target: PartTarget;
  work: Work;
  part: Part;
  choice: NonNullable<Work["choice"]>;
}

function Placed({ target, work, part, choice }: PlacedProps) {
  const t = useT();
  const locale = useLocale();
  const { report, union, planned } = work;
  const isNamed = /^[\w.-]+$/.test(choice.name) && !/^\.+$/.test(choice.name);
  const sizeBytes = planned.reduce((sum, { source }) => sum + source.sizeBytes, 0);
  const isWrong = report.data?.verdict.ok === false;
  const refusal =
    part.files.length === 0
      ? t("models.part.nothing")
      : choice.place === "controlnet_extra" && !isNamed
        ? t("models.part.nameWrong")
        : isWrong
          ? t("deploy.model.repairFirst")
          : report.data
            ? undefined
            : t("deploy.check.checking");
  return (
    <>
      <p role="status">
        {part.kind === "unknown" && part.places.length > 1 ? t("models.part.unknown") : recognisedText(t, part)}
        {part.proof ? (
          <span className="block text-sm text-text-2">{`${t("deploy.model.proof")} ${part.proof}`}</span>
        ) : null}
      </p>
      <RadioCards
        aria-label={t("models.part.where")}
        value={choice.place}
        onChange={(place) => work.choose({ ...choice, place })}
        options={part.places.map((place) => ({
          value: place,
          title: t(`models.part.place.${place}.title`),
          description: t(`models.part.place.${place}.text`),
        }))}
      />
      {choice.place === "controlnet_extra" ? (
        <NameField value={choice.name} onChange={(name) => work.choose({ ...choice, name })} />
      ) : null}
      {union ? <UnionNotice union={union} /> : null}
      {report.error ? <ErrorNotice error={toView(report.error)} onRetry={() => void report.refetch()} /> : null}
      {report.isFetching ? <SkeletonRows rows={3} label={t("deploy.check.checking")} /> : null}
      {report.data ? <ModelReport report={report.data} /> : null}
      {work.startError ? (
        <ErrorNotice
          error={toView(work.startError)}
          actions={
            toView(work.startError).params.rule === "upload.busy.other" ? (
              <Button size="sm" onClick={() => work.start(true)}>
                {t("upload.anyway")}
              </Button>
            ) : undefined
          }
        />
      ) : null}
      <div className="flex flex-wrap items-center justify-end gap-2">
        <code className="mr-auto min-w-0 wrap-anywhere text-sm text-text-2">
          {toOssUri(target.bucket, target.prefix)}
        </code>
        {isWrong && report.data && part.files.length > 0 ? (
          <UploadAnyway report={report.data} onConfirm={() => work.start(false)} />
        ) : null}
        <Button
          variant="primary"
          icon={<CloudUpload aria-hidden="true" />}
          disabledReason={refusal}
          onClick={() => work.start(false)}
        >
          {t("models.part.start", { size: formatBytes(sizeBytes, locale) })}
        </Button>
      </div>
    </>
  );
}

function recognisedText(t: ReturnType<typeof useT>, { kind, base }: Part): string {
  if (kind === "several" || kind === "translate") return t(`models.part.${kind}`);
  const name = kind === "unknown" ? t("models.part.baseModel") : t(`modelKinds.${kind}`);
  const what = base ? t("findings.madeFor", { kind: name, base: t(`modelKinds.${base}`) }) : name;
  return t("models.part.recognised", { what });
}

function NameField({ value, onChange }: { value: string; onChange: (name: string) => void }) {
  const t = useT();
  const id = useId();
  return (
    <div className="grid max-w-md gap-1.5">
      <label htmlFor={id} className="font-medium">
        {t("models.part.name")}
      </label>
      <Input
        id={id}
        mono
        value={value}
        spellCheck={false}
        aria-describedby={`${id}-hint`}
        onChange={(event) => onChange(event.target.value)}
      />
      <p id={`${id}-hint`} className="wrap-anywhere text-sm text-text-2">
        {t("models.part.nameHint", { path: `new_controlnet/${value}` })}
      </p>
    </div>
  );
}
