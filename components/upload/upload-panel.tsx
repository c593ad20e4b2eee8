"use client";

import { Pause, Play, RotateCcw, X } from "lucide-react";
import { useState } from "react";
import { Button } from "@/components/ui/button";
import { Callout } from "@/components/ui/callout";
import { Card } from "@/components/ui/card";
import { ConfirmDialog } from "@/components/ui/confirm-dialog";
import { ErrorDetails } from "@/components/ui/error-notice";
import { Progress } from "@/components/ui/progress";
import { VisuallyHidden } from "@/components/ui/visually-hidden";
import { formatBytes, formatDuration, formatRate } from "@/lib/format";
import type { Locale } from "@/lib/i18n/locales";
import { errorTexts, useLocale, useT } from "@/lib/i18n/react";
import type { Translate } from "@/lib/i18n/translate";
import type { UploadProgress } from "@/lib/oss/upload/types";
import { LineNotice } from "./line-notice";
import { UploadFiles } from "./upload-files";
import type { UseUpload } from "./use-upload";

/** The whole upload at a glance, its controls, and every file on demand. Shows nothing before an upload was started. */
export function UploadPanel({ upload }: { upload: UseUpload }) {
  const { progress, line, target } = upload;
  if (line && target) {
    return (
      <Card>
        <LineNotice line={line} target={target} onGoOn={upload.goOn} />
      </Card>
    );
  }
  return progress ? <Panel upload={upload} progress={progress} /> : null;
}

interface PanelProps {
  upload: UseUpload;
  progress: UploadProgress;
}

function Panel({ upload, progress }: PanelProps) {
  const t = useT();
  const locale = useLocale();
  const { files, problems } = upload;
  const title = t(`upload.state.${progress.state}`);
  const isComplete = progress.state === "finished" && progress.failedFiles === 0;
  const tone = progress.failedFiles > 0 ? "bad" : isComplete ? "ok" : "accent";
  return (
    <Card>
      <div className="grid gap-3">
        <div className="flex flex-wrap items-center justify-between gap-x-4 gap-y-2">
          <p className="font-medium">{title}</p>
          <Controls upload={upload} progress={progress} />
        </div>
        <Progress
          label={t("upload.panel.label")}
          value={shareOf(progress)}
          ahead={progress.state === "running" ? progress.sentBytes / Math.max(1, progress.totalBytes) : undefined}
          text={summaryOf(progress, t, locale)}
          tone={tone}
        />
        {upload.relayed ? (
          <Callout tone="warn" title={t("upload.relay.title")}>
            <p>{t("upload.relay.text")}</p>
          </Callout>
        ) : null}
        {progress.retryError ? (
          <Callout tone="warn" title={t("upload.panel.retrying", { count: progress.retrying })}>
            <p>{errorTexts(t, progress.retryError).title}</p>
            <ErrorDetails error={progress.retryError} />
          </Callout>
        ) : null}
        {problems.length > 0 ? (
          <Callout tone="warn" title={t("upload.panel.notPlanned", { count: problems.length })}>
            <ul className="grid gap-0.5 text-sm">
              {problems.slice(0, 5).map(({ path, reason }) => (
                <li key={path} className="wrap-anywhere">
                  <span className="font-mono">{path}</span> · {t(`upload.problem.${reason}`)}
                </li>
              ))}
            </ul>
          </Callout>
        ) : null}
        <Finish upload={upload} />
        <UploadFiles
          files={files}
          {...(progress.state === "cancelled" ? {} : { onRetry: upload.retry, onLeaveOut: upload.leaveOut })}
        />
        <VisuallyHidden>
          <p role="status">{spokenOf(progress, title, t)}</p>
        </VisuallyHidden>
      </div>
    </Card>
  );
}

