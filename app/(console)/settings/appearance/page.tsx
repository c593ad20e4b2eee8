import { AppearanceSettings } from "@/components/settings/appearance-settings";
import { requireUser } from "@/lib/auth/session.server";
import { pageTitle } from "@/lib/i18n/request";
import { paths } from "@/lib/paths";

export const generateMetadata = () => pageTitle("settings.sections.appearance");

export default async function AppearancePage() {
  await requireUser(paths.settings("appearance"));
  return <AppearanceSettings />;
}
