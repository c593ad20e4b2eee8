/** What the browser's window says of an upload: the percentage in the tab's title, and a question before the page is left. */
import type { UploadProgress } from "@/lib/oss/upload/types";

const MARK = /^\d+% · /;

export function showInTitle(progress: UploadProgress | undefined): void {
  const plain = document.title.replace(MARK, "");
  const { state, doneBytes = 0, totalBytes = 0 } = progress ?? {};
  const isUnderWay = (state === "running" || state === "paused") && totalBytes > 0;
  // A new page brings its own title: the next tick marks that one.
  const title = isUnderWay ? `${Math.floor((doneBytes / totalBytes) * 100)}% · ${plain}` : plain;
  if (title !== document.title) document.title = title;
}

const ask = (event: BeforeUnloadEvent) => event.preventDefault();

export function askBeforeLeaving(isActive: boolean): void {
  if (isActive) window.addEventListener("beforeunload", ask);
  else window.removeEventListener("beforeunload", ask);
}
