import type { Clock } from "@/lib/clock";
import type { Change } from "./changes";
import type { Consumer } from "./group";

/** What one queue is given: its bounds, its surroundings, and faults on demand. */

export interface StreamLimits {
  maxPayloadBytes: number;
  maxItems: number;
  maxBytes: number;
  /** Deliveries to one group before an item is dropped; 0 = no limit. */
  maxDelivery: number;
}

export interface StreamOptions {
  clock: Clock;
  limits: StreamLimits;
  record(change: Change): void;
  /** Runs what gives items out a little later: who has hung up in this turn of the loop gets nothing more. */
  defer?(run: () => void): void;
  /** Faults on demand; nothing is refused or dropped without. */
  hooks?: StreamHooks;
}

export interface StreamHooks {
  /** True: this put finds the queue full. */
  isFull?(): boolean;
  /** Asked after each item that a consumer got; true: its connection is dropped. */
  dropsConsumer?(consumer: Consumer): boolean;
  /** Calls back when an answer of `isFull` may have become another. Returns how to stop. */
  onChange?(listener: () => void): () => void;
}
