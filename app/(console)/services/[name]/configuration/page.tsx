import { LiveConfiguration } from "./live-configuration";

export default function ConfigurationTab() {
  return <LiveConfiguration />;
}
