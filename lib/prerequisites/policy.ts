import type { CheckId } from "./types";

const NEEDS: Record<CheckId, { actions: string[]; on: "eas" | "workspace" | "account" | "bucket" | "objects" }> = {
  caller: { actions: ["sts:GetCallerIdentity"], on: "workspace" },
  name_free: { actions: ["eas:DescribeService"], on: "eas" },
  eas_services: {
    actions: [
      "eas:CreateService",
      "eas:CreateServiceAutoScaler",
      "eas:CreateServiceCronScaler",
      "eas:DeleteService",
      "eas:DeleteServiceAutoScaler",
      "eas:DeleteServiceCronScaler",
      "eas:DeleteServiceInstances",
      "eas:DeleteServiceLabel",
      "eas:DescribeGroup",
      "eas:DescribeService",
      "eas:DescribeServiceAutoScaler",
      "eas:DescribeServiceCronScaler",
      "eas:DescribeServiceDiagnosis",
      "eas:DescribeServiceEndpoints",
      "eas:DescribeServiceEvent",
      "eas:DescribeServiceLog",
      "eas:ListGroups",
      "eas:ListServiceContainers",
      "eas:ListServiceInstances",
      "eas:ListServiceVersions",
      "eas:ListServices",
      "eas:ReleaseService",
      "eas:RestartService",
      "eas:ScaleService",
      "eas:StartService",
      "eas:StopService",
      "eas:UpdateGroup",
      "eas:UpdateService",
      "eas:UpdateServiceAutoScaler",
      "eas:UpdateServiceCronScaler",
      "eas:UpdateServiceInstance",
      "eas:UpdateServiceLabel",
      "eas:UpdateServiceSafetyLock",
      "eas:UpdateServiceVersion",
    ],
    on: "eas",
  },
  eas_machines: { actions: ["eas:DescribeMachineSpec", "eas:DescribeRegions"], on: "eas" },
  mount_role: { actions: ["eas:ListServices", "eas:DescribeService"], on: "eas" },
  workspace: { actions: ["paiworkspace:ListWorkspaces", "paiimage:ListImages"], on: "workspace" },
  oss_buckets: { actions: ["oss:ListBuckets", "oss:PutBucket"], on: "account" },
  bucket_region: { actions: ["oss:GetBucketLocation"], on: "bucket" },
  bucket_objects: { actions: ["oss:PutObject", "oss:GetObject", "oss:DeleteObject"], on: "objects" },
  bucket_multipart: { actions: ["oss:PutObject", "oss:AbortMultipartUpload", "oss:ListParts"], on: "objects" },
  bucket_line: { actions: ["oss:PutObject", "oss:AbortMultipartUpload", "oss:DeleteObject"], on: "objects" },
  bucket_cors: { actions: ["oss:GetBucketCors", "oss:PutBucketCors", "oss:ListObjects"], on: "bucket" },
};

/**
 * The least-privilege RAM policy for what a check stands for (reference: oss-rest.md §16, eas-openapi.md §1). Several
 * service operations share one check, so its policy names all that the console calls.
 */
export function policyFor(id: CheckId, bucket?: string): string {
  const { actions, on } = NEEDS[id];
  const resource = {
    eas: "*",
    workspace: "*",
    account: "acs:oss:*:*:*",
    bucket: `acs:oss:*:*:${bucket ?? "*"}`,
    objects: `acs:oss:*:*:${bucket ?? "*"}/*`,
  }[on];
  const statement = { Effect: "Allow", Action: actions, Resource: [resource] };
  return JSON.stringify({ Version: "1", Statement: [statement] }, null, 2);
}
