import type { Metadata } from "next";
import { z } from "zod";
import { Page } from "@/components/layout/page";
import { ErrorNotice } from "@/components/ui/error-notice";
import { can } from "@/lib/auth/rights";
import { toConnectionView } from "@/lib/connection";
import { type Context, pageContext } from "@/lib/context.server";
import { createDraft, getDraft, listDrafts, type StoredDraft } from "@/lib/drafts/drafts";
import { AppError, toErrorView } from "@/lib/errors";
import { getT } from "@/lib/i18n/request";
import { DEPLOY_STEPS } from "@/lib/paths";
import { cloneToDraft } from "@/lib/services/clone-draft";
import { LiveWizard } from "./live-wizard";

const SearchSchema = z.object({
  step: z.enum(DEPLOY_STEPS).catch("check"),
  draft: z.uuid().optional().catch(undefined),
  /** The service to begin from. */
  from: z.string().max(64).optional().catch(undefined),
  version: z.coerce.number().int().min(1).optional().catch(undefined),
});

export async function generateMetadata(): Promise<Metadata> {
  const t = await getT();
  return { title: t("deploy.title") };
}

export default async function DeployPage({ searchParams }: PageProps<"/deploy">) {
  const ctx = await pageContext();
  if (!can(ctx.user.role, "services.write")) {
    return (
      <Page>
        <ErrorNotice error={toErrorView(new AppError("forbidden", { params: { right: "services.write" } }))} />
      </Page>
    );
  }
  const { step, draft: id, from, version } = SearchSchema.parse(await searchParams);
  const stored = await (from ? cloneToDraft(ctx, from, version) : openDraft(ctx, id)).catch(toView);
  if ("code" in stored) {
    return (
      <Page>
        <ErrorNotice error={stored} />
      </Page>
    );
  }
  return (
    <LiveWizard
      key={stored.id}
      connection={toConnectionView(ctx.connection)}
      stored={stored}
      step={from ? "service" : step}
    />
  );
}

/** Without a draft in the address, or with one that is gone, the person goes on with the last one. */
async function openDraft(ctx: Context, id: string | undefined): Promise<StoredDraft> {
  const wanted = id === undefined ? undefined : await getDraft(ctx, { id }).catch(unlessMissing);
  return wanted ?? (await listDrafts(ctx))[0] ?? (await createDraft(ctx));
}

function unlessMissing(error: unknown): undefined {
  if (!(error instanceof AppError && error.code === "not_found")) throw error;
}

function toView(error: unknown) {
  if (error instanceof AppError) return toErrorView(error);
  throw error;
}
