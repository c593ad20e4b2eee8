import { resolve } from "node:path";
import { z } from "zod";
import { type OidcSettings, parseRoles, ROLE_NAMES } from "./oidc-settings";

/** The only reader of `process.env`. Names and defaults are promises to scripts and people outside. */

const port = (fallback: number) => z.coerce.number().int().min(0).max(65535).default(fallback);
const text = z.string().trim().min(1).optional();
const regionId = z
  .string()
  .trim()
  .regex(/^[a-z]{2,}(-[a-z0-9]+)+$/, "is not a region id such as cn-hangzhou");

const hub = (fallback: string) =>
  z
    .url({ protocol: /^https?$/, error: "is not an address such as https://huggingface.co" })
    .transform((url) => url.replace(/\/+$/, ""))
    .default(fallback);

export const EnvSchema = z
  .object({
    NODE_ENV: z.string().optional(),
    PORT: port(3000),
    HOST: z.string().trim().min(1).default("127.0.0.1"),
    EASEL_DATA: z.string().trim().min(1).default(".easel"),
    EASEL_SETUP_CODE: text,
    EASEL_SECRET_KEY_FILE: text,
    DATABASE_URL: z
      .string()
      .trim()
      .regex(/^postgres(ql)?:\/\//, "is not an address such as postgres://user:password@host:5432/easel")
      .optional(),
    ALIBABA_CLOUD_ACCESS_KEY_ID: text,
    ALIBABA_CLOUD_ACCESS_KEY_SECRET: text,
    ALIBABA_CLOUD_SECURITY_TOKEN: text,
    EASEL_CREDENTIALS: z.enum(["keys", "chain"], "must be keys or chain").default("keys"),
    EASEL_REGION: regionId.default("cn-hangzhou"),
    EASEL_BUCKET_DOMAIN: z
      .string()
      .trim()
      .regex(
        /^[a-z0-9-]{3,63}=[a-z0-9-]+(\.[a-z0-9-]+)+$/,
        "is not a bucket and its domain such as models=models.example.com",
      )
      .optional(),
    EASEL_SANDBOX: z.enum(["on", "off"], "must be on or off").optional(),
    EASEL_SANDBOX_OSS_PORT: port(9100),
    EASEL_SANDBOX_EAS_PORT: port(9101),
    EASEL_SANDBOX_GATEWAY_PORT: port(9102),
    EASEL_SANDBOX_STS_PORT: port(9103),
    EASEL_SANDBOX_CONTROL_PORT: port(9104),
    EASEL_SANDBOX_ACCESS_KEY_ID: text,
    EASEL_SANDBOX_ACCESS_KEY_SECRET: text,
    EASEL_SANDBOX_REGION: regionId.default("cn-hangzhou"),
    EASEL_SANDBOX_SPEED: z.coerce.number().min(0).default(1),
    EASEL_IMPORT_ALLOWED_HOSTS: z
      .string()
      .regex(/^[\w.:[\]-]+(\s*,\s*[\w.:[\]-]+)*$/, "is not a list such as mirror.example.com,10.0.0.5:8080")
      .optional(),
    EASEL_HUGGINGFACE_URL: hub("https://huggingface.co"),
    EASEL_HUGGINGFACE_TOKEN: text,
    EASEL_MODELSCOPE_URL: hub("https://modelscope.cn"),
    EASEL_MODELSCOPE_TOKEN: text,
    EASEL_PUBLIC_URL: z
      .url({ protocol: /^https?$/, error: "is not an address such as https://easel.example.com" })
      .refine((url) => new URL(url).pathname === "/", "must be an address without a path")
      .transform((url) => new URL(url).origin)
      .optional(),
    EASEL_OIDC_ISSUER: z
      .url({ protocol: /^https?$/, error: "is not an address such as https://login.example.com/realms/studio" })
      .transform((url) => new URL(url))
      .refine(isSafe, "must be https, unless it lies on this machine")
      .optional(),
    EASEL_OIDC_CLIENT_ID: text,
    EASEL_OIDC_CLIENT_SECRET: text,
    EASEL_OIDC_CLIENT_AUTH: z.enum(["basic", "post"], "must be basic or post").optional(),
    EASEL_OIDC_SCOPES: z
      .string()
      .trim()
      .refine((scopes) => scopes.split(/\s+/).includes("openid"), "must hold openid")
      .default("openid profile email"),
    EASEL_OIDC_NAME: z.string().trim().min(1).max(60).default("OpenID"),
    EASEL_OIDC_GROUPS_CLAIM: z.string().trim().min(1).default("groups"),
    EASEL_OIDC_ROLES: z
      .string()
      .transform((list, context) => {
        const roles = parseRoles(list);
        if (!roles) context.addIssue({ code: "custom", message: "is not a list such as admins=owner,studio=artist" });
        return roles ?? [];
      })
      .optional(),
    EASEL_OIDC_DEFAULT_ROLE: z.enum(ROLE_NAMES, `must be one of ${ROLE_NAMES.join(", ")}`).optional(),
  })
  .superRefine((value, context) => {
    const pairs = [
      ["ALIBABA_CLOUD_ACCESS_KEY_ID", "ALIBABA_CLOUD_ACCESS_KEY_SECRET"],
      ["EASEL_SANDBOX_ACCESS_KEY_ID", "EASEL_SANDBOX_ACCESS_KEY_SECRET"],
    ] as const;
    for (const [id, secret] of pairs) {
      if (value[id] && !value[secret])
        context.addIssue({ code: "custom", path: [secret], message: `is missing while ${id} is set` });
      if (value[secret] && !value[id])
        context.addIssue({ code: "custom", path: [id], message: `is missing while ${secret} is set` });
    }
    const [issuer, client] = ["EASEL_OIDC_ISSUER", "EASEL_OIDC_CLIENT_ID"] as const;
    if (value[issuer] && !value[client])
      context.addIssue({ code: "custom", path: [client], message: `is missing while ${issuer} is set` });
  });

export interface Env {
  /** `next dev` rather than the production build. */
  development: boolean;
  port: number;
  host: string;
  /** Absolute. */
  dataDir: string;
  setupCode?: string;
  secretKeyFile?: string;
  databaseUrl?: string;
  /** The real account, when one is configured. */
  cloud?: {
    /** `chain`: those of the role that the process has. */
    credentials: { accessKeyId: string; accessKeySecret: string; securityToken?: string } | "chain";
    region: string;
    /** A domain of one's own that takes the place of OSS's for one bucket. */
    bucketDomain?: { bucket: string; host: string };
  };
  sandbox: {
    on: boolean;
    region: string;
    speed: number;
    accessKeyId?: string;
    accessKeySecret?: string;
    ports: { oss: number; eas: number; gateway: number; sts: number; control: number };
  };
  imports: ImportSettings;
  /** The origin under which browsers reach the console; absent: what their requests say. */
  publicUrl?: string;
  oidc?: OidcSettings;
}

/** Where models are fetched from without a browser. */
export interface ImportSettings {
  /** Hosts inside the private network that the operator trusts. */
  allowedHosts: readonly string[];
  hubs: Record<"huggingface" | "modelscope", { baseUrl: string; token?: string }>;
}

/** Its message has one line per wrong variable and never repeats a value, which might be a secret. */
export class EnvError extends Error {
  override readonly name = "EnvError";
}

export function parseEnv(source: Record<string, string | undefined>): Env {
  // An empty variable means "not set": compose files and CI systems pass such.
  const given = Object.fromEntries(
    Object.entries(source).filter(([, value]) => value !== undefined && value.trim() !== ""),
  );
  const parsed = EnvSchema.safeParse(given);
  if (!parsed.success) {
    throw new EnvError(parsed.error.issues.map((issue) => `${issue.path.join(".")}: ${issue.message}`).join("\n"));
  }
  const value = parsed.data;
  const credentials = toCredentials(value);
  const cloud = credentials && {
    credentials,
    region: value.EASEL_REGION,
    bucketDomain: toBucketDomain(value.EASEL_BUCKET_DOMAIN),
  };
  return {
    development: value.NODE_ENV === "development",
    port: value.PORT,
    host: value.HOST,
    dataDir: resolve(value.EASEL_DATA),
    setupCode: value.EASEL_SETUP_CODE,
    secretKeyFile: value.EASEL_SECRET_KEY_FILE && resolve(value.EASEL_SECRET_KEY_FILE),
    databaseUrl: value.DATABASE_URL,
    cloud,
    sandbox: {
      on: value.EASEL_SANDBOX ? value.EASEL_SANDBOX === "on" : cloud === undefined,
      region: value.EASEL_SANDBOX_REGION,
      speed: value.EASEL_SANDBOX_SPEED,
      accessKeyId: value.EASEL_SANDBOX_ACCESS_KEY_ID,
      accessKeySecret: value.EASEL_SANDBOX_ACCESS_KEY_SECRET,
      ports: {
        oss: value.EASEL_SANDBOX_OSS_PORT,
        eas: value.EASEL_SANDBOX_EAS_PORT,
        gateway: value.EASEL_SANDBOX_GATEWAY_PORT,
        sts: value.EASEL_SANDBOX_STS_PORT,
        control: value.EASEL_SANDBOX_CONTROL_PORT,
      },
    },
    imports: {
      allowedHosts: value.EASEL_IMPORT_ALLOWED_HOSTS?.split(",").map((host) => host.trim()) ?? [],
      hubs: {
        huggingface: { baseUrl: value.EASEL_HUGGINGFACE_URL, token: value.EASEL_HUGGINGFACE_TOKEN },
        modelscope: { baseUrl: value.EASEL_MODELSCOPE_URL, token: value.EASEL_MODELSCOPE_TOKEN },
      },
    },
    publicUrl: value.EASEL_PUBLIC_URL,
    oidc: toOidc(value),
  };
}

function toCredentials(value: z.output<typeof EnvSchema>): NonNullable<Env["cloud"]>["credentials"] | undefined {
  if (value.EASEL_CREDENTIALS === "chain") return "chain";
  const { ALIBABA_CLOUD_ACCESS_KEY_ID: accessKeyId, ALIBABA_CLOUD_ACCESS_KEY_SECRET: accessKeySecret } = value;
  return accessKeyId && accessKeySecret
    ? { accessKeyId, accessKeySecret, securityToken: value.ALIBABA_CLOUD_SECURITY_TOKEN }
    : undefined;
}

function toOidc(value: z.output<typeof EnvSchema>): OidcSettings | undefined {
  if (!value.EASEL_OIDC_ISSUER || !value.EASEL_OIDC_CLIENT_ID) return undefined;
  return {
    issuer: value.EASEL_OIDC_ISSUER,
    clientId: value.EASEL_OIDC_CLIENT_ID,
    clientSecret: value.EASEL_OIDC_CLIENT_SECRET,
    clientAuth: value.EASEL_OIDC_CLIENT_AUTH,
    scopes: value.EASEL_OIDC_SCOPES,
    name: value.EASEL_OIDC_NAME,
    groupsClaim: value.EASEL_OIDC_GROUPS_CLAIM,
    roles: value.EASEL_OIDC_ROLES ?? [],
    defaultRole: value.EASEL_OIDC_DEFAULT_ROLE,
  };
}

/** Tokens must not pass a network in the clear. */
function isSafe({ protocol, hostname }: URL): boolean {
  return protocol === "https:" || ["localhost", "127.0.0.1", "[::1]"].includes(hostname);
}

function toBucketDomain(given: string | undefined) {
  const [bucket, host] = given?.split("=") ?? [];
  return bucket && host ? { bucket, host } : undefined;
}

let parsedOnce: Env | undefined;

/** Parsed at first use, not at import: `next build` evaluates modules without a configuration. */
export function env(): Env {
  parsedOnce ??= parseEnv(process.env);
  return parsedOnce;
}
