"use client";

import { useQuery, useQueryClient } from "@tanstack/react-query";
import { useRouter } from "next/navigation";
import { useEffect, useId, useState } from "react";
import { Button } from "@/components/ui/button";
import { Callout } from "@/components/ui/callout";
import { Dialog } from "@/components/ui/dialog";
import { ErrorNotice, toView } from "@/components/ui/error-notice";
import { KeyValueList } from "@/components/ui/key-value-list";
import { Select } from "@/components/ui/select";
import { Spinner } from "@/components/ui/spinner";
import { type Dropped, keepText, readDropped } from "@/lib/gallery/dropped";
import { findPicture } from "@/lib/gallery/queries";
import { useT } from "@/lib/i18n/react";
import { paths } from "@/lib/paths";
import { serviceQueries } from "@/lib/services/queries";

interface SettingsDialogProps {
  connectionId: string;
  file: File;
  onOpen: (taskId: string) => void;
  onClose: () => void;
}

/** What a file says of its settings, and a way to use them. */
export function SettingsDialog({ connectionId, file, onOpen, onClose }: SettingsDialogProps) {
  const t = useT();
  const client = useQueryClient();
  const [dropped, setDropped] = useState<Dropped>();
  const [error, setError] = useState<unknown>();
  useEffect(() => {
    readDropped(file, (taskId) => findPicture(client, connectionId, taskId)).then(setDropped, setError);
  }, [client, connectionId, file]);
  return (
    <Dialog open onOpenChange={onClose} size="md" title={t("gallery.drop.title", { name: file.name })}>
      {error ? (
        <ErrorNotice error={toView(error)} />
      ) : !dropped ? (
        <p role="status" className="flex items-center gap-2 text-text-2">
          <Spinner /> {t("gallery.drop.reading")}
        </p>
      ) : dropped.kind === "none" ? (
        <Callout tone="warn" title={t("gallery.drop.none")}>
          {t("gallery.drop.noneHint")}
        </Callout>
      ) : (
        <Found connectionId={connectionId} dropped={dropped} onOpen={onOpen} />
      )}
    </Dialog>
  );
}

interface FoundProps {
  connectionId: string;
  dropped: Exclude<Dropped, { kind: "none" }>;
  onOpen: (taskId: string) => void;
}

function Found({ connectionId, dropped, onOpen }: FoundProps) {
  const t = useT();
  const id = useId();
  const router = useRouter();
  const { data: services } = useQuery(serviceQueries.list(connectionId));
  const own = dropped.kind === "ours" ? dropped.picture.tile.service : undefined;
  const names = (services?.items ?? []).map(({ name }) => name);
  const [chosen, setChosen] = useState<string>();
  const service = chosen ?? (own !== undefined && names.includes(own) ? own : names[0]);
  const settings = dropped.kind === "ours" ? dropped.picture.generation?.input : dropped.parsed.settings;
  const seed = dropped.kind === "ours" ? dropped.picture.generation?.seed : dropped.parsed.settings.seed;
  const unused = dropped.kind === "text" ? dropped.parsed.unused : [];

  function use() {
    if (!service) return;
    if (dropped.kind === "ours") {
      router.push(paths.playground(service, { picture: dropped.picture.tile.taskId, what: "all" }));
    } else {
      keepText(dropped.text);
      router.push(paths.playground(service, { picture: "file", what: "file" }));
    }
  }

  const facts = [
    settings?.prompt && { label: t("playground.prompt"), value: settings.prompt },
    settings?.negativePrompt && { label: t("playground.negativePrompt"), value: settings.negativePrompt },
    seed && { label: t("playground.seed"), value: seed, mono: true },
    settings?.width && { label: t("playground.size"), value: `${settings.width} × ${settings.height}` },
    settings?.steps && { label: t("playground.steps"), value: settings.steps },
    settings?.cfgScale !== undefined && { label: t("playground.cfgScale"), value: settings.cfgScale },
    settings?.func && { label: t("playground.func"), value: t(`playground.funcs.${settings.func}`) },
  ].filter((fact) => typeof fact === "object");

  return (
    <div className="grid gap-4">
      {dropped.kind === "ours" ? (
        <Callout
          title={t("gallery.drop.ours")}
          actions={
            <Button size="sm" onClick={() => onOpen(dropped.picture.tile.taskId)}>
              {t("gallery.drop.openIt")}
            </Button>
          }
        />
      ) : null}
      <KeyValueList items={facts} />
      {unused.length > 0 ? (
        <Callout tone="warn" title={t("gallery.drop.unused")}>
          <ul>
            {unused.map(({ name, value }) => (
              <li key={`${name} ${value}`} className="wrap-anywhere">{`${name}: ${value}`}</li>
            ))}
          </ul>
        </Callout>
      ) : null}
      <div className="flex flex-wrap items-end justify-end gap-2">
        <div className="grid min-w-0 flex-1 gap-1.5">
          <label htmlFor={id} className="text-sm text-text-2">
            {t("gallery.drop.service")}
          </label>
          <Select id={id} value={service ?? ""} onChange={(event) => setChosen(event.target.value)}>
            {names.map((name) => (
              <option key={name} value={name}>
                {name}
              </option>
            ))}
          </Select>
        </div>
        <Button
          variant="primary"
          disabledReason={service === undefined ? t("gallery.drop.noService") : undefined}
          onClick={use}
        >
          {t("gallery.drop.use")}
        </Button>
      </div>
    </div>
  );
}
