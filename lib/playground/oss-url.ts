/** `oss://bucket/key` as the service answers it; the key is not percent-encoded. Undefined when it is something else. */
export function parseOssUrl(url: string): { bucket: string; key: string } | undefined {
  const match = /^oss:\/\/([a-z0-9][a-z0-9-]{1,61}[a-z0-9])(?:\.[a-z0-9.-]+)?\/+([^/].*)$/s.exec(url);
  const [, bucket, key] = match ?? [];
  if (bucket === undefined || key === undefined) return undefined;
  // A save_dir or prefix written with slashes at both ends doubles them in the URL; object keys from the mount have one.
  return { bucket, key: key.replace(/\/{2,}/g, "/") };
}
