/**
 * Which sources page and server were built from; the build puts it into both (next.config.mjs). What one release answers,
 * a page of the same release takes as its types say, without a validator of its own.
 */
export const RELEASE = process.env.EASEL_RELEASE ?? "";

/** On every answer in JSON. */
export const RELEASE_HEADER = "x-easel-release";

/** In the address of a live stream, whose answer's headers no page gets to see. */
export const RELEASE_PARAMETER = "release";

/** For a stream of events: the server refuses it to a page of another release. */
export function inRelease(path: string): string {
  return `${path}${path.includes("?") ? "&" : "?"}${RELEASE_PARAMETER}=${RELEASE}`;
}

let isOther = false;
const listeners = new Set<() => void>();

/** Whether an answer of another release has come since the page was loaded: only loading it anew helps. */
export const releaseNews = {
  subscribe(listener: () => void): () => void {
    listeners.add(listener);
    return () => listeners.delete(listener);
  },
  isOther: () => isOther,
  tell(): void {
    isOther = true;
    for (const listener of listeners) listener();
  },
} as const;
