"use client";

import { useMutation } from "@tanstack/react-query";
import { Button } from "@/components/ui/button";
import { Callout } from "@/components/ui/callout";
import { ErrorNotice, toView } from "@/components/ui/error-notice";
import { HelpLink } from "@/components/ui/help-link";
import { Spinner } from "@/components/ui/spinner";
import { help } from "@/lib/guides/help";
import { useT } from "@/lib/i18n/react";
import { applyCors } from "@/lib/library/actions";
import { unwrap } from "@/lib/result";
import type { LineView, UploadTarget, WayOn } from "./current-upload";

interface LineNoticeProps {
  line: LineView;
  target: UploadTarget;
  onGoOn: (way: WayOn) => void;
}

/** Nothing was sent yet: whether this page reaches the bucket, and the ways on when it does not. */
export function LineNotice({ line, target, onGoOn }: LineNoticeProps) {
  const t = useT();
  const repair = useMutation({
    mutationFn: async () => unwrap(await applyCors({ bucket: target.bucket, origin: window.location.origin })),
    onSuccess: () => onGoOn("again"),
  });
  if (line.state === "probing") {
    return (
      <p role="status" className="flex items-center gap-2 text-sm text-text-2">
        <Spinner />
        {t("upload.line.probing")}
      </p>
    );
  }
  const { problem } = line;
  return (
    <Callout
      tone="warn"
      role="alert"
      title={t(`upload.line.${problem}.title`)}
      actions={
        <>
          {problem === "unreachable" ? null : (
            <Button size="sm" variant="primary" loading={repair.isPending} onClick={() => repair.mutate()}>
              {t("upload.line.repair")}
            </Button>
          )}
          <Button size="sm" onClick={() => onGoOn("again")}>
            {t("upload.line.again")}
          </Button>
          {problem === "hidden" ? (
            <Button size="sm" onClick={() => onGoOn("anyway")}>
              {t("upload.line.anyway")}
            </Button>
          ) : (
            <Button size="sm" onClick={() => onGoOn("relay")}>
              {t("upload.line.relay")}
            </Button>
          )}
        </>
      }
    >
      <p>
        {t(`upload.line.${problem}.text`, { bucket: target.bucket })}{" "}
        <HelpLink href={help.upload(problem)} about={t(`upload.line.${problem}.title`)} />
      </p>
      {repair.error ? <ErrorNotice className="mt-2" error={toView(repair.error)} /> : null}
    </Callout>
  );
}
