import { PHASE_PRODUCTION_BUILD } from "next/constants.js";
import { consoleDigest } from "./lib/launcher/build.mjs";

/** The content security policy has a nonce in it and comes from proxy.ts. */
const SECURITY_HEADERS = [
  { key: "X-Content-Type-Options", value: "nosniff" },
  { key: "Referrer-Policy", value: "same-origin" },
];

/** @returns {import("next").NextConfig} */
const config = (/** @type {string} */ phase) => ({
  // A checkout starts quicker without it; lib/launcher/standalone.mjs asks for it.
  output: process.env.EASEL_STANDALONE ? "standalone" : undefined,
  typedRoutes: true,
  agentRules: false,
  experimental: {
    agentUpgrade: false,
    // Fewer and larger chunks than by default: ten instead of seventeen a page, and 4 kB less of it once compressed.
    turbopackChunking: {
      minChunkSize: 150_000,
      maxMergeChunkSize: 400_000,
      firstPageLoadPriority: 0.9,
      requestCost: 400_000,
    },
  },
  poweredByHeader: false,
  reactStrictMode: true,
  // The arguments of Server Actions hold passwords.
  logging: { serverFunctions: false },
  headers: async () => [{ source: "/:path*", headers: SECURITY_HEADERS }],
  // These load files beside themselves or fail to bundle.
  serverExternalPackages: [
    "ali-oss",
    "@alicloud/credentials",
    "@alicloud/openapi-core",
    "@darabonba/typescript",
    "pg",
    "sharp",
    "pino",
  ],
  // lib/release.ts. The build writes it into page and server; whoever starts what was built does not ask anew.
  env: { EASEL_RELEASE: phase === PHASE_PRODUCTION_BUILD ? consoleDigest(import.meta.dirname).slice(0, 16) : "" },
});

export default config;
