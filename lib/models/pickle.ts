import { Cut, PickleBytes } from "./pickle-bytes";
import { isGlobal, type PickleGlobal, type PickleValue } from "./pickle-values";

/**
 * Reads a pickle the way a customs officer reads a parcel: follows Python's stack machine on paper and writes down which
 * names it would import, but never imports, calls or builds anything. What a call would return is a note of the call.
 */

export interface PickleReading {
  root: PickleValue;
  /** `module name` of everything it would import, in order of appearance. */
  globals: string[];
  /** First byte after the pickle. */
  end: number;
  /** It ended before its STOP: cut off, or longer than what was given. */
  cut: boolean;
  /** Where an unknown or impossible instruction is. */
  badAt?: number;
}

/** Instructions of one pickle: a checkpoint of 3,000 tensors has some 60,000. */
const MAX_STEPS = 1_000_000;

class Bad extends Error {}

type Item = PickleValue | typeof MARK;
const MARK = Symbol("mark");

export function readPickle(bytes: Uint8Array, start = 0): PickleReading {
  return new Machine(bytes, start).run();
}

class Machine {
  readonly #bytes: PickleBytes;
  #stack: Item[] = [];
  readonly #memo = new Map<number, PickleValue>();
  readonly #globals = new Set<string>();

  constructor(bytes: Uint8Array, start: number) {
    this.#bytes = new PickleBytes(bytes, start);
  }

  run(): PickleReading {
    let opAt = this.#bytes.at;
    let last: { cut: boolean; badAt?: number } = { cut: false };
    try {
      for (let step = 0; ; step++) {
        if (step > MAX_STEPS) throw new Bad();
        opAt = this.#bytes.at;
        if (this.#step(this.#bytes.byte())) break;
      }
    } catch (error) {
      if (!(error instanceof Cut || error instanceof Bad)) throw error;
      last = error instanceof Cut ? { cut: true } : { cut: false, badAt: opAt };
    }
    // Of a pickle that ends early the largest thing on the stack is what it was about.
    const root = this.#stack.findLast((item) => item !== MARK);
    return { root: root === undefined ? null : root, globals: [...this.#globals], end: this.#bytes.at, ...last };
  }

  #push(value: Item): void {
    this.#stack.push(value);
  }

  #pop(): PickleValue {
    const value = this.#stack.pop();
    if (value === undefined || value === MARK) throw new Bad();
    return value;
  }

  #top(): PickleValue {
    const value = this.#stack.at(-1);
    if (value === undefined || value === MARK) throw new Bad();
    return value;
  }

