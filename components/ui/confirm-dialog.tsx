"use client";

import { type FormEvent, type ReactNode, useId, useState } from "react";
import type { ErrorView } from "@/lib/errors";
import { useT } from "@/lib/i18n/react";
import { Button } from "./button";
import { Dialog } from "./dialog";
import { ErrorNotice } from "./error-notice";
import { Input } from "./input";

interface ConfirmDialogProps {
  open: boolean;
  onOpenChange: (open: boolean) => void;
  /** The question: "Delete service sd15?" */
  title: string;
  /** What will happen, and what it costs. */
  description: ReactNode;
  /** Verb and object: "Delete service". */
  confirmLabel: string;
  danger?: boolean;
  /** When given, this exact name must be typed first. */
  typeToConfirm?: string;
  onConfirm: () => void;
  pending?: boolean;
  /** Shown here, so that it is not also shown elsewhere. */
  error?: ErrorView | null;
  children?: ReactNode;
}

export function ConfirmDialog({ open, onOpenChange, title, description, ...rest }: ConfirmDialogProps) {
  return (
    <Dialog open={open} onOpenChange={onOpenChange} title={title} description={description}>
      <ConfirmForm {...rest} onCancel={() => onOpenChange(false)} />
    </Dialog>
  );
}

type ConfirmFormProps = Omit<ConfirmDialogProps, "open" | "onOpenChange" | "title" | "description"> & {
  onCancel: () => void;
};

/** Lives only while the dialog is open, so the typed name starts empty each time. */
function ConfirmForm({
  confirmLabel,
  danger,
  typeToConfirm,
  onConfirm,
  pending,
  error,
  children,
  onCancel,
}: ConfirmFormProps) {
  const t = useT();
  const id = useId();
  const [typed, setTyped] = useState("");
  const matches = !typeToConfirm || typed.trim() === typeToConfirm;
  const typePrompt = typeToConfirm ? t("common.confirmTypeName", { name: typeToConfirm }) : undefined;

  function submit(event: FormEvent) {
    event.preventDefault();
    if (matches && !pending) onConfirm();
  }

  return (
    <form onSubmit={submit} className="grid gap-4">
      {children}
      {typePrompt ? (
        <div className="grid gap-1.5">
          <label htmlFor={id} className="text-sm text-text-2">
            {typePrompt}
          </label>
          <Input
            id={id}
            mono
            autoComplete="off"
            spellCheck={false}
            value={typed}
            onChange={(event) => setTyped(event.target.value)}
          />
        </div>
      ) : null}
      {error ? <ErrorNotice error={error} /> : null}
      <div className="flex flex-wrap justify-end gap-2">
        <Button onClick={onCancel}>{t("common.cancel")}</Button>
        <Button
          type="submit"
          variant={danger ? "danger" : "primary"}
          loading={pending}
          disabledReason={matches ? undefined : typePrompt}
        >
          {confirmLabel}
        </Button>
      </div>
    </form>
  );
}
