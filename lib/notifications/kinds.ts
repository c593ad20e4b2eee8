/** What can be told; `test` is a person's own try of an address. */
export const NOTICE_KINDS = ["ready", "failed", "stuck", "idle", "idle_stopped", "unused", "budget"] as const;
export type NoticeKind = (typeof NOTICE_KINDS)[number];

/** The name that others rely on, in the body and in the header alike. */
export const eventName = (kind: string) => (kind === "budget" ? "costs.budget" : `service.${kind}`);
