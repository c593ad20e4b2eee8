"use client";

import { ImageUp, Trash2 } from "lucide-react";
import { type ClipboardEvent, type DragEvent, type ReactNode, useId, useRef, useState } from "react";
import { useFormContext } from "react-hook-form";
import { FieldError, useFieldError } from "@/components/form/field";
import { Button } from "@/components/ui/button";
import { Callout } from "@/components/ui/callout";
import { cn } from "@/components/ui/cn";
import { ErrorNotice, toView } from "@/components/ui/error-notice";
import { IconButton } from "@/components/ui/icon-button";
import { AppError, type ErrorView } from "@/lib/errors";
import { pictureUrl, storePicture } from "@/lib/generations/queries";
import { useT } from "@/lib/i18n/react";
import type { FormValues } from "@/lib/playground/form-values";
import { type PreparedPicture, preparePicture, wholePicture } from "./prepare-picture";

export interface PictureFieldProps {
  connectionId: string;
  service: string;
  name: "image" | "mask";
  label: string;
  hint?: string;
  /** Told when another picture takes its place. */
  onChange?: () => void;
  /** Beside the buttons, once there is a picture. */
  children?: ReactNode;
}

/** A picture by drop, paste or file. It is made ready in the browser and kept with the service's results. */
export function PictureField({ connectionId, service, name, label, hint, onChange, children }: PictureFieldProps) {
  const t = useT();
  const id = useId();
  const file = useRef<HTMLInputElement>(null);
  const { setValue, watch } = useFormContext<FormValues>();
  const picture = watch(name);
  const error = useFieldError(name);
  const [working, setWorking] = useState(false);
  const [problem, setProblem] = useState<ErrorView>();
  const [over, setOver] = useState(false);
  /** As it was given, while what is sent of it is visibly less. */
  const [shrunk, setShrunk] = useState<{ file: Blob; quality: number; scale: number }>();

  async function take(given: Blob | undefined, byLink = false) {
    if (!given || working) return;
    setWorking(true);
    setProblem(undefined);
    try {
      // A mask says of each pixel whether it is painted: nothing of it may be lost.
      const isWhole = byLink || name === "mask";
      const prepared: Promise<PreparedPicture> = isWhole ? wholePicture(given) : preparePicture(given);
      const { blob, loss } = await prepared.catch((cause: unknown) => {
        throw new AppError("invalid_input", {
          params: { field: name, rule: "playground.rules.imageUnreadable" },
          cause,
        });
      });
      setValue(name, await storePicture(connectionId, service, blob, isWhole), { shouldValidate: true });
      setShrunk(loss && { file: given, ...loss });
      onChange?.();
    } catch (caught) {
      setProblem(toView(caught));
    } finally {
      setWorking(false);
    }
  }

  function handleDrop(event: DragEvent) {
    event.preventDefault();
    setOver(false);
    void take(pictureOf(event.dataTransfer));
  }

  function handlePaste(event: ClipboardEvent) {
    const pasted = pictureOf(event.clipboardData);
    if (!pasted) return;
    event.preventDefault();
    void take(pasted);
  }

  return (
    <div className="grid gap-1.5">
      <span id={`${id}-label`} className="font-medium">
        {label}
      </span>
      {/* biome-ignore lint/a11y/useSemanticElements: a group of a picture and its buttons, not a set of fields */}
      <div
        role="group"
        aria-labelledby={`${id}-label`}
        aria-describedby={[hint ? `${id}-hint` : "", error ? `${id}-error` : ""].filter(Boolean).join(" ") || undefined}
        onPaste={handlePaste}
        onDragOver={(event) => {
          if (!event.dataTransfer.types.includes("Files")) return;
          event.preventDefault();
          setOver(true);
        }}
        onDragLeave={() => setOver(false)}
        onDrop={handleDrop}
        className={cn(
          "grid gap-3 rounded-md border border-dashed p-3",
          over ? "border-accent bg-accent-soft" : error ? "border-bad" : "border-line-strong",
        )}
      >
        {picture ? (
          // biome-ignore lint/performance/noImgElement: from our own route, shown once
          <img
            src={pictureUrl(connectionId, service, picture.key)}
            alt={t("playground.picture.alt", { label, width: picture.width, height: picture.height })}
            className="max-h-40 w-auto max-w-full justify-self-center rounded-sm bg-hover object-contain"
          />
        ) : null}
        <div className="flex flex-wrap items-center gap-2">
          <Button
            size="sm"
            loading={working}
            icon={<ImageUp aria-hidden="true" />}
            onClick={() => file.current?.click()}
          >
            {t(picture ? "playground.picture.replace" : "playground.picture.choose")}
          </Button>
          {picture ? (
            <>
              {children}
              <span className="ml-auto text-sm text-text-3 tabular-nums">{`${picture.width} × ${picture.height}`}</span>
              <IconButton
                size="sm"
                label={t("playground.picture.remove", { label })}
                icon={<Trash2 aria-hidden="true" />}
                onClick={() => {
                  setValue(name, undefined);
                  onChange?.();
                }}
              />
            </>
          ) : (
            <span className="text-sm text-text-3">{t("playground.picture.dropHint")}</span>
          )}
        </div>
        <input
          ref={file}
          type="file"
          accept="image/*"
          hidden
          aria-label={label}
          onChange={(event) => {
            void take(event.currentTarget.files?.[0]);
            event.currentTarget.value = "";
          }}
        />
      </div>
      {hint ? (
        <p id={`${id}-hint`} className="text-sm text-text-2">
          {hint}
        </p>
      ) : null}
      {picture?.byLink ? <p className="text-sm text-text-2">{t("playground.picture.byLink")}</p> : null}
      {picture && shrunk && !picture.byLink ? (
        <Callout
          title={t(shrunk.scale < 1 ? "playground.picture.madeSmaller" : "playground.picture.madeCoarser")}
          actions={
            <Button size="sm" loading={working} onClick={() => void take(shrunk.file, true)}>
              {t("playground.picture.sendLink")}
            </Button>
          }
        >
          {t("playground.picture.linkHint")}
        </Callout>
      ) : null}
      <FieldError id={`${id}-error`} text={error} />
      {problem ? <ErrorNotice error={problem} /> : null}
    </div>
  );
}

function pictureOf(data: DataTransfer): File | undefined {
  return [...data.files].find(({ type }) => type.startsWith("image/"));
}
