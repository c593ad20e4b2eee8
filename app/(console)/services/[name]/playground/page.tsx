import { LivePlayground } from "./live-playground";

export default function PlaygroundPage() {
  return <LivePlayground />;
}
