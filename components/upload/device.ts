/** Who else is at the same folder: other tabs of this browser, told by a lock where there are any; others, told by the server. */
import { AppError } from "@/lib/errors";

const KEY = "easel-device";

/** Made when it is first needed: a page is drawn on the server too. */
let page: string | undefined;

/**
 * The name that the server tells uploads apart by; undefined where nothing can be kept (private windows). One for all tabs of
 * this browser, which locks keep apart; one for each page where there are no locks (only a secure context has them).
 */
export function deviceName(): string | undefined {
  if (!locksHere()) {
    page ??= randomName();
    return page;
  }
  try {
    const known = localStorage.getItem(KEY);
    if (known) return known;
    const made = randomName();
    localStorage.setItem(KEY, made);
    return made;
  } catch {
    return undefined;
  }
}

function randomName(): string {
  return Array.from(crypto.getRandomValues(new Uint8Array(12)), (byte) => byte.toString(36)).join("");
}

function locksHere(): LockManager | undefined {
  return (navigator as { locks?: LockManager }).locks;
}

/**
 * Holds the folder for this tab until it is given back, also by the tab's end. Refused while another tab holds it. Without
 * locks it is the server that tells the tabs of each other, by the names of their pages.
 */
export async function holdFolder(name: string): Promise<() => void> {
  const locks = locksHere();
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
