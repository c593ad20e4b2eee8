import { BrowserNotifications, WebhookSettings } from "@/components/settings/notification-settings";
import { can } from "@/lib/auth/rights";
import { requireUser } from "@/lib/auth/session.server";
import { pageTitle } from "@/lib/i18n/request";
import { paths } from "@/lib/paths";

export const generateMetadata = () => pageTitle("settings.sections.notifications");

export default async function NotificationsPage() {
  const user = await requireUser(paths.settings("notifications"));
  return (
    <>
      <BrowserNotifications />
      {can(user.role, "notifications.write") ? <WebhookSettings /> : null}
    </>
  );
}
