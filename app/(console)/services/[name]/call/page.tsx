import { CallPage } from "@/components/services/call-page";

export default function ServiceCallPage() {
  return <CallPage />;
}
