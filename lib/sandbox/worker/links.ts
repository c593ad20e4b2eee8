import type { ObjectStore } from "@/lib/sandbox/core/types";
import { PythonError } from "./python-error";

/** File systems refuse longer names. */
const MAX_NAME_BYTES = 255;

/**
 * Downloads as the service does them, with its traps (reference: diffusers-service.md §9): the picture is saved under the
 * last part of the link, query included, and appended to what was saved under that name before, so that the first
 * picture is read again. Only objects of the sandbox's own OSS can be reached.
 */
export class LinkReader {
  private readonly saved = new Map<string, Uint8Array>();

  constructor(
    private readonly store: ObjectStore,
    /** `--region`, e.g. `hangzhou`. */
    private readonly flagRegion: string,
    /** Where the service runs, e.g. `cn-hangzhou`. */
    private readonly region: string,
  ) {}

  /** Links of the flag's region go to the intranet endpoint. */
  toInternal(link: string): string {
    if (!link.includes(`oss-cn-${this.flagRegion}.aliyuncs.com`) || link.includes("internal")) return link;
    return link.replaceAll(".aliyuncs.com/", "-internal.aliyuncs.com/");
  }

  async download(link: string): Promise<Uint8Array> {
    const body = await this.fetch(link);
    const name = link.split("/").at(-1) ?? "";
    if (name === "") throw new PythonError("FileNotFoundError", "[Errno 2] No such file or directory: ''");
    if (Buffer.byteLength(name) > MAX_NAME_BYTES) {
      throw new PythonError("OSError", `[Errno 36] File name too long: '${name}'`);
    }
    const before = this.saved.get(name);
    if (before) return before;
    this.saved.set(name, body);
    return body;
  }

  private async fetch(link: string): Promise<Uint8Array> {
    const place = locateObject(link, this.region);
    if (!place || !(await this.store.bucketExists(place.bucket))) {
      throw new PythonError("requests.exceptions.ConnectionError", `Max retries exceeded with url: ${link}`);
    }
    return this.store.read(place.bucket, place.key);
  }
}

/** Bucket and key behind a link: an Alibaba Cloud host of this region, or the sandbox's own address in both styles. */
function locateObject(link: string, region: string): { bucket: string; key: string } | undefined {
  if (!URL.canParse(link)) return undefined;
  const url = new URL(link);
  let path: string;
  try {
    path = decodeURIComponent(url.pathname.slice(1));
  } catch {
    return undefined;
  }
  const cloud = /^([a-z0-9-]+)\.oss-([a-z0-9-]+?)(-internal)?\.aliyuncs\.com$/.exec(url.hostname);
  if (cloud?.[1]) return cloud[2] === region ? { bucket: cloud[1], key: path } : undefined;
  const own = /^(?:([a-z0-9-]+)\.)?(localhost|127\.0\.0\.1)$/.exec(url.hostname);
  if (!own) return undefined;
  if (own[1]) return { bucket: own[1], key: path };
  const slash = path.indexOf("/");
  return slash > 0 ? { bucket: path.slice(0, slash), key: path.slice(slash + 1) } : undefined;
}
