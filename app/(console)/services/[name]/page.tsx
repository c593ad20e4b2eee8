import { Overview } from "@/components/services/overview";

export default function ServiceOverviewPage() {
  return <Overview />;
}
