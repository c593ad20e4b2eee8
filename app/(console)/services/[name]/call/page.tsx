import { LiveCall } from "./live-call";

export default function CallPage() {
  return <LiveCall />;
}
