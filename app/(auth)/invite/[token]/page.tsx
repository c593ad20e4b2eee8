import { DoorHeading } from "@/components/auth/door";
import { InvitationForm } from "@/components/auth/invitation-form";
import { LinkButton } from "@/components/ui/link-button";
import { findInvitation } from "@/lib/auth/invitations";
import { systemClock } from "@/lib/clock";
import { database } from "@/lib/database.server";
import { getT, pageTitle } from "@/lib/i18n/request";
import { paths } from "@/lib/paths";

export const generateMetadata = () => pageTitle("auth.invitation.title");

/** Where the link of an invitation, or of a new password, leads. */
export default async function InvitationPage({ params }: { params: Promise<{ token: string }> }) {
  const { token } = await params;
  const [t, found] = await Promise.all([getT(), findInvitation(database(), systemClock, token)]);
  if (!found) {
    return (
      <>
        <DoorHeading title={t("auth.invitation.goneTitle")} description={t("auth.invitation.gone")} />
        <LinkButton href={paths.signIn()}>{t("auth.signIn.title")}</LinkButton>
      </>
    );
  }
  const { person, createdBy, role } = found;
  return (
    <>
      <DoorHeading
        title={t(person ? "auth.invitation.renewTitle" : "auth.invitation.title")}
        description={
          person
            ? t("auth.invitation.renewDescription", { name: person.name })
            : t("auth.invitation.description", { by: createdBy, role: t(`common.roles.${role}`) })
        }
      />
      <InvitationForm token={token} person={person?.name} />
    </>
  );
}
