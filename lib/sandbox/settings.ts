import { join, resolve } from "node:path";
import { z } from "zod";
import type { SandboxPorts } from "@/lib/sandbox/core/types";
import { REGIONS } from "@/lib/sandbox/eas/regions";

/** What the sandbox's process takes from its environment; the names are public and stay. */
export interface SandboxSettings {
  dataDir: string;
  region: string;
  speed: number;
  ports: SandboxPorts;
  accessKeyId?: string;
  accessKeySecret?: string;
}

/** An empty variable counts as not set. */
const optional = <Schema extends z.ZodType>(schema: Schema) =>
  z.preprocess((value) => (value === "" ? undefined : value), schema);

const port = (fallback: number) =>
  optional(z.coerce.number().int("must be a port number").min(0).max(65535, "must be a port number").default(fallback));

const EnvironmentSchema = z.object({
  EASEL_DATA: optional(z.string().default(".easel")),
  EASEL_SANDBOX_OSS_PORT: port(9100),
  EASEL_SANDBOX_EAS_PORT: port(9101),
  EASEL_SANDBOX_GATEWAY_PORT: port(9102),
  EASEL_SANDBOX_STS_PORT: port(9103),
  EASEL_SANDBOX_CONTROL_PORT: port(9104),
  EASEL_SANDBOX_ACCESS_KEY_ID: optional(z.string().optional()),
  EASEL_SANDBOX_ACCESS_KEY_SECRET: optional(z.string().optional()),
  EASEL_SANDBOX_REGION: optional(
    z
      .string()
      .refine((id) => REGIONS.some(({ RegionId }) => RegionId === id), "is not a region with EAS")
      .default("cn-hangzhou"),
  ),
  EASEL_SANDBOX_SPEED: optional(z.coerce.number("must be a number").min(0, "must not be negative").default(1)),
});

/** The name of a port's variable. */
export function portVariable(server: keyof SandboxPorts): string {
  return `EASEL_SANDBOX_${server.toUpperCase()}_PORT`;
}

/** Throws an Error with one readable line. */
export function readSettings(environment: Record<string, string | undefined>): SandboxSettings {
  const parsed = EnvironmentSchema.safeParse(environment);
  if (!parsed.success) {
    throw new Error(parsed.error.issues.map(({ path, message }) => `${path.join(".")}: ${message}`).join("; "));
  }
  const values = parsed.data;
  return {
    dataDir: join(resolve(values.EASEL_DATA), "sandbox"),
    region: values.EASEL_SANDBOX_REGION,
    speed: values.EASEL_SANDBOX_SPEED,
    ports: {
      oss: values.EASEL_SANDBOX_OSS_PORT,
      eas: values.EASEL_SANDBOX_EAS_PORT,
      gateway: values.EASEL_SANDBOX_GATEWAY_PORT,
      sts: values.EASEL_SANDBOX_STS_PORT,
      control: values.EASEL_SANDBOX_CONTROL_PORT,
    },
    accessKeyId: values.EASEL_SANDBOX_ACCESS_KEY_ID,
    accessKeySecret: values.EASEL_SANDBOX_ACCESS_KEY_SECRET,
  };
}
