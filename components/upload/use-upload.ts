"use client";

import { useEffect, useSyncExternalStore } from "react";
import {
  cancelUpload,
  clearUpload,
  currentView,
  isActive,
  NO_UPLOAD,
  pauseUpload,
  resumeUpload,
  retryUpload,
  startUpload,
  subscribe,
  type UploadView,
} from "./current-upload";

export interface UseUpload extends UploadView {
  /** Running or paused. */
  active: boolean;
  start: typeof startUpload;
  pause: typeof pauseUpload;
  resume: typeof resumeUpload;
  retry: typeof retryUpload;
  cancel: typeof cancelUpload;
  clear: typeof clearUpload;
}

const CONTROLS = {
  start: startUpload,
  pause: pauseUpload,
  resume: resumeUpload,
  retry: retryUpload,
  cancel: cancelUpload,
  clear: clearUpload,
};

/** The tab's upload, renewed at most five times a second; asks before the page is left while it is active. */
export function useUpload(): UseUpload {
  const view = useSyncExternalStore(subscribe, currentView, () => NO_UPLOAD);
  const active = isActive(view);
  useEffect(() => {
    if (!active) return;
    const ask = (event: BeforeUnloadEvent) => event.preventDefault();
    window.addEventListener("beforeunload", ask);
    return () => window.removeEventListener("beforeunload", ask);
  }, [active]);
  return { ...view, ...CONTROLS, active };
}
