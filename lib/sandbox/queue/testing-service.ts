import { createManualClock, type ManualClock, systemClock } from "@/lib/clock";
import { type Listening, listen } from "@/lib/sandbox/core/listen";
import { createGateway } from "@/lib/sandbox/gateway/server";
import { openQueues, type QueueSpec, type ServiceQueues } from "./queues";

/* Two queues behind a gateway, without a service's life around them. */

export const TOKEN = "dG9rZW4=";
export const SERVICE = "qservice";

export interface QueueServer {
  queues: ServiceQueues;
  port: number;
  clock: ManualClock;
  /** `path` begins after the service's name. */
  call(method: string, path: string, options?: { body?: string; headers?: Record<string, string> }): Promise<Response>;
  close(): Promise<void>;
}

export async function startQueueServer(
  folder: string,
  options: { spec?: Partial<QueueSpec>; realTime?: boolean; port?: number } = {},
): Promise<QueueServer> {
  const clock = createManualClock();
  const opened = openQueues(folder, options.realTime ? systemClock : clock);
  const queues = opened.of(SERVICE, { memoryMb: 4000, maxDelivery: 5, ...options.spec });
  const gateway = createGateway({
    clock,
    find: (name) =>
      name === SERVICE
        ? {
            name,
            token: TOKEN,
            isAsync: true,
            rpc: { keepaliveMs: 5000, workerThreads: 1, maxQueueSize: 64, rateLimit: 0 },
            upstreams: [],
            queues: () => ({ queues, process: "queue-1" }),
          }
        : undefined,
  });
  const server: Listening = await listen(gateway.handle, options.port ?? 0, { upgrade: gateway.upgrade });
  return {
    queues,
    port: server.port,
    clock,
    call: (method, path, { body, headers } = {}) =>
      fetch(`http://localhost:${server.port}/api/predict/${SERVICE}${path}`, {
        method,
        body,
        headers: { authorization: TOKEN, ...headers },
      }),
    async close() {
      opened.close();
      await server.close();
    },
  };
}
