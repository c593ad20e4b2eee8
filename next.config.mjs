/** The content security policy has a nonce in it and comes from proxy.ts. */
const SECURITY_HEADERS = [
  { key: "X-Content-Type-Options", value: "nosniff" },
  { key: "Referrer-Policy", value: "same-origin" },
];

/** @type {import("next").NextConfig} */
const config = {
  typedRoutes: true,
  agentRules: false,
  experimental: { agentUpgrade: false },
  poweredByHeader: false,
  reactStrictMode: true,
  // The arguments of Server Actions hold passwords.
  logging: { serverFunctions: false },
  headers: async () => [{ source: "/:path*", headers: SECURITY_HEADERS }],
  // These load files beside themselves or fail to bundle.
  serverExternalPackages: ["ali-oss", "@alicloud/openapi-core", "@darabonba/typescript", "pg", "sharp", "pino"],
};

export default config;
