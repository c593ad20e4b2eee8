import type { Metadata } from "next";
import { ServiceShell } from "@/components/services/service-shell";
import { can } from "@/lib/auth/rights";
import { pageContext } from "@/lib/context.server";
import { AppError } from "@/lib/errors";
import { getService } from "@/lib/services/get-service";
import { EMPTY_SNAPSHOT, type Snapshot } from "@/lib/services/snapshot";

type Ctx = Awaited<ReturnType<typeof pageContext>>;

export async function generateMetadata({ params }: LayoutProps<"/services/[name]">): Promise<Metadata> {
  return { title: decodeURIComponent((await params).name) };
}

export default async function ServiceLayout({ params, children }: LayoutProps<"/services/[name]">) {
  const ctx = await pageContext();
  const name = decodeURIComponent((await params).name);
  const { role } = ctx.user;
  return (
    <ServiceShell
      // Another connection may have a service of the same name.
      key={`${ctx.connection.id}/${name}`}
      connectionId={ctx.connection.id}
      name={name}
      rights={{
        write: can(role, "services.write"),
        revealToken: can(role, "services.reveal_token"),
        generate: can(role, "generate"),
      }}
      initial={await firstSnapshot(ctx, name)}
    >
      {children}
    </ServiceShell>
  );
}

/** What the page shows until the live stream says more. A cloud that does not answer must not take the page away. */
async function firstSnapshot(ctx: Ctx, name: string): Promise<Snapshot> {
  try {
    return { ...EMPTY_SNAPSHOT, service: await getService(ctx, { name }) };
  } catch (error) {
    if (!(error instanceof AppError)) throw error;
    if (error.code === "not_found") return { ...EMPTY_SNAPSHOT, isGone: true };
    return { ...EMPTY_SNAPSHOT, stale: { code: error.code, since: new Date(ctx.clock.now()).toISOString() } };
  }
}
