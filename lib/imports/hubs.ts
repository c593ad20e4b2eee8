import { z } from "zod";
import { AppError } from "@/lib/errors";
import { type Remote, readAll } from "./remote";
import type { RemoteSource } from "./remote-file";

/** Model hubs: a repository's files with their sizes, and where each is read. */

export interface Hub {
  /** Without a slash at the end. */
  baseUrl: string;
  token?: string;
}

export interface HubFile extends RemoteSource {
  path: string;
  sizeBytes: number;
}

export interface Repository {
  /** `owner/name`. */
  id: string;
  revision: string;
}

/** A listing longer than this is no model repository. */
const LIST_BYTES_MAX = 32 * 1024 * 1024;
const FILES_MAX = 20_000;

const authorization = ({ token }: Hub) => (token ? { authorization: `Bearer ${token}` } : undefined);

async function getJson(remote: Remote, hub: Hub, url: string, signal: AbortSignal) {
  const { body, headers } = await remote.get(url, { headers: authorization(hub), signal });
  const text = (await readAll(body, LIST_BYTES_MAX)).toString("utf8");
  try {
    return { value: JSON.parse(text) as unknown, link: headers.link };
  } catch (cause) {
    throw new AppError("upstream", { params: { rule: "imports.errors.notAHub" }, cause });
  }
}

function parse<S extends z.ZodType>(schema: S, value: unknown): z.output<S> {
  const parsed = schema.safeParse(value);
  if (!parsed.success) throw new AppError("upstream", { params: { rule: "imports.errors.notAHub" } });
  return parsed.data;
}

const encodePath = (path: string) => path.split("/").map(encodeURIComponent).join("/");

const HuggingFaceTree = z.array(z.object({ type: z.string(), path: z.string(), size: z.number() }));

/** Pages follow one another by the `Link` header; the address of a file redirects to where its bytes are. */
export async function listHuggingFace(
  remote: Remote,
  hub: Hub,
  { id, revision }: Repository,
  signal: AbortSignal,
): Promise<HubFile[]> {
  const files: HubFile[] = [];
  const tree = `${hub.baseUrl}/api/models/${encodePath(id)}/tree/${encodeURIComponent(revision)}?recursive=true`;
  for (let url: string | undefined = tree; url !== undefined && files.length < FILES_MAX; ) {
    const { value, link } = await getJson(remote, hub, url, signal);
    for (const { type, path, size } of parse(HuggingFaceTree, value)) {
      if (type !== "file") continue;
      const at = `${hub.baseUrl}/${encodePath(id)}/resolve/${encodeURIComponent(revision)}/${encodePath(path)}`;
      files.push({ path, sizeBytes: size, url: at, headers: authorization(hub) });
    }
    const next: string | undefined = /<([^>]+)>;\s*rel="next"/.exec([link].flat().join(","))?.[1];
    url = next === undefined ? undefined : new URL(next, url).href;
  }
  return files;
}

const ModelScopeFiles = z.object({
  Data: z.object({ Files: z.array(z.object({ Path: z.string(), Size: z.number(), Type: z.string() })) }),
});

export async function listModelScope(
  remote: Remote,
  hub: Hub,
  { id, revision }: Repository,
  signal: AbortSignal,
): Promise<HubFile[]> {
  const repository = `${hub.baseUrl}/api/v1/models/${encodePath(id)}/repo`;
  const query = new URLSearchParams({ Revision: revision, Recursive: "true" });
  const { value } = await getJson(remote, hub, `${repository}/files?${query}`, signal);
  return parse(ModelScopeFiles, value)
    .Data.Files.filter(({ Type }) => Type === "blob")
    .slice(0, FILES_MAX)
    .map(({ Path, Size }) => ({
      path: Path,
      sizeBytes: Size,
      url: `${repository}?${new URLSearchParams({ Revision: revision, FilePath: Path })}`,
      headers: authorization(hub),
    }));
}
