import { Fragment } from "react";
import { BudgetSettings } from "@/components/settings/budget-settings";
import { GuardSettings } from "@/components/settings/guard-settings";
import { PriceSettings } from "@/components/settings/price-settings";
import { can } from "@/lib/auth/rights";
import { pageContext } from "@/lib/context.server";
import { pageTitle } from "@/lib/i18n/request";
import { paths } from "@/lib/paths";

export const generateMetadata = () => pageTitle("settings.sections.prices");

export default async function PricesPage() {
  const { user, connection } = await pageContext(paths.settings("prices"));
  const shared = { connectionId: connection.id, canWrite: can(user.role, "costs.write") };
  return (
    <Fragment key={connection.id}>
      <PriceSettings {...shared} region={connection.region} />
      <BudgetSettings {...shared} />
      <GuardSettings {...shared} />
    </Fragment>
  );
}
