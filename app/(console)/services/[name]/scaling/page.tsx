import { LiveScaling } from "./live-scaling";

export default function ServiceScalingPage() {
  return <LiveScaling />;
}
