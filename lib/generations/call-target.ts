import { accountOf } from "@/lib/connection";
import type { Context } from "@/lib/context.server";
import type { Service } from "@/lib/eas/types";
import { AppError } from "@/lib/errors";
import { once } from "@/lib/once";
import { readConfig } from "@/lib/service-config/config-facts";
import { parseOssUri } from "@/lib/service-config/oss-uri";

export interface OssPlace {
  bucket: string;
  /** Empty, or ends in `/`. */
  folder: string;
}

/** All that a call needs to know of a service. Holds the token: never leaves the server. */
export interface CallTarget {
  /** Answers the request itself; of an asynchronous service: takes it into the queue. */
  endpoint: string;
  isAsync: boolean;
  token: string;
  keepaliveMs?: number;
  /** Where `/result` is mounted from; absent on services that are not ours. */
  result?: OssPlace;
  /** Where `/oss` is mounted from: the model root. */
  model?: OssPlace;
  version: number;
  /** Whether it was started with a translation; absent where that is not known. */
  translates?: boolean;
  image?: string;
  /** Instances that answer at the same time. */
  running: number;
}

/**
 * Address and token hardly ever change, and asking EAS before each picture would cost more than the call's own overhead; the
 * version that is noted with a picture is that of some seconds ago at most.
 */
const FRESH_MS = 5_000;

interface Kept {
  until: number;
  target: Promise<CallTarget>;
}

const kept = () => once("call-targets", () => new Map<string, Kept>());
/** A connection may be changed to another account or region under the same id. */
const keyOf = ({ connection }: Pick<Context, "connection">, service: string) =>
  [connection.id, connection.region, connection.eas.host, accountOf(connection), service].join("\n");

export function callTarget(ctx: Pick<Context, "connection" | "eas" | "clock">, service: string): Promise<CallTarget> {
  const key = keyOf(ctx, service);
  const now = ctx.clock.now();
  const known = kept().get(key);
  if (known && known.until > now) return known.target;
  const target = look(ctx, service);
  kept().set(key, { until: now + FRESH_MS, target });
  target.catch(() => {
    if (kept().get(key)?.target === target) kept().delete(key);
  });
  return target;
}

/** After a refusal the next call asks again: the service may have been made anew. */
export function forgetCallTarget(ctx: Pick<Context, "connection">, service: string): void {
  kept().delete(keyOf(ctx, service));
}

async function look(ctx: Pick<Context, "eas">, name: string): Promise<CallTarget> {
  const [service, { accessToken }] = await Promise.all([
    ctx.eas.describeService(name),
    ctx.eas.describeServiceEndpoints(name),
  ]);
  return toCallTarget(service, accessToken);
}

function toCallTarget(service: Service, token: string): CallTarget {
  const facts = readConfig(service.config);
  const endpoint = service.internetEndpoint ?? service.intranetEndpoint;
  if (!endpoint) throw new AppError("not_ready", { retryable: true, params: { service: service.name } });
  const mounted = (at: string) => {
    const mount = facts.mounts.find(({ mountPath }) => mountPath === at);
    return mount && parseOssUri(mount.path);
  };
  return {
    endpoint,
    isAsync: service.serviceType === "Async" || facts.isAsync,
    token,
    keepaliveMs: facts.keepaliveMs,
    result: mounted("/result"),
    model: mounted("/oss"),
    version: service.version.current,
    translates: facts.isDiffusers ? facts.parsed?.flags.translate : undefined,
    image: service.image ?? facts.image,
    running: service.instances.running,
  };
}
