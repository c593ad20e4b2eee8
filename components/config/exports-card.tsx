"use client";

import { Download } from "lucide-react";
import { useState } from "react";
import { Callout } from "@/components/ui/callout";
import { Card } from "@/components/ui/card";
import { CodeBlock } from "@/components/ui/code-block";
import { IconButton } from "@/components/ui/icon-button";
import { Segmented } from "@/components/ui/segmented";
import { useT } from "@/lib/i18n/react";
import { EXPORT_KINDS, type ExportKind, exportConfig } from "@/lib/service-config/exports/exports";
import type { ExportInput } from "@/lib/service-config/exports/input";
import { type Path, showPath } from "@/lib/service-config/json-path";
import { hiddenPaths } from "@/lib/service-config/secrets";

const FILES: Record<ExportKind, string> = {
  json: "service.json",
  eascmd: "deploy-eascmd.sh",
  python: "deploy.py",
  typescript: "deploy.mts",
  terraform: "service.tf",
  curl: "deploy.sh",
};

/** The same configuration for those who deploy by other means. */
export function ExportsCard(input: ExportInput) {
  const t = useT();
  const [kind, setKind] = useState<ExportKind>("json");
  const code = exportConfig(kind, input);
  const label = kind === "json" ? t("deploy.review.json") : t(`config.exports.${kind}`);

  function download() {
    const url = URL.createObjectURL(new Blob([code], { type: "text/plain" }));
    const link = document.createElement("a");
    link.href = url;
    link.download = FILES[kind];
    link.click();
    URL.revokeObjectURL(url);
  }

  return (
    <Card level={3} title={t("config.exports.title")}>
      <div className="grid gap-3">
        <Segmented
          label={t("config.exports.kind")}
          value={kind}
          onChange={setKind}
          options={EXPORT_KINDS.map((value) => ({ value, label: t(`config.exports.${value}`) }))}
        />
        <Hidden paths={hiddenPaths(input.config)} />
        <CodeBlock
          code={code}
          label={label}
          maxHeight="28rem"
          actions={
            <IconButton
              size="sm"
              label={t("config.exports.download")}
              icon={<Download aria-hidden="true" />}
              onClick={download}
            />
          }
        />
      </div>
    </Card>
  );
}

/** Sent as it stands, a hidden value would take the secret's place. */
function Hidden({ paths }: { paths: readonly Path[] }) {
  const t = useT();
  if (paths.length === 0) return null;
  return (
    <Callout tone="warn" title={t("config.exports.hidden", { count: paths.length })}>
      <p>{t("config.exports.hiddenHint")}</p>
      <ul className="mt-1 wrap-anywhere font-mono text-sm text-text">
        {paths.map((path) => (
          <li key={showPath(path)}>{showPath(path)}</li>
        ))}
      </ul>
    </Callout>
  );
}
