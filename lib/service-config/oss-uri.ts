/** Folders of buckets, as people type them and as configurations name them. */

/** `oss://bucket/folder/` → its parts; undefined when it is something else. */
export function parseOssUri(uri: string): { bucket: string; folder: string } | undefined {
  const match = /^oss:\/\/([^/]+)(?:\/(.*))?$/.exec(uri);
  if (!match?.[1]) return undefined;
  const folder = (match[2] ?? "").replace(/^\/+|\/+$/g, "");
  return { bucket: match[1].replace(/\.oss-.*$/, ""), folder: folder ? `${folder}/` : "" };
}

/** What a person typed as a folder → the form that the schemas take: no outer slashes but one at the end, no `oss://`. */
export function toFolder(typed: string): string {
  const parts = typed
    .trim()
    .replace(/^oss:\/\/[^/]*/, "")
    .split("/")
    .filter((part) => part !== "" && part !== ".");
  return parts.length === 0 ? "" : `${parts.join("/")}/`;
}

/** `oss://bucket/folder/`, always with its slash at the end. */
export function toOssUri(bucket: string, folder: string): string {
  return `oss://${bucket}/${folder}`;
}