/** What the server found when everything had arrived. */
function Finish({ upload: { finish, resend, finishAgain } }: { upload: UseUpload }) {
  const t = useT();
  if (!finish) return null;
  if (finish.state === "checking") return <p className="text-sm text-text-2">{t("upload.finish.checking")}</p>;
  if (finish.state === "failed") {
    return (
      <Callout
        tone="warn"
        title={t("upload.finish.failed")}
        actions={
          <Button size="sm" onClick={finishAgain}>
            {t("common.retry")}
          </Button>
        }
      >
        <p>{errorTexts(t, finish.error).title}</p>
        <ErrorDetails error={finish.error} />
      </Callout>
    );
  }
  const wrong = [...finish.result.missing, ...finish.result.different];
  if (wrong.length === 0) return <p className="text-ok text-sm">{t("upload.finish.equal")}</p>;
  return (
    <Callout
      tone="bad"
      title={t("upload.finish.differs", { count: wrong.length })}
      actions={
        <Button size="sm" onClick={() => resend(wrong)}>
          {t("upload.finish.sendAgain")}
        </Button>
      }
    >
      <p>{t("upload.finish.differsHint")}</p>
      <ul className="break-all font-mono text-sm">
        {wrong.slice(0, 5).map((path) => (
          <li key={path}>{path}</li>
        ))}
      </ul>
    </Callout>
  );
}

function Controls({ upload, progress }: PanelProps) {
  const t = useT();
  const [asking, setAsking] = useState(false);
  const { state, failedFiles } = progress;
  return (
    <div className="flex flex-wrap gap-2">
      {failedFiles > 0 && state !== "cancelled" ? (
        <Button size="sm" icon={<RotateCcw aria-hidden="true" />} onClick={() => upload.retry()}>
          {t("upload.panel.retryFailed", { count: failedFiles })}
        </Button>
      ) : null}
      {state === "running" ? (
        <Button size="sm" icon={<Pause aria-hidden="true" />} onClick={upload.pause}>
          {t("upload.panel.pause")}
        </Button>
      ) : null}
      {state === "paused" ? (
        <Button size="sm" icon={<Play aria-hidden="true" />} onClick={upload.resume}>
          {t("upload.panel.resume")}
        </Button>
      ) : null}
      {upload.active ? (
        <Button size="sm" icon={<X aria-hidden="true" />} onClick={() => setAsking(true)}>
          {t("upload.panel.cancel")}
        </Button>
      ) : null}
      <ConfirmDialog
        open={asking}
        onOpenChange={setAsking}
        title={t("upload.cancel.title")}
        description={t("upload.cancel.text")}
        confirmLabel={t("upload.panel.cancel")}
        onConfirm={() => {
          setAsking(false);
          void upload.cancel();
        }}
      />
    </div>
  );
}

/** What OSS has confirmed. Bytes say most; a folder of empty files has none. */
function shareOf({ totalBytes, doneBytes, doneFiles, files }: UploadProgress): number {
  return totalBytes > 0 ? doneBytes / totalBytes : doneFiles / Math.max(1, files);
}

function summaryOf(progress: UploadProgress, t: Translate, locale: Locale): string {
  const { doneFiles, files, doneBytes, sentBytes, totalBytes, bytesPerSecond, secondsLeft, state } = progress;
  const parts = [
    t("upload.panel.bytes", { done: formatBytes(doneBytes, locale), total: formatBytes(totalBytes, locale) }),
    t("upload.panel.files", { done: doneFiles, count: files }),
  ];
  const flyingBytes = sentBytes - doneBytes;
  if (state === "running" && flyingBytes > 0) {
    parts.push(t("upload.panel.flying", { size: formatBytes(flyingBytes, locale) }));
  }
  if (state === "running" && bytesPerSecond > 0) parts.push(formatRate(bytesPerSecond, locale));
  if (state === "running" && secondsLeft !== undefined && doneBytes < totalBytes) {
    parts.push(t("upload.panel.left", { time: formatDuration(secondsLeft * 1000, locale) }));
  }
  return parts.join(" · ");
}

/** For screen readers: the state, and each tenth of the way; not every tick. */
function spokenOf(progress: UploadProgress, title: string, t: Translate): string {
  const { state, doneBytes, totalBytes, failedFiles } = progress;
  if (state === "running" && totalBytes > 0) {
    return t("upload.panel.spoken", { percent: Math.floor((doneBytes / totalBytes) * 10) * 10 });
  }
  return failedFiles > 0 ? `${title} ${t("upload.panel.failed", { count: failedFiles })}` : title;
}
