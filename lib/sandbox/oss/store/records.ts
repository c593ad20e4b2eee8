/** What the store remembers. Plain JSON: every record stands in the journal as it is here. */

/** A stretch of one blob file. Objects are lists of them, so completing an upload or copying an object moves no bytes. */
export interface Segment {
  blob: string;
  start: number;
  size: number;
}

export type Acl = "private" | "public-read" | "public-read-write";
export type ObjectAcl = Acl | "default";

export interface Content {
  size: number;
  /** Upper-case hex, without quotes. */
  etag: string;
  /** Unsigned decimal. */
  crc64: string;
  segments: Segment[];
}

export interface ObjectRecord extends Content {
  key: string;
  type: "Normal" | "Multipart" | "Appendable" | "Symlink";
  /** Milliseconds since the epoch. */
  lastModified: number;
  /** Lower-case names; content headers and `x-oss-meta-*`, bytes as latin1. */
  headers: Record<string, string>;
  storageClass: string;
  acl: ObjectAcl;
  restored?: RestoreRecord;
  tags?: Tag[];
  /** Of a symbolic link: the key that it stands for. */
  target?: string;
}

export interface Tag {
  key: string;
  value: string;
}

/** A readable copy of an archived object; milliseconds since the epoch. */
export interface RestoreRecord {
  from: number;
  until: number;
}

export interface PartRecord extends Content {
  number: number;
  lastModified: number;
}

export interface UploadRecord {
  id: string;
  key: string;
  initiated: number;
  headers: Record<string, string>;
  storageClass: string;
  acl: ObjectAcl;
  tags?: Tag[];
}

export interface CorsRule {
  allowedOrigins: string[];
  allowedMethods: string[];
  allowedHeaders: string[];
  exposeHeaders: string[];
  maxAgeSeconds?: number;
}

export interface CorsConfiguration {
  rules: CorsRule[];
  responseVary?: boolean;
}

/** As stored and returned; the sandbox keeps the rules and does not act on them. */
export interface LifecycleElement {
  name: string;
  text: string;
  children: LifecycleElement[];
}

export interface RefererConfiguration {
  allowEmpty: boolean;
  referers: string[];
}

export interface WebsiteConfiguration {
  index?: string;
  errorKey?: string;
}

export interface BucketRecord {
  name: string;
  created: number;
  acl: Acl;
  storageClass: string;
  redundancy: string;
  cors?: CorsConfiguration;
  lifecycle?: LifecycleElement[];
  referer?: RefererConfiguration;
  website?: WebsiteConfiguration;
  tags?: Tag[];
}

/** One change. State is what remains when all are applied in order. */
export type Change =
  | { op: "bucket"; bucket: BucketRecord }
  | { op: "bucket-gone"; bucket: string }
  | { op: "object"; bucket: string; object: ObjectRecord }
  | { op: "objects-gone"; bucket: string; keys: string[] }
  | { op: "upload"; bucket: string; upload: UploadRecord }
  | { op: "part"; bucket: string; uploadId: string; part: PartRecord }
  | { op: "upload-gone"; bucket: string; uploadId: string }
  | { op: "complete"; bucket: string; uploadId: string; object: ObjectRecord };
