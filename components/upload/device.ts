/** Who else is at the same folder: other tabs of this browser, told by a lock; other browsers, told by the server. */
import { AppError } from "@/lib/errors";

const KEY = "easel-device";

/** A name of this browser; undefined where nothing can be kept (private windows). */
export function deviceName(): string | undefined {
  try {
    const known = localStorage.getItem(KEY);
    if (known) return known;
    const made = Array.from(crypto.getRandomValues(new Uint8Array(12)), (byte) => byte.toString(36)).join("");
    localStorage.setItem(KEY, made);
    return made;
  } catch {
    return undefined;
  }
}

/**
 * Holds the folder for this tab until it is given back, also by the tab's end. Refused while another tab holds it. Where the
 * browser has no locks (only a secure context does) tabs are told apart by nothing.
 */
export async function holdFolder(name: string): Promise<() => void> {
  const { locks } = navigator as { locks?: LockManager };
  if (!locks) return () => undefined;
  return new Promise((resolve, reject) => {
    locks
      .request(`easel-upload ${name}`, { ifAvailable: true }, (lock) => {
        if (!lock) {
          reject(new AppError("conflict", { params: { reason: "busy", rule: "upload.busy.tab" } }));
          return;
        }
        return new Promise<void>((release) => resolve(release));
      })
      .catch(reject);
  });
}
