"use client";

import { X } from "lucide-react";
import { Dialog as Radix } from "radix-ui";
import type { ReactNode } from "react";
import { useT } from "@/lib/i18n/react";
import { buttonClass } from "./button-styles";
import { cn } from "./cn";

interface DialogProps {
  open: boolean;
  onOpenChange: (open: boolean) => void;
  title: ReactNode;
  description?: ReactNode;
  children?: ReactNode;
  /** Buttons, the main one last. */
  footer?: ReactNode;
  size?: "sm" | "md" | "lg";
}

const SIZES = { sm: "max-w-md", md: "max-w-lg", lg: "max-w-3xl" } as const;

export function Dialog({ open, onOpenChange, title, description, children, footer, size = "sm" }: DialogProps) {
  return (
    <Radix.Root open={open} onOpenChange={onOpenChange}>
      <Radix.Portal>
        <Radix.Overlay className="fixed inset-0 z-40 grid animate-fade-in place-items-center overflow-y-auto bg-scrim p-4">
          <Radix.Content
            {...(description ? {} : { "aria-describedby": undefined })}
            className={cn("relative w-full animate-pop-in rounded-lg bg-raised shadow-float", SIZES[size])}
          >
            <DialogHeader title={title} description={description} />
            {children ? <div className="px-5 pb-5">{children}</div> : null}
            {footer ? (
              <div className="flex flex-wrap justify-end gap-2 border-line border-t px-5 py-3">{footer}</div>
            ) : null}
            <DialogClose />
          </Radix.Content>
        </Radix.Overlay>
      </Radix.Portal>
    </Radix.Root>
  );
}

/** The heading that a dialog and a sheet share. */
export function DialogHeader({ title, description }: Pick<DialogProps, "title" | "description">) {
  return (
    <div className="grid gap-1 py-4 pr-12 pl-5">
      <Radix.Title className="break-words font-semibold text-md">{title}</Radix.Title>
      {description ? <Radix.Description className="text-text-2">{description}</Radix.Description> : null}
    </div>
  );
}

/** Comes last in the document, so that the first field or button of the content gets the focus when it opens. */
export function DialogClose() {
  const t = useT();
  return (
    <Radix.Close
      aria-label={t("common.close")}
      className={buttonClass({ variant: "ghost", size: "sm", square: true, className: "absolute top-3 right-3" })}
    >
      <X aria-hidden="true" />
    </Radix.Close>
  );
}
