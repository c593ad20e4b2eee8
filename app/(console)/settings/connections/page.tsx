import { ConnectionSettings } from "@/components/settings/connection-settings";
import { can } from "@/lib/auth/rights";
import { requireUser } from "@/lib/auth/session.server";
import { chosenConnection, listConnections } from "@/lib/connections/chosen.server";
import { pageTitle } from "@/lib/i18n/request";
import { paths } from "@/lib/paths";

export const generateMetadata = () => pageTitle("settings.sections.connections");

export default async function ConnectionsPage() {
  const user = await requireUser(paths.settings("connections"));
  const [connections, chosen] = await Promise.all([listConnections(), chosenConnection()]);
  return (
    <ConnectionSettings
      connections={connections}
      chosenId={chosen?.id}
      canWrite={can(user.role, "connections.write")}
    />
  );
}
