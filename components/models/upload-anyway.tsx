"use client";

import { useState } from "react";
import { Button } from "@/components/ui/button";
import { ConfirmDialog } from "@/components/ui/confirm-dialog";
import { formatBytes } from "@/lib/format";
import { useLocale, useT } from "@/lib/i18n/react";
import type { ModelReport } from "@/lib/models/check";
import { findingText } from "@/lib/models/texts";

/** Of many errors, these are read out again before a person overrules them. */
const NAMED = 5;

/** For errors that a person overrules. Code that would run asks for more than a click. */
export function UploadAnyway({ report, onConfirm }: { report: ModelReport; onConfirm: () => void }) {
  const t = useT();
  const locale = useLocale();
  const [asking, setAsking] = useState(false);
  const tools = { t, bytes: (size: number) => formatBytes(size, locale) };
  const errors = report.findings.filter(({ level }) => level === "error");
  const dangerous = errors.find(({ effect }) => effect === "safety");
  return (
    <>
      <Button onClick={() => setAsking(true)}>{t("deploy.model.anyway")}</Button>
      <ConfirmDialog
        open={asking}
        onOpenChange={setAsking}
        title={t("deploy.model.anywayTitle")}
        description={t("deploy.model.anywayText")}
        confirmLabel={t("deploy.model.anyway")}
        danger
        typeToConfirm={dangerous?.path?.split("/").at(-1)}
        onConfirm={() => {
          setAsking(false);
          onConfirm();
        }}
      >
        <ul className="grid gap-1 text-sm">
          {errors.slice(0, NAMED).map((finding) => (
            <li key={`${finding.code}:${finding.path ?? ""}`} className="wrap-anywhere">
              {findingText(finding, tools).title}
            </li>
          ))}
        </ul>
      </ConfirmDialog>
    </>
  );
}
