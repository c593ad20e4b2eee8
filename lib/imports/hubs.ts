import { z } from "zod";
import { AppError } from "@/lib/errors";
import { type Remote, readAll } from "./remote";
import type { RemoteSource } from "./remote-file";
import type { NamedSum } from "./sum";

/** Model hubs: a repository's files with their sizes, and where each is read. */

export interface Hub {
  /** Without a slash at the end. */
  baseUrl: string;
  token?: string;
}

export interface HubFile extends RemoteSource, NamedSum {
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
/** As many as a model root can sensibly have. */
export const FILES_MAX = 20_000;
/** Pages of a listing; a hub that always has one more is none. */
const PAGES_MAX = 200;

export const tooMany = () => new AppError("invalid_input", { params: { rule: "imports.errors.tooMany" } });
const notAHub = (cause?: unknown) => new AppError("upstream", { params: { rule: "imports.errors.notAHub" }, cause });

const authorization = ({ token }: Hub) => (token ? { authorization: `Bearer ${token}` } : undefined);

async function getJson(remote: Remote, hub: Hub, url: string, signal: AbortSignal) {
  const { body, headers } = await remote.get(url, { headers: authorization(hub), signal });
  const text = (await readAll(body, LIST_BYTES_MAX)).toString("utf8");
  try {
    return { value: JSON.parse(text) as unknown, link: headers.link };
  } catch (cause) {
    throw notAHub(cause);
  }
}

function parse<S extends z.ZodType>(schema: S, value: unknown): z.output<S> {
  const parsed = schema.safeParse(value);
  if (!parsed.success) throw notAHub();
  return parsed.data;
}

const encodePath = (path: string) => path.split("/").map(encodeURIComponent).join("/");

const Size = z.number().int().nonnegative();
const hexOf = (digits: number) =>
  z
    .string()
    .regex(new RegExp(`^[0-9a-f]{${digits}}$`))
    .optional()
    .catch(undefined);
const Sha256 = hexOf(64);
/** Large files lie in LFS, whose id of a file is its sum: git's own is then that of the pointer. */
const HuggingFaceTree = z.array(
  z.object({
    type: z.string(),
    path: z.string(),
    size: Size,
    oid: hexOf(40),
    lfs: z.object({ oid: Sha256 }).nullish(),
  }),
);

/** Pages follow one another by the `Link` header; the address of a file redirects to where its bytes are. */
export async function listHuggingFace(
  remote: Remote,
  hub: Hub,
  { id, revision }: Repository,
  signal: AbortSignal,
): Promise<HubFile[]> {
  const files: HubFile[] = [];
  const tree = `${hub.baseUrl}/api/models/${encodePath(id)}/tree/${encodeURIComponent(revision)}?recursive=true`;
  let pages = 0;
  for (let url: string | undefined = tree; url !== undefined; ) {
    pages += 1;
    if (pages > PAGES_MAX) throw tooMany();
    const { value, link } = await getJson(remote, hub, url, signal);
    for (const { type, path, size, oid, lfs } of parse(HuggingFaceTree, value)) {
      if (type !== "file") continue;
      const at = `${hub.baseUrl}/${encodePath(id)}/resolve/${encodeURIComponent(revision)}/${encodePath(path)}`;
      const sum = lfs ? { sha256: lfs.oid } : { gitBlob: oid };
      files.push({ path, sizeBytes: size, url: at, headers: authorization(hub), ...sum });
    }
    if (files.length > FILES_MAX) throw tooMany();
    const next: string | undefined = /<([^>]+)>;\s*rel="next"/.exec([link].flat().join(","))?.[1];
    url = next === undefined ? undefined : onHub(hub, next, url);
  }
  return files;
}

/** A hub's own pages lie on the hub: its token is told to nobody else. */
function onHub({ baseUrl }: Hub, next: string, current: string): string {
  if (!URL.canParse(next, current)) throw notAHub();
  const url = new URL(next, current);
  if (url.origin !== new URL(baseUrl).origin) throw notAHub();
  return url.href;
}

const ModelScopeFiles = z.object({
  Data: z.object({ Files: z.array(z.object({ Path: z.string(), Size, Type: z.string(), Sha256 })) }),
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
  const blobs = parse(ModelScopeFiles, value).Data.Files.filter(({ Type }) => Type === "blob");
  if (blobs.length > FILES_MAX) throw tooMany();
  return blobs.map(({ Path, Size, Sha256: sha256 }) => ({
    path: Path,
    sizeBytes: Size,
    sha256,
    url: `${repository}?${new URLSearchParams({ Revision: revision, FilePath: Path })}`,
    headers: authorization(hub),
  }));
}
