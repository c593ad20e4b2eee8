import { ConnectionSettings } from "@/components/settings/connection-settings";
import { listPlaces } from "@/lib/auth/access";
import { listPeople } from "@/lib/auth/people";
import { can } from "@/lib/auth/rights";
import { requireUser } from "@/lib/auth/session.server";
import { chosenConnection, listOwnConnections } from "@/lib/connections/chosen.server";
import { database } from "@/lib/database.server";
import { pageTitle } from "@/lib/i18n/request";
import { paths } from "@/lib/paths";

export const generateMetadata = () => pageTitle("settings.sections.connections");

export default async function ConnectionsPage() {
  const user = await requireUser(paths.settings("connections"));
  const [connections, chosen] = await Promise.all([listOwnConnections(user), chosenConnection(user)]);
  return (
    <ConnectionSettings
      connections={connections}
      chosenId={chosen?.id}
      canWrite={can(user.role, "connections.write")}
      access={can(user.role, "users.write") ? await accessSettings() : undefined}
    />
  );
}

async function accessSettings() {
  const db = database();
  const [people, { people: places, closed }] = await Promise.all([listPeople(db), listPlaces(db)]);
  const others = people.filter(({ role, disabled }) => role !== "owner" && !disabled);
  return { people: others.map(({ id, name, role }) => ({ id, name, role, places: places[id] ?? {} })), closed };
}
