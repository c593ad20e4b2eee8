/** Names as the cloud takes them: the schemas refuse by them, and the wizard tells by them what is still to do. */

/** OSS bucket names: oss-rest.md. */
export const BUCKET_NAME = /^[a-z0-9][a-z0-9-]{1,61}[a-z0-9]$/;

/** A folder in a bucket: `models/name/`, or empty for the bucket itself. Normalised by `toFolder` before it gets here. */
export const FOLDER = /^(?!\/)(?!.*(?:\/\/|\\))(?:[^/]+\/)*$/;

/** EAS turns `_` into `-` in pod names and refuses hyphens and capitals (eas-service-json.md §2.1). */
export const SERVICE_NAME = /^[a-z][a-z0-9_]{2,62}$/;
