import type { Inference } from "@/lib/sandbox/queue/inference";
import { startInference } from "@/lib/sandbox/queue/inference";
import type { Queues, ServiceQueues } from "@/lib/sandbox/queue/queues";
import type { StartEngine } from "./instance-run";
import type { ServiceRecord } from "./records";
import { readServiceSpec, type ServiceSpec } from "./service-spec";

/* The queue sub-service of asynchronous services, and the engine that takes its work into their instances. */

export interface QueueService {
  /** Undefined while no instance of the sub-service is ready. */
  serving(service: ServiceRecord): { queues: ServiceQueues; process: string } | undefined;
  /** Items that wait for an instance; undefined for a service without queues. */
  backlog(service: ServiceRecord): number | undefined;
  /** RoleAttrs of the sub-service: its input queue. */
  attributes(service: ServiceRecord): { ApproxMaxLength: number; Length: number; MaxPayloadBytes: number } | undefined;
  startEngine: StartEngine;
  /** An instance may take traffic again. */
  wake(service: ServiceRecord): void;
  remove(service: ServiceRecord): void;
  /** What is under way is delivered again at the next start, as if it had not been delivered. */
  close(): void;
}

export function createQueueService(queues: Queues): QueueService {
  let closed = false;
  const open = (name: string, { queue }: ServiceSpec) => queues.of(name, queue);
  return {
    serving(service) {
      if (closed) return undefined;
      const spec = readServiceSpec(service.config);
      const instance = service.instances.find(
        ({ role, ready, status }) => role === "Queue" && ready && status !== "Terminating",
      );
      return spec.isAsync && instance ? { queues: open(service.name, spec), process: instance.name } : undefined;
    },
    backlog(service) {
      if (closed) return undefined;
      const spec = readServiceSpec(service.config);
      return spec.isAsync ? open(service.name, spec).input.items.size : undefined;
    },
    attributes(service) {
      if (closed) return undefined;
      const spec = readServiceSpec(service.config);
      if (!spec.isAsync) return undefined;
      const { limits, items } = open(service.name, spec).input;
      return { ApproxMaxLength: limits.maxItems, Length: items.size, MaxPayloadBytes: limits.maxPayloadBytes };
    },
    startEngine(instance, spec, process, log): Inference | undefined {
      if (closed || !spec.isAsync) return undefined;
      return startInference({
        queues: open(spec.name, spec),
        process,
        window: spec.rpc.workerThreads,
        accepts: () => !instance.isolated && !instance.detached && !instance.hibernated,
        log,
      });
    },
    wake: ({ name }) => queues.peek(name)?.input.wake(),
    remove: ({ name }) => queues.remove(name),
    close() {
      closed = true;
      queues.close();
    },
  };
}
