import type { Metadata } from "next";
import { redirect } from "next/navigation";
import { z } from "zod";
import { Page } from "@/components/layout/page";
import { ErrorNotice } from "@/components/ui/error-notice";
import { can } from "@/lib/auth/rights";
import { toConnectionView } from "@/lib/connection";
import { pageContext } from "@/lib/context.server";
import { createDraft, getDraft, listDrafts } from "@/lib/drafts/drafts";
import { AppError, toErrorView } from "@/lib/errors";
import { getT } from "@/lib/i18n/request";
import { DEPLOY_STEPS, paths } from "@/lib/paths";
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
  if (from) {
    const copy = await cloneToDraft(ctx, from, version).catch((error: unknown) => toView(error));
    if ("id" in copy) redirect(paths.deploy("service", copy.id));
    return (
      <Page>
        <ErrorNotice error={copy} />
      </Page>
    );
  }
  // Without a draft in the address, the person goes on with the last one.
  if (!id) {
    const draft = (await listDrafts(ctx))[0] ?? (await createDraft(ctx));
    redirect(paths.deploy(step, draft.id));
  }
  const stored = await getDraft(ctx, { id }).catch((error: unknown) => {
    if (error instanceof AppError && error.code === "not_found") redirect(paths.deploy());
    throw error;
  });
  return <LiveWizard key={stored.id} connection={toConnectionView(ctx.connection)} stored={stored} step={step} />;
}

function toView(error: unknown) {
  if (error instanceof AppError) return toErrorView(error);
  throw error;
}
