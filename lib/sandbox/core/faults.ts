import { type Clock, systemClock } from "../../clock";
import {
  FAULT_KIND_NAMES,
  type FaultKind,
  type FaultParameters,
  type FaultRequest,
  type FaultScope,
  type FaultServer,
  type FaultSpec,
  type OperationError,
  parseFault,
} from "./fault-kinds";

/*
 * What a person or a test has asked to go wrong. The rooms ask at the moment it concerns them (`take`), so a fault acts on
 * what happens next and never on what has happened. Memory only: a new start of the sandbox is a sound one.
 */

/** What is happening; as much of it as the place knows. */
export interface FaultOccasion {
  server?: FaultServer;
  /** The vendor's operation name, e.g. `UploadPart`. */
  operation?: string;
  method?: string;
  /** Without the query. */
  path?: string;
  bucket?: string;
  /** Of an object. */
  key?: string;
  service?: string;
  instance?: string;
}

export type ActiveFault = FaultSpec & {
  id: string;
  createdAt: number;
  /** How often it struck. */
  fired: number;
  timesLeft?: number;
  expiresAt?: number;
};

export interface Faults {
  /** False costs nothing: ask first where every request passes. */
  readonly any: boolean;
  /** Throws a ZodError when it is not right. */
  add(fault: FaultRequest | OperationError): ActiveFault;
  remove(id: string): boolean;
  clear(): void;
  list(): ActiveFault[];
  /** How often each kind struck since the start, removed ones included. */
  counters(): Record<FaultKind, number>;
  /** Uses up one occurrence of the first fault of the kind that fits. */
  take<Kind extends FaultKind>(kind: Kind, occasion: FaultOccasion): FaultParameters<Kind> | undefined;
  /** The parameters of one that `accepts` agrees with. */
  takeIf<Kind extends FaultKind>(
    kind: Kind,
    occasion: FaultOccasion,
    accepts: (parameters: FaultParameters<Kind>) => boolean,
  ): FaultParameters<Kind> | undefined;
  /** Whether one would fit, without using it up; for what is looked at rather than done. */
  peek<Kind extends FaultKind>(
    kind: Kind,
    occasion: FaultOccasion,
    accepts?: (parameters: FaultParameters<Kind>) => boolean,
  ): FaultParameters<Kind> | undefined;
  /** Uses up one occurrence of each fault of a kind that fits; with its generator, and its id for what is shared. */
  takeAll<Kind extends FaultKind>(
    kind: Kind,
    occasion: FaultOccasion,
    accepts?: (parameters: FaultParameters<Kind>) => boolean,
  ): Taken<Kind>[];
  /** Called whenever faults come, go or run out. Returns how to stop. */
  onChange(listener: () => void): () => void;
}

export interface Taken<Kind extends FaultKind> {
  id: string;
  parameters: FaultParameters<Kind>;
  random(): number;
}

interface Held {
  fault: ActiveFault;
  random(): number;
  expiry: AbortController;
}

