/** @type {import("next").NextConfig} */
const config = {
  typedRoutes: true,
  agentRules: false,
  experimental: { agentUpgrade: false },
  poweredByHeader: false,
  reactStrictMode: true,
  // These load files beside themselves or fail to bundle.
  serverExternalPackages: [
    "ali-oss",
    "@alicloud/openapi-core",
    "@alicloud/credentials",
    "@darabonba/typescript",
    "pg",
    "sharp",
    "pino",
  ],
};

export default config;
