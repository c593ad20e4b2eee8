import type { Metadata } from "next";
import { ServiceList } from "@/components/services/list/service-list";
import { can } from "@/lib/auth/rights";
import { pageContext } from "@/lib/context.server";
import { AppError } from "@/lib/errors";
import { getT } from "@/lib/i18n/request";
import { listServicesOrLast } from "@/lib/services/list-services";

export async function generateMetadata(): Promise<Metadata> {
  const t = await getT();
  return { title: t("services.title") };
}

export default async function ServicesPage() {
  const ctx = await pageContext();
  // A cloud that does not answer is the list's own error to show, with its way to try again.
  const initial = await listServicesOrLast(ctx).catch((error: unknown) => {
    if (error instanceof AppError) return undefined;
    throw error;
  });
  return (
    <ServiceList
      key={ctx.connection.id}
      connectionId={ctx.connection.id}
      canDeploy={can(ctx.user.role, "services.write")}
      initial={initial}
    />
  );
}
