import { rmSync } from "node:fs";
import { join } from "node:path";
import type { Clock } from "@/lib/clock";
import { QueueRefusal } from "./item";
import { QueueJournal } from "./journal";
import { QueueStream } from "./stream";
import type { StreamHooks, StreamLimits } from "./stream-options";

/*
 * The queues of all asynchronous services, two each, below one folder: `<service>/input.jsonl` and `<service>/sink.jsonl`.
 */

export type QueueName = "input" | "sink";

/** What a service's configuration says of its queues (reference: eas-service-json.md §9). */
export interface QueueSpec {
  memoryMb: number;
  maxDelivery: number;
}

export interface ServiceQueues {
  service: string;
  input: QueueStream;
  sink: QueueStream;
}

export interface Queues {
  /** Opens them the first time; the limits are those of the newest configuration. */
  of(service: string, spec: QueueSpec): ServiceQueues;
  /** Undefined when they have not been opened. */
  peek(service: string): ServiceQueues | undefined;
  /** With all that is in them, at once: the next service of the name may come at any moment. */
  remove(service: string): void;
  close(): void;
}

/** Makes the hooks by which faults reach a queue. */
export type QueueFaults = (service: string, queue: QueueName) => StreamHooks;

/** What the gateway lets through in one request. */
const MAX_PAYLOAD_BYTES = 1024 * 1024;
/** The documented guidance for one request or result. */
const TYPICAL_ITEM_BYTES = 8 * 1024;
/** The sandbox's own memory ends before the configured one of a queue. */
const MAX_BYTES = 256 * 1024 * 1024;
/** A journal is rewritten when it is so much longer than what it says. */
const SLACK_BYTES = 4 * 1024 * 1024;

export function limitsOf({ memoryMb, maxDelivery }: QueueSpec, queue: QueueName): StreamLimits {
  const half = (memoryMb * 1024 * 1024) / 2;
  return {
    maxPayloadBytes: MAX_PAYLOAD_BYTES,
    maxItems: Math.max(1, Math.floor(half / TYPICAL_ITEM_BYTES)),
    maxBytes: Math.min(half, MAX_BYTES),
    // A result that nobody has taken yet is no failed generation.
    maxDelivery: queue === "input" ? maxDelivery : 0,
  };
}

interface OpenQueue {
  stream: QueueStream;
  close(): void;
}

export function openQueues(folder: string, clock: Clock, faults?: QueueFaults): Queues {
  const open = new Map<string, Record<QueueName, OpenQueue>>();
  let closed = false;

  const openQueue = (service: string, name: QueueName, spec: QueueSpec): OpenQueue => {
    let journal: QueueJournal | undefined;
    const stream = new QueueStream({
      clock,
      limits: limitsOf(spec, name),
      hooks: faults?.(service, name),
      record: (change) => {
        if (!journal) return;
        if (journal.bytes > SLACK_BYTES + 4 * stream.bytes) journal.rewrite(stream.changes());
        journal.append(change);
      },
    });
    journal = QueueJournal.open(join(folder, service, `${name}.jsonl`), (change) => stream.apply(change));
    stream.resume();
    const close = () => {
      stream.close();
      journal?.close();
      // What a late request still changes is of no account any more.
      journal = undefined;
    };
    return { stream, close };
  };

  return {
    of(service, spec) {
      if (closed) throw new QueueRefusal(503, "queue is closed");
      let queues = open.get(service);
      if (!queues) {
        queues = { input: openQueue(service, "input", spec), sink: openQueue(service, "sink", spec) };
        open.set(service, queues);
      }
      for (const name of ["input", "sink"] as const) Object.assign(queues[name].stream.limits, limitsOf(spec, name));
      return { service, input: queues.input.stream, sink: queues.sink.stream };
    },
    peek(service) {
      const queues = open.get(service);
      return queues && { service, input: queues.input.stream, sink: queues.sink.stream };
    },
    remove(service) {
      const queues = open.get(service);
      open.delete(service);
      for (const queue of Object.values(queues ?? {})) queue.close();
      rmSync(join(folder, service), { recursive: true, force: true });
    },
    close() {
      closed = true;
      for (const queues of open.values()) for (const queue of Object.values(queues)) queue.close();
      open.clear();
    },
  };
}
