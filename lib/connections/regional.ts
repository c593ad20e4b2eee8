import type { BucketDomain, Connection, Credentials } from "@/lib/connection";

/** A connection to Alibaba Cloud itself. Host rules: regions-and-instances.md §2. */
export function toRegionalConnection(input: {
  id: string;
  kind: "environment" | "saved";
  name: string;
  region: string;
  credentials: Credentials;
  bucketDomain?: BucketDomain;
}): Connection {
  const { region } = input;
  return {
    ...input,
    eas: { protocol: "https", host: `pai-eas.${region}.aliyuncs.com` },
    workspace: { protocol: "https", host: `aiworkspace.${region}.aliyuncs.com` },
    sts: { protocol: "https", host: `sts.${region}.aliyuncs.com` },
    oss: { protocol: "https", host: `oss-${region}.aliyuncs.com`, pathStyle: false },
    gatewayHosts: [`.${region}.pai-eas.aliyuncs.com`],
  };
}
