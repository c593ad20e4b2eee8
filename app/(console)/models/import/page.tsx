import type { Metadata } from "next";
import { ImportPage } from "@/components/models/import-page";
import { can } from "@/lib/auth/rights";
import { pageContext } from "@/lib/context.server";
import { getT } from "@/lib/i18n/request";
import { paths } from "@/lib/paths";

export async function generateMetadata(): Promise<Metadata> {
  const t = await getT();
  return { title: t("imports.title") };
}

export default async function ImportsPage() {
  const { connection, user } = await pageContext(paths.imports());
  return <ImportPage key={connection.id} connectionId={connection.id} canWrite={can(user.role, "models.write")} />;
}
