/** News that can be missed: what was done, or failed, without a place of its own on the page. */
export interface Toast {
  id: number;
  tone: "ok" | "bad" | "info";
  title: string;
  description?: string;
}

interface ToastOptions {
  description?: string;
}

const SHOWN_MS = { ok: 4000, info: 5000, bad: 8000 } as const;
/** More would cover the page; the oldest goes. */
const MOST = 3;

let toasts: readonly Toast[] = [];
let lastId = 0;
const listeners = new Set<() => void>();

function set(next: readonly Toast[]): void {
  toasts = next;
  for (const listener of listeners) listener();
}

export function dismissToast(id: number): void {
  set(toasts.filter((toast) => toast.id !== id));
}

function add(tone: Toast["tone"], title: string, { description }: ToastOptions = {}): void {
  lastId += 1;
  const id = lastId;
  set([...toasts, { id, tone, title, description }].slice(-MOST));
  setTimeout(() => dismissToast(id), SHOWN_MS[tone]);
}

/** Takes translated sentences. Only for what is shown nowhere else. */
export const toast = {
  success: (title: string, options?: ToastOptions) => add("ok", title, options),
  error: (title: string, options?: ToastOptions) => add("bad", title, options),
  info: (title: string, options?: ToastOptions) => add("info", title, options),
} as const;

export const toastStore = {
  subscribe(listener: () => void): () => void {
    listeners.add(listener);
    return () => listeners.delete(listener);
  },
  get: () => toasts,
} as const;

export const NO_TOASTS: readonly Toast[] = [];
