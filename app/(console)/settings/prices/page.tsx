import { PriceSettings } from "@/components/settings/price-settings";
import { can } from "@/lib/auth/rights";
import { pageContext } from "@/lib/context.server";
import { pageTitle } from "@/lib/i18n/request";
import { paths } from "@/lib/paths";

export const generateMetadata = () => pageTitle("settings.sections.prices");

export default async function PricesPage() {
  const { user, connection } = await pageContext(paths.settings("prices"));
  return (
    <PriceSettings
      key={connection.id}
      connectionId={connection.id}
      region={connection.region}
      canWrite={can(user.role, "costs.write")}
    />
  );
}
