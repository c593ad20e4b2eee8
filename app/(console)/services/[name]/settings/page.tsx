import { SettingsPage } from "@/components/services/settings-page";

export default function ServiceSettingsPage() {
  return <SettingsPage />;
}
