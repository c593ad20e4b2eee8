import type { OssEndpoint } from "./connection";

interface PolicyParts {
  nonce: string;
  /** Where model files go and pictures come from, beside Alibaba Cloud's own hosts. */
  buckets: readonly OssEndpoint[];
  /** Custom domains of buckets: exactly these hosts. */
  domains?: readonly string[];
  /** React's and Turbopack's development builds evaluate code, inject styles and hold a socket. */
  development: boolean;
}

/** A saved connection may lie in any region, and a page is not made anew when one is added. */
const VENDOR = "https://*.aliyuncs.com";

/**
 * What a page may load: scripts that this answer names by its nonce and what they load themselves, our own styles,
 * pictures and uploads at the buckets, nothing else. CRC-64 is WebAssembly; style attributes carry sizes and progress.
 */
export function contentSecurityPolicy({ nonce, buckets, domains = [], development }: PolicyParts): string {
  const stores = [VENDOR, ...buckets.flatMap(origins), ...domains.map((host) => `https://${host}`)]
    .filter((origin, at, all) => all.indexOf(origin) === at)
    .join(" ");
  return [
    "default-src 'self'",
    `script-src 'self' 'nonce-${nonce}' 'strict-dynamic' 'wasm-unsafe-eval'${development ? " 'unsafe-eval'" : ""}`,
    `style-src 'self'${development ? " 'unsafe-inline'" : ""}`,
    "style-src-attr 'unsafe-inline'",
    `img-src 'self' data: blob: ${stores}`,
    `connect-src 'self' ${stores}${development ? " ws:" : ""}`,
    "worker-src 'self' blob:",
    "object-src 'none'",
    "base-uri 'self'",
    "form-action 'self'",
    "frame-ancestors 'none'",
  ].join("; ");
}

/** Virtual-hosted buckets are names below the endpoint, path-style ones lie at the endpoint itself. */
function origins({ protocol, host, pathStyle }: OssEndpoint): string[] {
  const own = `${protocol}://${pathStyle ? "" : "*."}${host}`;
  return /^https:\/\/\*\.[\w.-]+\.aliyuncs\.com$/.test(own) ? [] : [own];
}
