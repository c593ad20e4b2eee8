import type { ObjectStore } from "@/lib/sandbox/core/types";
import { PythonError } from "./python-error";

/** Where the sandbox's own OSS listens, and the region that it plays. */
export interface OssPlace {
  port: number;
  region: string;
}

/** Nobody waits longer for a picture. */
const TIMEOUT_MS = 60_000;

/**
 * The network of a container: the sandbox's OSS and nothing else. A link to an Alibaba Cloud host of the region, or to the
 * sandbox's own address in either style, goes there over HTTP, so that access rules, signatures and their expiry hold.
 */
export function createLinkFetcher(oss: () => OssPlace): (link: string) => Promise<Uint8Array> {
  return async (link) => {
    const { port, region } = oss();
    const place = locate(link, region, port);
    if (!place) throw unreachable(link);
    const { bucket, path, search } = place;
    const response = await fetch(`http://localhost:${port}/${bucket}${path}${search}`, {
      signal: AbortSignal.timeout(TIMEOUT_MS),
    });
    return new Uint8Array(await response.arrayBuffer());
  };
}

/** The same without a server: whatever lies in the store can be read. */
export function createStoreFetcher(store: ObjectStore, region: string): (link: string) => Promise<Uint8Array> {
  return async (link) => {
    const place = locate(link, region);
    if (!place) throw unreachable(link);
    const key = decodeURIComponent(place.path.slice(1));
    const found = (await store.bucketExists(place.bucket)) && (await store.head(place.bucket, key));
    return found ? store.read(place.bucket, key) : Buffer.from("<Error><Code>NoSuchKey</Code></Error>");
  };
}

const unreachable = (link: string) =>
  new PythonError("requests.exceptions.ConnectionError", `Max retries exceeded with url: ${link}`);

interface Place {
  bucket: string;
  /** Begins with a slash, escaped as in the link. */
  path: string;
  search: string;
}

/** Bucket and key behind a link. Without a port any one of this machine counts. */
function locate(link: string, region: string, port?: number): Place | undefined {
  if (!URL.canParse(link)) return undefined;
  const { hostname, pathname, port: asked, protocol, search } = new URL(link);
  if (protocol !== "http:" && protocol !== "https:") return undefined;
  const cloud = /^([a-z0-9-]+)\.oss-([a-z0-9-]+?)(-internal)?\.aliyuncs\.com$/.exec(hostname);
  if (cloud?.[1]) return cloud[2] === region ? { bucket: cloud[1], path: pathname, search } : undefined;
  const own = /^(?:([a-z0-9-]+)\.)?(localhost|127\.0\.0\.1|\[::1\])$/.exec(hostname);
  if (!own || (port !== undefined && Number(asked) !== port)) return undefined;
  if (own[1]) return { bucket: own[1], path: pathname, search };
  const [, bucket, path] = /^\/([^/]+)(\/.*)$/.exec(pathname) ?? [];
  return bucket !== undefined && path !== undefined ? { bucket, path, search } : undefined;
}
