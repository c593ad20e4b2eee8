"use client";

import { useMutation } from "@tanstack/react-query";
import { CloudDownload } from "lucide-react";
import { Bringing } from "@/components/models/bringing";
import { Button } from "@/components/ui/button";
import { Callout } from "@/components/ui/callout";
import { ErrorNotice, toView } from "@/components/ui/error-notice";
import { useT } from "@/lib/i18n/react";
import { createImport } from "@/lib/imports/actions";
import { presetOrder } from "@/lib/imports/presets";
import { unwrap } from "@/lib/result";
import type { StepProps } from "./step-props";

interface TranslationOfferProps extends Pick<StepProps, "connection" | "draft" | "save"> {
  /** Chinese prompts are wanted, and the chosen model cannot translate them. */
  isMissing: boolean;
}

/** The way to Chinese prompts for a model that came without a translation: the server fetches it, deploying waits for it. */
export function TranslationOffer({ connection, draft: { model }, save, isMissing }: TranslationOfferProps) {
  const t = useT();
  const { bucket, root: prefix, report } = model ?? {};
  const bring = useMutation({
    mutationFn: async () => {
      if (!model || !bucket || !prefix || !report) return;
      unwrap(await createImport({ connectionId: connection.id, bucket, prefix, ...presetOrder("translate") }));
      await save({ model: { ...model, report: { ...report, folders: { ...report.folders, translate: true } } } });
    },
  });
  if (!bucket || !prefix) return null;
  return (
    <>
      {isMissing ? (
        <Callout
          title={t("deploy.translation.title")}
          actions={
            <Button
              size="sm"
              wraps
              icon={<CloudDownload aria-hidden="true" />}
              loading={bring.isPending}
              onClick={() => bring.mutate()}
            >
              {t("deploy.repair.importTranslate")}
            </Button>
          }
        >
          <p>{t("deploy.translation.text")}</p>
        </Callout>
      ) : null}
      {bring.error ? <ErrorNotice error={toView(bring.error)} /> : null}
      <Bringing connectionId={connection.id} bucket={bucket} prefix={prefix} onArrived={() => undefined} />
    </>
  );
}
