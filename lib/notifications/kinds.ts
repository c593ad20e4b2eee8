/** What can be told of a service; `test` is a person's own try of an address. */
export const NOTICE_KINDS = ["ready", "failed", "stuck"] as const;
export type NoticeKind = (typeof NOTICE_KINDS)[number];
