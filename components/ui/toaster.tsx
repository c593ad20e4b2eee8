"use client";

import { CircleCheck, Info, OctagonAlert, TriangleAlert } from "lucide-react";
import { Toaster as Sonner } from "sonner";
import { useT } from "@/lib/i18n/react";

/** Where toasts appear. Call `toast` from "sonner" with a translated sentence. */
export function Toaster() {
  const t = useT();
  return (
    <Sonner
      position="bottom-right"
      containerAriaLabel={t("common.notifications")}
      mobileOffset={{ bottom: "72px" }}
      icons={{
        success: <CircleCheck aria-hidden="true" className="size-4 text-ok" />,
        error: <OctagonAlert aria-hidden="true" className="size-4 text-bad" />,
        warning: <TriangleAlert aria-hidden="true" className="size-4 text-warn" />,
        info: <Info aria-hidden="true" className="size-4 text-info" />,
      }}
      toastOptions={{
        unstyled: true,
        classNames: {
          toast: "flex w-full items-start gap-3 rounded-lg bg-raised p-3 shadow-float",
          icon: "mt-0.5",
          title: "font-medium",
          description: "text-sm text-text-2",
          actionButton: "ml-auto shrink-0 rounded-sm font-medium text-accent-text",
          closeButton: "order-last ml-auto text-text-3",
        },
      }}
    />
  );
}
