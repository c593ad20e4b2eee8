/** What can be told; `test` is a person's own try of an address. */
export const NOTICE_KINDS = ["ready", "failed", "stuck", "idle", "idle_stopped", "unused", "budget"] as const;
export type NoticeKind = (typeof NOTICE_KINDS)[number];
