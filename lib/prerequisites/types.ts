import type { ErrorView } from "@/lib/errors";

/** What a deployment needs, each found out by trying it. Texts: `checks.<id>.*`. */
export const CHECK_IDS = [
  "caller",
  "eas_services",
  "eas_machines",
  "mount_role",
  "oss_buckets",
  "workspace",
  "name_free",
  "bucket_region",
  "bucket_objects",
  "bucket_multipart",
  "bucket_cors",
  "bucket_line",
] as const;
export type CheckId = (typeof CHECK_IDS)[number];

export const CHECK_FIXES = ["apply_cors", "choose_bucket", "policy", "open_pai"] as const;
export type CheckFix = (typeof CHECK_FIXES)[number];

/** Only what failed stops a deployment. `unknown`: there is no call that tells, and nothing proves it either way. */
export const CHECK_STATES = ["ok", "unknown", "warning", "failed"] as const;
export type CheckState = (typeof CHECK_STATES)[number];

export interface CheckResult {
  id: CheckId;
  state: CheckState;
  /** The calls that were made, by the vendor's names. */
  calls: readonly string[];
  elapsedMs: number;
  params: Record<string, string | number>;
  /** Of the requests that were answered well, by which the vendor finds them again. */
  requestIds: readonly string[];
  error?: ErrorView;
  fix?: CheckFix;
  /** The smallest RAM policy that allows these calls, as JSON text, where rights are missing. */
  policy?: string;
}
