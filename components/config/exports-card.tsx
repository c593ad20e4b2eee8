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
import { type Secret, splitSecrets } from "@/lib/service-config/exports/secrets";
import { showPath } from "@/lib/service-config/json-path";

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
        <FromElsewhere kind={kind} secrets={splitSecrets(input.config).secrets} />
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

/** Where each of them comes from, and that the export ends without it. */
function FromElsewhere({ kind, secrets }: { kind: ExportKind; secrets: readonly Secret[] }) {
  const t = useT();
  if (secrets.length === 0) return null;
  const hint = kind === "json" || kind === "terraform" ? kind : "environment";
  return (
    <Callout tone="info" title={t("config.exports.secrets", { count: secrets.length })}>
      <p>{t(`config.exports.secretsHint.${hint}`)}</p>
      <ul className="mt-1 grid gap-0.5 wrap-anywhere text-sm">
        {secrets.map(({ variable, path }) => (
          <li key={variable}>
            <code className="font-mono text-text">{nameIn(kind, variable)}</code>
            <span className="text-text-2"> · {showPath(path)}</span>
          </li>
        ))}
      </ul>
    </Callout>
  );
}

/** What is set from outside for Terraform is a variable of the environment as well. */
const nameIn = (kind: ExportKind, variable: string) =>
  kind === "terraform" ? `TF_VAR_${variable.toLowerCase()}` : variable;
