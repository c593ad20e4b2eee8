import { setMaxListeners } from "node:events";
import { ContainerExit, type ContainerRequest, type ContainerResponse } from "@/lib/sandbox/core/types";
import type { Consumer } from "./group";
import { type QueueItem, QueueRefusal } from "./item";
import type { ServiceQueues } from "./queues";
import { CONNECTION_DROPPED } from "./stream";

/*
 * The engine in an inference instance: takes items from input, calls the container with them, puts what it answers into
 * sink, then commits (reference: eas-gateway-and-queue.md §4).
 */

/** A process that is ready to serve. */
export interface InferenceProcess {
  instance: string;
  handle(request: ContainerRequest): Promise<ContainerResponse>;
}

export interface InferenceOptions {
  queues: ServiceQueues;
  process: InferenceProcess;
  /** Items worked on at the same time: the service's `rpc.worker_threads`. */
  window: number;
  /** False: the instance gets no traffic for now. */
  accepts?(): boolean;
  /** A line in the instance's log. */
  log(line: string): void;
}

export interface Inference {
  /** Takes nothing more; what is under way may still be finished. */
  drain(): void;
  /** What is unfinished is delivered again; `failed`: that delivery counts, as when a connection drops. */
  stop(how: { failed: boolean }): void;
}

export function startInference({ queues, process, window, accepts, log }: InferenceOptions): Inference {
  const { input, sink, service } = queues;
  let draining = false;
  const leaving = new AbortController();
  // Every answer that waits for room in sink.
  setMaxListeners(0, leaving.signal);

  const work = async (item: QueueItem): Promise<void> => {
    const response = await process.handle({
      method: item.call?.method ?? "POST",
      url: item.call?.url ?? "/",
      headers: { ...item.call?.headers },
      body: item.data,
      queued: true,
    });
    if (leaving.signal.aborted) return;
    // An empty answer asks for no result.
    if (response.body.length > 0) await putResult(item, response);
    if (!leaving.signal.aborted) input.commit(service, [item.index]);
  };

  const putResult = async (item: QueueItem, { status, body }: ContainerResponse): Promise<void> => {
    const tags = { ...item.tags, ...(status === 200 ? {} : { lastCode: String(status) }) };
    while (!leaving.signal.aborted) {
      try {
        sink.put({ data: body, tags, priority: 0 });
        return;
      } catch (error) {
        // Full: the answer is kept until someone has taken others.
        if (!(error instanceof QueueRefusal) || error.status !== 429) throw error;
        await roomInSink();
      }
    }
  };

  const roomInSink = () =>
    new Promise<void>((resolve) => {
      const stop = sink.onSpace(done);
      leaving.signal.addEventListener("abort", done, { once: true });
      function done() {
        stop();
        leaving.signal.removeEventListener("abort", done);
        resolve();
      }
    });

  const subscribe = (): Consumer =>
    input.join(
      { uid: process.instance, gid: service, window, autoCommit: false, from: 0n, tags: {} },
      {
        // A full sink stops the intake; `wake` below goes on with it.
        canTake: () => !leaving.signal.aborted && !draining && accepts?.() !== false && !sink.isFull,
        send: (item) => {
          work(item).catch((error: unknown) => {
            if (leaving.signal.aborted) return;
            // The process is gone, and all that it had with it.
            if (error instanceof ContainerExit) return stop({ failed: true });
            log(
              `queue: request ${item.tags.requestId} failed: ${error instanceof Error ? error.message : String(error)}`,
            );
            input.negative(service, [item.index]);
          });
        },
        end: (reason) => {
          // As the engine does when its connection breaks; what is under way goes on and may be done twice.
          if (reason === CONNECTION_DROPPED) setImmediate(comeBack);
          else stop({ failed: false });
        },
      },
    );
  let consumer = subscribe();
  function comeBack() {
    if (!leaving.signal.aborted) consumer = subscribe();
  }
  const stopWaking = sink.onSpace(() => input.wake());

  function stop(options: { failed: boolean }) {
    if (leaving.signal.aborted) return;
    leaving.abort(new Error("the instance is leaving"));
    stopWaking();
    input.leave(consumer, options);
  }
  return {
    drain() {
      draining = true;
    },
    stop,
  };
}
