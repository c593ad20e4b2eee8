import { OwnersOnly } from "@/components/settings/owners-only";
import { InvitationList } from "@/components/settings/people/invitation-list";
import { PeopleList } from "@/components/settings/people/people-list";
import { RoleTable } from "@/components/settings/people/role-table";
import { listPlaces } from "@/lib/auth/access";
import { listInvitations } from "@/lib/auth/invitations";
import { listPeople } from "@/lib/auth/people";
import { can } from "@/lib/auth/rights";
import { requireUser } from "@/lib/auth/session.server";
import { systemClock } from "@/lib/clock";
import { toConnectionView } from "@/lib/connection";
import { listConnections } from "@/lib/connections/chosen.server";
import { database } from "@/lib/database.server";
import { pageTitle } from "@/lib/i18n/request";
import { paths } from "@/lib/paths";

export const generateMetadata = () => pageTitle("settings.sections.people");

export default async function PeoplePage() {
  const user = await requireUser(paths.settings("people"));
  if (!can(user.role, "users.write")) {
    return (
      <>
        <OwnersOnly titleKey="people.title" />
        <RoleTable />
      </>
    );
  }
  const db = database();
  const [people, invitations, places, connections] = await Promise.all([
    listPeople(db),
    listInvitations(db, systemClock),
    listPlaces(db),
    listConnections(),
  ]);
  return (
    <>
      <PeopleList people={people} meId={user.id} places={places} connections={connections.map(toConnectionView)} />
      {invitations.length > 0 ? <InvitationList invitations={invitations} /> : null}
      <RoleTable />
    </>
  );
}
