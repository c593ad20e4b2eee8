"use client";

import { useQueryClient } from "@tanstack/react-query";
import { useRef, useState } from "react";
import type { UseFormReturn } from "react-hook-form";
import { Button } from "@/components/ui/button";
import { Callout } from "@/components/ui/callout";
import { ErrorNotice, toView } from "@/components/ui/error-notice";
import { DropOverlay } from "@/components/upload/drop-overlay";
import { useFileDrop } from "@/components/upload/use-file-drop";
import type { ErrorView } from "@/lib/errors";
import type { Unused } from "@/lib/gallery/dropped";
import { findPicture } from "@/lib/gallery/queries";
import { useT } from "@/lib/i18n/react";
import type { FormValues } from "@/lib/playground/form-values";
import type { GenerateInput } from "@/lib/playground/input";

interface DropSettingsProps {
  connectionId: string;
  service: string;
  form: UseFormReturn<FormValues, unknown, GenerateInput>;
}

/**
 * A picture that is dropped on the page, but for the fields that take pictures, or chosen from a file fills the form with its
 * settings.
 */
export function DropSettings({ connectionId, service, form }: DropSettingsProps) {
  const t = useT();
  const client = useQueryClient();
  const input = useRef<HTMLInputElement>(null);
  const [loaded, setLoaded] = useState<{ name: string; unused?: Unused[] }>();
  const [problem, setProblem] = useState<ErrorView>();

  async function take(file: File | undefined) {
    if (!file?.type.startsWith("image/")) return;
    setProblem(undefined);
    try {
      const { droppedValues, readDropped } = await import("@/lib/gallery/dropped");
      const dropped = await readDropped(file, (taskId) => findPicture(client, connectionId, taskId));
      if (dropped.kind === "none") return setLoaded({ name: file.name });
      const { values, unused } = droppedValues(form.getValues(), dropped, service);
      form.reset(values);
      setLoaded({ name: file.name, unused });
    } catch (error) {
      setProblem(toView(error));
    }
  }

  const isOver = useFileDrop((files) => void take(files[0]));

  return (
    <>
      {problem ? <ErrorNotice error={problem} /> : null}
      {isOver ? <DropOverlay text={t("gallery.drop.here")} /> : null}
      {loaded ? <Loaded {...loaded} onHide={() => setLoaded(undefined)} /> : null}
      <p className="order-last text-sm text-text-3">
        {t("gallery.drop.hint")}{" "}
        <button
          type="button"
          onClick={() => input.current?.click()}
          className="rounded-sm text-accent-text underline underline-offset-3"
        >
          {t("gallery.drop.choose")}
        </button>
      </p>
      <input
        ref={input}
        type="file"
        accept="image/*"
        hidden
        aria-label={t("gallery.drop.button")}
        onChange={(event) => {
          void take(event.currentTarget.files?.[0]);
          event.currentTarget.value = "";
        }}
      />
    </>
  );
}

function Loaded({ name, unused, onHide }: { name: string; unused?: Unused[]; onHide: () => void }) {
  const t = useT();
  const hide = (
    <Button size="sm" onClick={onHide}>
      {t("gallery.drop.dismiss")}
    </Button>
  );
  if (!unused) {
    return (
      <Callout tone="warn" role="status" title={t("gallery.drop.none")} actions={hide}>
        {t("gallery.drop.noneHint")}
      </Callout>
    );
  }
  return (
    <Callout
      tone={unused.length > 0 ? "info" : "ok"}
      role="status"
      title={t("gallery.drop.loaded", { name })}
      actions={hide}
    >
      {unused.length > 0 ? (
        <>
          <p>{t("gallery.drop.unused")}</p>
          <ul className="list-inside list-disc">
            {unused.map((one) => (
              <li key={JSON.stringify(one)} className="wrap-anywhere">
                {one.kind === "inputs"
                  ? `${t("gallery.drop.inputs")}: ${t("gallery.drop.inputsHint")}`
                  : `${one.name}: ${one.value}`}
              </li>
            ))}
          </ul>
        </>
      ) : null}
    </Callout>
  );
}
