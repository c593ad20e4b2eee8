"use client";

import { X } from "lucide-react";
import { type ReactNode, useId } from "react";
import { useT } from "@/lib/i18n/react";
import { buttonClass } from "./button-styles";

/**
 * The platform's modal dialog: it holds the focus, gives it back, makes the rest inert and closes on Escape. A
 * press beside it does nothing: what was typed must not be lost by it.
 */

interface ModalProps {
  open: boolean;
  onOpenChange: (open: boolean) => void;
  title: ReactNode;
  description?: ReactNode;
  className?: string;
  children?: ReactNode;
}

export function Modal({ open, ...rest }: ModalProps) {
  return open ? <OpenModal {...rest} /> : null;
}

function OpenModal({ onOpenChange, title, description, className, children }: Omit<ModalProps, "open">) {
  const t = useT();
  const id = useId();

  return (
    <dialog
      ref={show}
      aria-labelledby={`${id}-title`}
      aria-describedby={description ? `${id}-description` : undefined}
      onClose={(event) => {
        // React's strict mode takes a ref away and gives it back, which closes and opens again.
        if (event.target === event.currentTarget && !event.currentTarget.open) onOpenChange(false);
      }}
      className={className}
    >
      <div className="grid gap-1 py-4 pr-12 pl-5">
        <h2 id={`${id}-title`} className="wrap-anywhere font-semibold text-md">
          {title}
        </h2>
        {description ? (
          <div id={`${id}-description`} className="text-text-2">
            {description}
          </div>
        ) : null}
      </div>
      {children}
      {/* Last in the document, so that the first field or button of the content gets the focus when it opens. */}
      <button
        type="button"
        aria-label={t("common.close")}
        onClick={(event) => event.currentTarget.closest("dialog")?.close()}
        className={buttonClass({ variant: "ghost", size: "sm", square: true, className: "absolute! top-3 right-3" })}
      >
        <X aria-hidden="true" />
      </button>
    </dialog>
  );
}

function show(dialog: HTMLDialogElement | null): (() => void) | undefined {
  if (!dialog) return undefined;
  if (!dialog.open) dialog.showModal();
  return () => dialog.close();
}