export function createFaults(clock: Clock = systemClock): Faults {
  let held: Held[] = [];
  let sequence = 0;
  const listeners = new Set<() => void>();
  const counts = Object.fromEntries(FAULT_KIND_NAMES.map((kind) => [kind, 0])) as Record<FaultKind, number>;

  const changed = () => {
    for (const listener of [...listeners]) listener();
  };
  const drop = (gone: (one: Held) => boolean) => {
    const kept = held.filter((one) => !gone(one));
    const dropped = held.filter(gone);
    held = kept;
    for (const { expiry } of dropped) expiry.abort(new Error("the fault is gone"));
    if (dropped.length > 0) changed();
    return dropped.length > 0;
  };
  /** The timer may be late: the clock decides. */
  const isAlive = ({ fault }: Held) => fault.expiresAt === undefined || clock.now() < fault.expiresAt;
  const fitting = (kind: FaultKind, occasion: FaultOccasion) =>
    held.filter((one) => one.fault.kind === kind && isAlive(one) && fits(one.fault.scope, occasion));

  function strike(one: Held): boolean {
    if (one.fault.rate < 1 && one.random() >= one.fault.rate) return false;
    one.fault.fired += 1;
    counts[one.fault.kind] += 1;
    if (one.fault.timesLeft === undefined) return true;
    one.fault.timesLeft -= 1;
    if (one.fault.timesLeft <= 0) drop((other) => other === one);
    return true;
  }

  function takeIf<Kind extends FaultKind>(
    kind: Kind,
    occasion: FaultOccasion,
    accepts: (parameters: FaultParameters<Kind>) => boolean,
  ): FaultParameters<Kind> | undefined {
    if (held.length === 0) return undefined;
    const struck = fitting(kind, occasion).find((one) => accepts(parametersOf(one, kind)) && strike(one));
    return struck && parametersOf(struck, kind);
  }

  return {
    get any() {
      return held.length > 0;
    },
    add(request) {
      const spec = parseFault(request);
      sequence += 1;
      const createdAt = clock.now();
      const fault: ActiveFault = { ...spec, id: `f${sequence}`, createdAt, fired: 0 };
      if (spec.times !== undefined) fault.timesLeft = spec.times;
      const one: Held = { fault, random: createRandom(spec.seed), expiry: new AbortController() };
      held.push(one);
      if (spec.durationMs !== undefined) {
        fault.expiresAt = createdAt + spec.durationMs;
        clock.sleep(spec.durationMs, one.expiry.signal).then(
          () => drop((other) => other === one),
          () => undefined,
        );
      }
      changed();
      return { ...fault };
    },
    remove: (id) => drop(({ fault }) => fault.id === id),
    clear: () => void drop(() => true),
    list: () => held.filter(isAlive).map(({ fault }) => ({ ...fault })),
    counters: () => ({ ...counts }),
    take: (kind, occasion) => takeIf(kind, occasion, () => true),
    takeIf,
    peek(kind, occasion, accepts = () => true) {
      const first = fitting(kind, occasion).find((one) => accepts(parametersOf(one, kind)));
      return first && parametersOf(first, kind);
    },
    takeAll: (kind, occasion, accepts = () => true) =>
      fitting(kind, occasion)
        .filter((one) => accepts(parametersOf(one, kind)) && strike(one))
        .map((one) => ({ id: one.fault.id, parameters: parametersOf(one, kind), random: one.random })),
    onChange(listener) {
      listeners.add(listener);
      return () => listeners.delete(listener);
    },
  };
}

/** A fault's parameters were checked by the schema of its kind, and the kind was compared before. */
function parametersOf<Kind extends FaultKind>({ fault }: Held, _kind: Kind): FaultParameters<Kind> {
  return fault.parameters as FaultParameters<Kind>;
}

/** What the scope names must be known and fit. */
function fits(scope: FaultScope, occasion: FaultOccasion): boolean {
  const { server, prefix, ...texts } = scope;
  if (server !== undefined && server !== occasion.server) return false;
  if (prefix !== undefined && !occasion.key?.startsWith(prefix)) return false;
  return Object.entries(texts).every(([field, pattern]) => {
    const actual = occasion[field as keyof typeof texts];
    return pattern === undefined || (actual !== undefined && matches(pattern, actual));
  });
}

/** `*` stands for any characters. */
function matches(pattern: string, text: string): boolean {
  const parts = pattern.split("*");
  if (parts.length === 1) return pattern === text;
  const escaped = parts.map((part) => part.replace(/[.*+?^${}()|[\]\\]/g, "\\$&"));
  return new RegExp(`^${escaped.join(".*")}$`, "s").test(text);
}

/** mulberry32: even enough for a share of requests, and the same on every machine. */
function createRandom(seed: number): () => number {
  let state = seed;
  return () => {
    state = (state + 0x6d2b79f5) >>> 0;
    let mixed = Math.imul(state ^ (state >>> 15), state | 1);
    mixed ^= mixed + Math.imul(mixed ^ (mixed >>> 7), mixed | 61);
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 2 ** 32;
  };
}
