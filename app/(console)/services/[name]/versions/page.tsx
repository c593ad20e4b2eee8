import { VersionsPage } from "@/components/services/versions/versions-page";

export default function ServiceVersionsPage() {
  return <VersionsPage />;
}
