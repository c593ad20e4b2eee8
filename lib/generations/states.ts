/** From the wish to the picture. Pure: browser and server ask the same. */
export const GENERATION_STATES = ["waiting", "queued", "running", "succeeded", "failed", "cancelled"] as const;
export type GenerationState = (typeof GENERATION_STATES)[number];

export const OPEN_STATES = ["waiting", "queued", "running"] as const satisfies readonly GenerationState[];

/** Whether something will still become of it. */
export function isOpen(state: GenerationState): boolean {
  return (OPEN_STATES as readonly GenerationState[]).includes(state);
}

export const WAIT_REASONS = ["queue_full", "busy", "not_ready", "unreachable", "searching"] as const;
export type WaitReason = (typeof WAIT_REASONS)[number];
