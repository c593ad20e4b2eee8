import "server-only";
import { cookies, headers } from "next/headers";
import { requestOrigin } from "@/lib/auth/request-origin";
import { systemClock } from "@/lib/clock";
import { env } from "@/lib/env";
import { once } from "@/lib/once";
import { createProvider } from "./provider";
import { FLOW_MS, type Oidc } from "./sign-in";

const COOKIE = "easel-oidc";
const PATH = "/api/auth/oidc";

/** Undefined where no provider is set up. */
export function oidc(): Oidc | undefined {
  const settings = env().oidc;
  if (!settings) return undefined;
  return once("oidc", () => ({ settings, provider: createProvider(settings, systemClock) }));
}

/** The address that is registered at the provider. */
export async function redirectUri(): Promise<string> {
  return `${env().publicUrl ?? requestOrigin(await headers())}${PATH}/callback`;
}

export async function keepFlow(value: string): Promise<void> {
  // Lax: the way back from the provider is a link from another site.
  (await cookies()).set(COOKIE, value, { ...(await attributes()), maxAge: FLOW_MS / 1000 });
}

/** What was kept, which does not serve a second time. */
export async function takeFlow(): Promise<string | undefined> {
  const jar = await cookies();
  const value = jar.get(COOKIE)?.value;
  jar.set(COOKIE, "", { ...(await attributes()), maxAge: 0 });
  return value;
}

async function attributes() {
  const secure = requestOrigin(await headers()).startsWith("https:");
  return { httpOnly: true, sameSite: "lax", secure, path: PATH } as const;
}
