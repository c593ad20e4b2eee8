import type { ErrorView } from "@/lib/errors";

/** What a deployment needs, each found out by trying it. Texts: `checks.<id>.*`. */
export const CHECK_IDS = [
  "eas_services",
  "eas_machines",
  "oss_buckets",
  "workspace",
  "bucket_region",
  "bucket_objects",
  "bucket_multipart",
  "bucket_cors",
] as const;
export type CheckId = (typeof CHECK_IDS)[number];

export type CheckFix = "apply_cors" | "choose_bucket" | "policy";

export interface CheckResult {
  id: CheckId;
  /** A warning does not stop a deployment. */
  state: "ok" | "warning" | "failed";
  /** The calls that were made, by the vendor's names. */
  calls: readonly string[];
  elapsedMs: number;
  params: Record<string, string | number>;
  error?: ErrorView;
  fix?: CheckFix;
  /** The smallest RAM policy that allows these calls, as JSON text, where rights are missing. */
  policy?: string;
}
