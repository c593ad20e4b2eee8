"use client";

import { useSyncExternalStore } from "react";
import {
  cancelUpload,
  clearUpload,
  currentView,
  finishAgain,
  goOnWithUpload,
  isActive,
  leaveOutFile,
  NO_UPLOAD,
  pauseUpload,
  resendFiles,
  resumeUpload,
  retryUpload,
  startUpload,
  subscribe,
  type UploadView,
} from "./current-upload";

const CONTROLS = {
  start: startUpload,
  pause: pauseUpload,
  resume: resumeUpload,
  retry: retryUpload,
  leaveOut: leaveOutFile,
  resend: resendFiles,
  finishAgain,
  goOn: goOnWithUpload,
  cancel: cancelUpload,
  clear: clearUpload,
};

export type UseUpload = UploadView &
  typeof CONTROLS & {
    /** Running or paused. */
    active: boolean;
  };

/** The tab's upload, renewed at most five times a second. */
export function useUpload(): UseUpload {
  const view = useSyncExternalStore(subscribe, currentView, () => NO_UPLOAD);
  return { ...view, ...CONTROLS, active: isActive(view) };
}
