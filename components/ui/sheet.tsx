"use client";

import type { ReactNode } from "react";
import { Modal } from "./modal";

interface SheetProps {
  open: boolean;
  onOpenChange: (open: boolean) => void;
  title: ReactNode;
  description?: ReactNode;
  children: ReactNode;
  footer?: ReactNode;
}

/** Details at the right edge; the page stays where it was. */
export function Sheet({ children, footer, ...rest }: SheetProps) {
  return (
    <Modal
      {...rest}
      lightDismiss
      className="m-0 ml-auto h-dvh max-h-none w-full max-w-lg animate-slide-in overflow-hidden bg-raised text-text shadow-float backdrop:animate-fade-in backdrop:bg-scrim open:flex open:flex-col"
    >
      <div className="min-h-0 flex-1 overflow-y-auto overscroll-contain px-5 pb-5">{children}</div>
      {footer ? <div className="flex flex-wrap justify-end gap-2 border-line border-t px-5 py-3">{footer}</div> : null}
    </Modal>
  );
}
