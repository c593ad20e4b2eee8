/** How to reach one account in one region. Every client takes all it needs from here; none knows what is behind it. */
export interface Connection {
  /** Part of every cache key and store row. `embedded` and `environment` are fixed; saved ones carry a UUID. */
  id: string;
  kind: "embedded" | "environment" | "saved";
  name: string;
  /** Region id, e.g. `cn-hangzhou` (reference: regions-and-instances.md §1). */
  region: string;
  /** Empty in a `chained` one until `withCredentials` has asked for them. */
  credentials: Credentials;
  /** Its credentials are those of the role that the process has, asked for anew each time: they end after hours. */
  chained?: boolean;
  eas: Endpoint;
  workspace: Endpoint;
  sts: Endpoint;
  oss: OssEndpoint;
  /** Takes the place of `oss` for the objects of one bucket. */
  bucketDomain?: BucketDomain;
  /** Hosts (with port, or a suffix that starts with a dot) at which this account's services may be called. */
  gatewayHosts: readonly string[];
}

/** Whose it is, as part of keys: the credentials of a role change by the hour, the account behind them does not. */
export function accountOf({ chained, credentials }: Pick<Connection, "chained" | "credentials">): string {
  return chained ? "role" : credentials.accessKeyId;
}

export interface Credentials {
  accessKeyId: string;
  accessKeySecret: string;
  securityToken?: string;
}

export interface Endpoint {
  protocol: "https" | "http";
  /** Host name with an optional port; never a path. */
  host: string;
}

export interface OssEndpoint extends Endpoint {
  /** Path style (`http://host/bucket/key`) instead of virtual-hosted. OSS's own hosts accept only the latter. */
  pathStyle: boolean;
}

/**
 * A domain of one's own, bound to one bucket. Accounts that are new to OSS may not use the default one for objects in
 * mainland regions (reference: oss-rest.md §0, §1).
 */
export interface BucketDomain {
  bucket: string;
  /** A host name; always by HTTPS. */
  host: string;
}

/** What the browser may know of a connection. */
export interface ConnectionView {
  id: string;
  kind: Connection["kind"];
  name: string;
  region: string;
  bucketDomain?: BucketDomain;
}

export function toConnectionView({ id, kind, name, region, bucketDomain }: ConnectionView): ConnectionView {
  return { id, kind, name, region, bucketDomain };
}

/**
 * The suffix of a mainland region (`cn-hangzhou` → `hangzhou`), which the container's `--region` and its image address take;
 * undefined elsewhere: the container can only name mainland regions (reference: diffusers-service.md §2).
 */
export function regionPinyin(region: string): string | undefined {
  return /^cn-(?!hongkong$)([a-z]+)$/.exec(region)?.[1];
}
