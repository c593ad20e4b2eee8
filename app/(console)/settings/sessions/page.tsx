import { SessionList } from "@/components/settings/session-list";
import { Card } from "@/components/ui/card";
import { mySessions, requireUser } from "@/lib/auth/session.server";
import { getT, pageTitle } from "@/lib/i18n/request";
import { paths } from "@/lib/paths";

export const generateMetadata = () => pageTitle("settings.sections.sessions");

export default async function SessionsPage() {
  await requireUser(paths.settings("sessions"));
  const [t, sessions] = await Promise.all([getT(), mySessions()]);
  return (
    <Card flush title={t("settings.sessions.title")} description={t("settings.sessions.description")}>
      <SessionList sessions={sessions} />
    </Card>
  );
}
