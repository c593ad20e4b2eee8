"use client";

import { CircleCheck, Info, OctagonAlert, X } from "lucide-react";
import { useEffect, useRef, useSyncExternalStore } from "react";
import { useT } from "@/lib/i18n/react";
import { cn } from "./cn";
import { dismissToast, NO_TOASTS, toastStore } from "./toast";

const LOOK = {
  ok: { Icon: CircleCheck, colour: "text-ok" },
  bad: { Icon: OctagonAlert, colour: "text-bad" },
  info: { Icon: Info, colour: "text-info" },
} as const;

/** Where toasts appear: a live region that is always there, raised above a modal dialog when news comes while one is open. */
export function Toaster() {
  const t = useT();
  const toasts = useSyncExternalStore(toastStore.subscribe, toastStore.get, () => NO_TOASTS);
  const region = useRef<HTMLDivElement>(null);
  const newest = toasts.at(-1)?.id;

  // The top layer is a stack: shown again, the region lies on top. Otherwise it stays as it is, for the reader's sake.
  useEffect(() => {
    const element = region.current;
    if (!element) return;
    if (newest !== undefined && document.querySelector("dialog:modal") && element.matches(":popover-open")) {
      element.hidePopover();
    }
    if (!element.matches(":popover-open")) element.showPopover();
  }, [newest]);

  return (
    <div
      ref={region}
      role="status"
      popover="manual"
      aria-label={t("common.notifications")}
      className="inset-auto right-4 bottom-18 m-0 w-[min(22rem,calc(100vw-2rem))] overflow-visible border-0 bg-transparent p-0 text-text md:bottom-4"
    >
      <ul className="grid gap-2 empty:hidden">
        {toasts.map(({ id, tone, title, description }) => {
          const { Icon, colour } = LOOK[tone];
          return (
            <li key={id} className="flex animate-pop-in items-start gap-3 rounded-lg bg-raised p-3 shadow-float">
              <Icon aria-hidden="true" className={cn("mt-0.5 size-4 shrink-0", colour)} />
              <div className="min-w-0 flex-1 wrap-anywhere">
                <p className="font-medium">{title}</p>
                {description ? <p className="text-sm text-text-2">{description}</p> : null}
              </div>
              <button
                type="button"
                aria-label={t("common.close")}
                onClick={() => dismissToast(id)}
                className="rounded-sm text-text-3 hover:text-text"
              >
                <X aria-hidden="true" className="size-4" />
              </button>
            </li>
          );
        })}
      </ul>
    </div>
  );
}
