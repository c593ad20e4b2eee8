import { CostsPage } from "@/components/costs/costs-page";
import { pageContext } from "@/lib/context.server";
import { pageTitle } from "@/lib/i18n/request";
import { paths } from "@/lib/paths";

export const generateMetadata = () => pageTitle("costs.title");

export default async function Costs() {
  const { connection } = await pageContext(paths.costs());
  return <CostsPage key={connection.id} connectionId={connection.id} />;
}
