import type { Metadata } from "next";
import { ModelLibrary } from "@/components/models/model-library";
import { can } from "@/lib/auth/rights";
import { pageContext } from "@/lib/context.server";
import { getT } from "@/lib/i18n/request";
import { paths } from "@/lib/paths";

export async function generateMetadata(): Promise<Metadata> {
  const t = await getT();
  return { title: t("models.title") };
}

export default async function ModelsPage() {
  const { connection, user } = await pageContext(paths.models());
  return (
    <ModelLibrary
      key={connection.id}
      connectionId={connection.id}
      region={connection.region}
      canDeploy={can(user.role, "services.write")}
      canWrite={can(user.role, "models.write")}
    />
  );
}
