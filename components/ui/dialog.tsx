"use client";

import type { ReactNode } from "react";
import { cn } from "./cn";
import { Modal } from "./modal";

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

export function Dialog({ children, footer, size = "sm", ...rest }: DialogProps) {
  return (
    <Modal
      {...rest}
      className={cn(
        "m-auto max-h-[calc(100dvh-2rem)] w-[calc(100vw-2rem)] animate-pop-in overflow-y-auto overscroll-contain rounded-lg bg-raised text-text shadow-float backdrop:animate-fade-in backdrop:bg-scrim",
        SIZES[size],
      )}
    >
      {children ? <div className="px-5 pb-5">{children}</div> : null}
      {footer ? <div className="flex flex-wrap justify-end gap-2 border-line border-t px-5 py-3">{footer}</div> : null}
    </Modal>
  );
}