  #popMark(): PickleValue[] {
    const at = this.#stack.lastIndexOf(MARK);
    if (at < 0) throw new Bad();
    const items = this.#stack.splice(at).slice(1);
    return items.filter((item) => item !== MARK);
  }

  #global(module: string, name: string): PickleGlobal {
    this.#globals.add(`${module} ${name}`);
    return { kind: "global", module, name };
  }

  #call(of: PickleValue, args: PickleValue): PickleValue {
    // The few calls whose result matters for what follows: an ordered dict is a dict that is filled afterwards.
    if (isGlobal(of) && /^(OrderedDict|dict|defaultdict)$/.test(of.name)) return new Map();
    return { kind: "call", of, args };
  }

  #setItems(target: PickleValue, items: readonly PickleValue[]): void {
    if (!(target instanceof Map)) return;
    for (let at = 0; at + 1 < items.length; at += 2) target.set(items[at] ?? null, items[at + 1] ?? null);
  }

  #append(target: PickleValue, items: readonly PickleValue[]): void {
    if (Array.isArray(target)) for (const item of items) target.push(item);
  }

  #build(): void {
    const state = this.#pop();
    const target = this.#top();
    // An object's state is what it holds: kept where a state dict may be looked for in it.
    if (typeof target === "object" && target !== null && "kind" in target && target.kind === "call") {
      target.args = [target.args, state];
    }
  }

  #get(key: number): void {
    const value = this.#memo.get(key);
    if (value === undefined) throw new Bad();
    this.#push(value);
  }

  /** Carries out one instruction; true at the last. */
  #step(code: number): boolean {
    const simple = this.#bytes.literal(code);
    if (simple !== undefined) this.#push(simple);
    else if (code === 0x2e) return true;
    else if (!(this.#container(code) || this.#memory(code) || this.#object(code))) throw new Bad();
    return false;
  }

  #container(code: number): boolean {
    switch (String.fromCharCode(code)) {
      case "(":
        this.#push(MARK);
        return true;
      case "0":
        if (this.#stack.pop() === undefined) throw new Bad();
        return true;
      case "1":
        this.#popMark();
        return true;
      case "2":
        this.#push(this.#top());
        return true;
      case "t":
      case "l":
      case "\x91":
        this.#push(this.#popMark());
        return true;
      case "\x85":
        this.#push([this.#pop()]);
        return true;
      case "\x86": {
        const second = this.#pop();
        this.#push([this.#pop(), second]);
        return true;
      }
      case "\x87": {
        const third = this.#pop();
        const second = this.#pop();
        this.#push([this.#pop(), second, third]);
        return true;
      }
      case "d": {
        const items = this.#popMark();
        const map = new Map<PickleValue, PickleValue>();
        this.#setItems(map, items);
        this.#push(map);
        return true;
      }
      case "a": {
        const item = this.#pop();
        this.#append(this.#top(), [item]);
        return true;
      }
      case "e":
      case "\x90": {
        const items = this.#popMark();
        this.#append(this.#top(), items);
        return true;
      }
      case "s": {
        const value = this.#pop();
        const key = this.#pop();
        this.#setItems(this.#top(), [key, value]);
        return true;
      }
      case "u": {
        const items = this.#popMark();
        this.#setItems(this.#top(), items);
        return true;
      }
      default:
        return false;
    }
  }

  #memory(code: number): boolean {
    switch (String.fromCharCode(code)) {
      case "\x80":
        if (this.#bytes.byte() > 5) throw new Bad();
        return true;
      case "\x95":
        this.#bytes.take(8);
        return true;
      case "\x98":
        return true;
      case "p":
        this.#memo.set(Number(this.#bytes.line()), this.#top());
        return true;
      case "q":
        this.#memo.set(this.#bytes.byte(), this.#top());
        return true;
      case "r":
        this.#memo.set(this.#bytes.uint32(), this.#top());
        return true;
      case "\x94":
        this.#memo.set(this.#memo.size, this.#top());
        return true;
      case "g":
        this.#get(Number(this.#bytes.line()));
        return true;
      case "h":
        this.#get(this.#bytes.byte());
        return true;
      case "j":
        this.#get(this.#bytes.uint32());
        return true;
      default:
        return false;
    }
  }

  /** Everything that would import or call. */
  #object(code: number): boolean {
    switch (String.fromCharCode(code)) {
      case "c": {
        const module = this.#bytes.line();
        this.#push(this.#global(module, this.#bytes.line()));
        return true;
      }
      case "\x93": {
        const name = this.#pop();
        const module = this.#pop();
        // Names that are put together while it runs cannot be judged: that alone is reason for alarm.
        const known = typeof name === "string" && typeof module === "string";
        this.#push(known ? this.#global(module, name) : this.#global("?", "?"));
        return true;
      }
      case "i": {
        const module = this.#bytes.line();
        const of = this.#global(module, this.#bytes.line());
        this.#push(this.#call(of, this.#popMark()));
        return true;
      }
      case "o": {
        const [of = null, ...args] = this.#popMark();
        this.#push(this.#call(of, args));
        return true;
      }
      case "R":
      case "\x81": {
        const args = this.#pop();
        this.#push(this.#call(this.#pop(), args));
        return true;
      }
      case "\x92": {
        const named = this.#pop();
        const args = this.#pop();
        this.#push(this.#call(this.#pop(), [args, named]));
        return true;
      }
      case "b":
        this.#build();
        return true;
      case "P":
        this.#push({ kind: "reference", id: this.#bytes.line() });
        return true;
      case "Q":
        this.#push({ kind: "reference", id: this.#pop() });
        return true;
      case "\x82":
      case "\x83":
      case "\x84":
        // Numbers of a registry that only the writer's Python knows.
        this.#bytes.take(code === 0x82 ? 1 : code === 0x83 ? 2 : 4);
        this.#push(this.#global("copyreg", "extension"));
        return true;
      default:
        return false;
    }
  }
}
