"use client";

import { useVirtualizer } from "@tanstack/react-virtual";
import { Ban, CircleCheck, CircleDashed, CircleEqual, LoaderCircle, OctagonAlert, RotateCcw } from "lucide-react";
import { useMemo, useRef } from "react";
import { cn } from "@/components/ui/cn";
import { IconButton } from "@/components/ui/icon-button";
import { formatBytes, formatPercent } from "@/lib/format";
import { errorTexts, useLocale, useT } from "@/lib/i18n/react";
import type { FileProgress, FileState } from "@/lib/oss/upload/types";

const ROW_PX = 32;
/** Beyond this the list scrolls within itself. */
const ROWS_SHOWN = 8;

const LOOK = {
  waiting: { Icon: CircleDashed, color: "text-text-3" },
  uploading: { Icon: LoaderCircle, color: "text-info" },
  verifying: { Icon: LoaderCircle, color: "text-info" },
  done: { Icon: CircleCheck, color: "text-ok" },
  skipped: { Icon: CircleEqual, color: "text-ok" },
  failed: { Icon: OctagonAlert, color: "text-bad" },
  left_out: { Icon: Ban, color: "text-text-3" },
  cancelled: { Icon: Ban, color: "text-text-3" },
} as const satisfies Record<FileState, object>;

/** What needs an eye comes first; within a state the plan's order stays. */
const RANK: Record<FileState, number> = {
  failed: 0,
  uploading: 1,
  verifying: 1,
  waiting: 2,
  left_out: 3,
  cancelled: 3,
  done: 4,
  skipped: 4,
};

const MAY_BE_LEFT_OUT: ReadonlySet<FileState> = new Set(["waiting", "uploading", "failed"]);

interface UploadFilesProps {
  files: readonly FileProgress[];
  onRetry?: (path: string) => void;
  onLeaveOut?: (path: string) => void;
}

export function UploadFiles({ files, ...controls }: UploadFilesProps) {
  const t = useT();
  return (
    <details>
      <summary className="w-fit rounded-sm text-sm text-text-2">
        {t("upload.files.show", { count: files.length })}
      </summary>
      <Rows files={files} {...controls} />
    </details>
  );
}

function Rows({ files, ...controls }: UploadFilesProps) {
  const t = useT();
  const scroller = useRef<HTMLElement>(null);
  const sorted = useMemo(() => [...files].sort((a, b) => RANK[a.state] - RANK[b.state]), [files]);
  const virtual = useVirtualizer({
    count: sorted.length,
    getScrollElement: () => scroller.current,
    estimateSize: () => ROW_PX,
    getItemKey: (index) => sorted[index]?.path ?? index,
    overscan: 6,
  });
  return (
    <section
      ref={scroller}
      // biome-ignore lint/a11y/noNoninteractiveTabindex: a list that scrolls must be reachable by keyboard
      tabIndex={0}
      aria-label={t("upload.files.label")}
      className="mt-2 overflow-y-auto rounded-md"
      style={{ height: Math.min(virtual.getTotalSize(), ROWS_SHOWN * ROW_PX) }}
    >
      <ul className="relative" style={{ height: virtual.getTotalSize() }}>
        {virtual.getVirtualItems().map(({ index, key, start }) => {
          const file = sorted[index];
          return file ? (
            <li
              key={key}
              ref={virtual.measureElement}
              data-index={index}
              className="absolute inset-x-0 top-0"
              style={{ transform: `translateY(${start}px)` }}
              aria-setsize={sorted.length}
              aria-posinset={index + 1}
            >
              <Row file={file} {...controls} />
            </li>
          ) : null;
        })}
      </ul>
    </section>
  );
}

function Row({ file, onRetry, onLeaveOut }: { file: FileProgress } & Omit<UploadFilesProps, "files">) {
  const t = useT();
  const locale = useLocale();
  const { Icon, color } = LOOK[file.state];
  const error = file.error && reasonText(t, file.error);
  const waits = file.waitsFor && t("upload.files.waits", { reason: reasonText(t, file.waitsFor) });
  const isPartly = file.state === "uploading" && file.doneBytes > 0;
  const state = isPartly ? formatPercent(file.doneBytes / file.sizeBytes, locale) : t(`upload.fileState.${file.state}`);
  return (
    <div className="flex min-h-8 items-center gap-2 px-1 text-sm max-sm:py-1">
      <Icon
        aria-hidden="true"
        className={cn("size-4 shrink-0", color, Icon === LoaderCircle && "motion-safe:animate-spin")}
      />
      {/* Two lines where there is no room for one. */}
      <span className="flex min-w-0 flex-1 flex-col sm:flex-row sm:items-center sm:gap-2">
        <span className="min-w-0 truncate font-mono" title={file.path}>
          {file.path}
        </span>
        <span className={cn("flex min-w-0 gap-2 sm:ml-auto sm:shrink-0", (error || waits) && "sm:max-w-3/5")}>
          <span
            className={cn("min-w-0 sm:truncate", error ? "text-bad" : waits ? "text-warn" : "text-text-2")}
            title={error ?? waits}
          >
            {error ?? waits ?? state}
          </span>
          <span className="shrink-0 text-right text-text-3 tabular-nums max-sm:ml-auto sm:w-20">
            {formatBytes(file.sizeBytes, locale)}
          </span>
        </span>
      </span>
      {MAY_BE_LEFT_OUT.has(file.state) && onLeaveOut ? (
        <IconButton
          size="sm"
          label={t("upload.files.leaveOut", { path: file.path })}
          icon={<Ban aria-hidden="true" />}
          onClick={() => onLeaveOut(file.path)}
        />
      ) : null}
      {(file.state === "failed" || file.state === "left_out") && onRetry ? (
        <IconButton
          size="sm"
          label={t("upload.files.retry", { path: file.path })}
          icon={<RotateCcw aria-hidden="true" />}
          onClick={() => onRetry(file.path)}
        />
      ) : null}
    </div>
  );
}

/** Uploads know more than the error's code: what happened to the bytes. */
function reasonText(t: ReturnType<typeof useT>, error: NonNullable<FileProgress["error"]>): string {
  return t.maybe(`upload.reason.${error.params.reason}`) ?? errorTexts(t, error).title;
}
