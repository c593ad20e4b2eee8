import { LogsPage } from "@/components/services/logs-page";

export default function ServiceLogsPage() {
  return <LogsPage />;
}
