import { z } from "zod";
import { type ParsedCommand, parseCommand } from "./command";
import { formatDocument } from "./document";
import { hideSecrets } from "./secrets";

/**
 * What a stored configuration says, whoever wrote it: unknown keys are skipped, both spellings of a key are read
 * (`metadata.rpc.keepalive` and `metadata["rpc.keepalive"]`, eas-service-json.md §1).
 */
export interface ConfigFacts {
  name?: string;
  instanceType?: string;
  image?: string;
  command?: string;
  parsed?: ParsedCommand;
  /** Whether the command is the diffusers service's: only then its flags mean what we know. */
  isDiffusers: boolean;
  isAsync: boolean;
  instances?: number;
  keepaliveMs?: number;
  workspaceId?: string;
  extraDisk?: string;
  mounts: { mountPath: string; path: string }[];
}

const optional = <T extends z.ZodType>(schema: T) => schema.optional().catch(undefined);
const anyObject = z.record(z.string(), z.unknown());

const ConfigSchema = z.object({
  name: optional(z.string()),
  metadata: optional(anyObject),
  cloud: optional(
    z.object({
      computing: optional(
        z.object({
          instance_type: optional(z.string()),
          instances: optional(z.array(z.object({ type: z.string() }))),
        }),
      ),
    }),
  ),
  containers: optional(
    z.array(z.object({ image: optional(z.string()), command: optional(z.string()), script: optional(z.string()) })),
  ),
  storage: optional(
    z.array(z.object({ mount_path: optional(z.string()), oss: optional(z.object({ path: z.string() })) })),
  ),
  features: optional(anyObject),
});

const EMPTY: ConfigFacts = { isDiffusers: false, isAsync: false, mounts: [] };

export function readConfig(json: string | undefined): ConfigFacts {
  const parsed = ConfigSchema.safeParse(parseJson(json));
  if (!parsed.success) return EMPTY;
  const { name, metadata = {}, cloud, containers, storage = [], features = {} } = parsed.data;
  const container = containers?.[0];
  const command = container?.command ?? container?.script;
  const words = command === undefined ? undefined : parseCommand(command);
  const computing = cloud?.computing;
  return {
    name: asText(metadata.name) ?? name,
    instanceType: computing?.instance_type ?? computing?.instances?.[0]?.type,
    image: container?.image,
    command,
    parsed: words,
    isDiffusers: words?.program.some((word) => word.endsWith("/app.py")) ?? false,
    isAsync: metadata.type === "Async",
    instances: asNumber(metadata.instance),
    keepaliveMs: asNumber(nested(metadata, "rpc", "keepalive")),
    workspaceId: asText(metadata.workspace_id),
    extraDisk: asText(features["eas.aliyun.com/extra-ephemeral-storage"]),
    mounts: storage.flatMap(({ mount_path, oss }) =>
      mount_path && oss ? [{ mountPath: mount_path.replace(/(.)\/+$/, "$1"), path: oss.path }] : [],
    ),
  };
}

/**
 * The configuration without what must not reach a browser: the gateway's token, passwords, variables named like secrets,
 * secrets in command lines and addresses.
 */
export function redactConfig(json: string | undefined): string | undefined {
  return json === undefined ? undefined : hideSecrets(formatDocument(json));
}

function parseJson(json: string | undefined): unknown {
  try {
    return JSON.parse(json ?? "");
  } catch {
    return undefined;
  }
}

function nested(object: Record<string, unknown>, parent: string, key: string): unknown {
  const inner = anyObject.safeParse(object[parent]);
  return object[`${parent}.${key}`] ?? (inner.success ? inner.data[key] : undefined);
}

const asText = (value: unknown) => (typeof value === "string" && value !== "" ? value : undefined);
const asNumber = (value: unknown) => (typeof value === "number" ? value : undefined);
