import type { Faults } from "@/lib/sandbox/core/faults";
import type { Consumer } from "./group";
import type { QueueFaults } from "./queues";

/** Faults on demand that a queue itself makes; those of the line are core's. */
export function createQueueFaults(faults: Faults): QueueFaults {
  return (service, queue) => {
    const concerns = (parameters: { queue: "both" | "input" | "sink" }) =>
      parameters.queue === "both" || parameters.queue === queue;
    const given = new WeakMap<Consumer, number>();
    return {
      isFull: () => faults.any && faults.takeIf("queue-full", { service }, concerns) !== undefined,
      dropsConsumer(consumer) {
        const count = (given.get(consumer) ?? 0) + 1;
        given.set(consumer, count);
        if (!faults.any) return false;
        const isDue = (fault: { queue: "both" | "input" | "sink"; afterItems: number }) =>
          concerns(fault) && count >= fault.afterItems;
        return faults.takeIf("redelivery", { service }, isDue) !== undefined;
      },
      onChange: (listener) => faults.onChange(listener),
    };
  };
}
