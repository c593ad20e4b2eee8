import type { ConnectionView } from "@/lib/connection";
import type { DeployStep } from "@/lib/paths";
import type { PartialDraft } from "@/lib/service-config/draft";

export interface StepProps {
  connection: ConnectionView;
  draft: PartialDraft;
  save: (patch: PartialDraft) => Promise<unknown>;
  goTo: (step: DeployStep) => void;
}
