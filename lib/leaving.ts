import { once } from "@/lib/once";

/** How this process ends when it is asked to: what waits ends at once, what can be finished in a moment is finished. */

interface Leaving {
  hasBegun: boolean;
  tasks: Set<() => unknown>;
}

const leaving = () => once<Leaving>("leaving", () => ({ hasBegun: false, tasks: new Set() }));

export function isLeaving(): boolean {
  return leaving().hasBegun;
}

/** Runs when the process is asked to end; at once where that has happened already. Returns how to take it back. */
export function onLeave(task: () => unknown): () => void {
  const { hasBegun, tasks } = leaving();
  if (hasBegun) task();
  else tasks.add(task);
  return () => void tasks.delete(task);
}

/** Tells everybody; resolves when all of them have ended what they had. */
export async function leave(): Promise<void> {
  const state = leaving();
  state.hasBegun = true;
  const tasks = [...state.tasks];
  state.tasks.clear();
  await Promise.allSettled(tasks.map(async (task) => task()));
}
