/**
 * Reads a pickle the way a customs officer reads a parcel: follows Python's stack machine on paper and writes down which
 * names it would import, but never imports, calls or builds anything. What a call would return is a note of the call.
 */

/** A name that the pickle imports: `module name`. */
export interface PickleGlobal {
  kind: "global";
  module: string;
  name: string;
}

/** The result of a call or of building an object, not carried out. */
export interface PickleCall {
  kind: "call";
  of: PickleValue;
  args: PickleValue;
}

/** A reference to something beside the pickle, as torch has for storages. */
export interface PickleReference {
  kind: "reference";
  id: PickleValue;
}

export type PickleValue =
  | string
  | number
  | boolean
  | null
  | PickleValue[]
  | Map<PickleValue, PickleValue>
  | PickleGlobal
  | PickleCall
  | PickleReference;

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
/** Longer strings (source code, pickles within pickles) are of no use here. */
const MAX_TEXT = 4096;

class Cut extends Error {}
class Bad extends Error {}

type Item = PickleValue | typeof MARK;
const MARK = Symbol("mark");

export function readPickle(bytes: Uint8Array, start = 0): PickleReading {
  return new Machine(bytes, start).run();
}

const latin1 = new TextDecoder("latin1");
const utf8 = new TextDecoder("utf-8");

class Machine {
  readonly #bytes: Uint8Array;
  readonly #view: DataView;
  #at: number;
  #stack: Item[] = [];
  readonly #memo = new Map<number, PickleValue>();
  readonly #globals = new Set<string>();

  constructor(bytes: Uint8Array, start: number) {
    this.#bytes = bytes;
    this.#view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
    this.#at = start;
  }

  run(): PickleReading {
    let opAt = this.#at;
    let last: { cut: boolean; badAt?: number } = { cut: false };
    try {
      for (let step = 0; ; step++) {
        if (step > MAX_STEPS) throw new Bad();
        opAt = this.#at;
        if (this.#step(this.#byte())) break;
      }
    } catch (error) {
      if (!(error instanceof Cut || error instanceof Bad)) throw error;
      last = error instanceof Cut ? { cut: true } : { cut: false, badAt: opAt };
    }
    // Of a pickle that ends early the largest thing on the stack is what it was about.
    const root = this.#stack.findLast((item) => item !== MARK);
    return { root: root === undefined ? null : root, globals: [...this.#globals], end: this.#at, ...last };
  }

  #take(length: number): number {
    const at = this.#at;
    if (length < 0 || at + length > this.#bytes.length) throw new Cut();
    this.#at += length;
    return at;
  }

  #byte(): number {
    return this.#view.getUint8(this.#take(1));
  }

  #uint32(): number {
    return this.#view.getUint32(this.#take(4), true);
  }

  #uint64(): number {
    const at = this.#take(8);
    return this.#view.getUint32(at, true) + this.#view.getUint32(at + 4, true) * 2 ** 32;
  }

  #text(length: number, decoder: TextDecoder): string {
    const at = this.#take(length);
    return decoder.decode(this.#bytes.subarray(at, at + Math.min(length, MAX_TEXT)));
  }

  #line(): string {
    const end = this.#bytes.indexOf(0x0a, this.#at);
    if (end < 0) throw new Cut();
    const text = latin1.decode(this.#bytes.subarray(this.#at, Math.min(end, this.#at + MAX_TEXT)));
    this.#at = end + 1;
    return text;
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
    const simple = this.#literal(code);
    if (simple !== undefined) this.#push(simple);
    else if (code === 0x2e) return true;
    else if (!(this.#container(code) || this.#memory(code) || this.#object(code))) throw new Bad();
    return false;
  }

  /** Values that stand for themselves. */
  #literal(code: number): PickleValue | undefined {
    switch (String.fromCharCode(code)) {
      case "N":
        return null;
      case "\x88":
        return true;
      case "\x89":
        return false;
      case "I":
      case "L":
      case "F":
        return Number(this.#line().replace(/L$/, ""));
      case "J":
        return this.#view.getInt32(this.#take(4), true);
      case "K":
        return this.#byte();
      case "M":
        return this.#view.getUint16(this.#take(2), true);
      case "G":
        return this.#view.getFloat64(this.#take(8), false);
      case "\x8a":
        return this.#long(this.#byte());
      case "\x8b":
        return this.#long(this.#uint32());
      case "S":
        return this.#line().replace(/^(['"])(.*)\1$/, "$2");
      case "V":
        return this.#line();
      case "T":
      case "B":
        return this.#text(this.#uint32(), latin1);
      case "U":
      case "C":
        return this.#text(this.#byte(), latin1);
      case "X":
        return this.#text(this.#uint32(), utf8);
      case "\x8c":
        return this.#text(this.#byte(), utf8);
      case "\x8d":
        return this.#text(this.#uint64(), utf8);
      case "\x8e":
      case "\x96":
        return this.#text(this.#uint64(), latin1);
      case "}":
        return new Map();
      case "]":
      case ")":
      case "\x8f":
        return [];
      default:
        return undefined;
    }
  }

  /** A little-endian two's complement number; beyond 53 bits only its size matters. */
  #long(length: number): number {
    const at = this.#take(length);
    let value = 0;
    for (let index = Math.min(length, 8) - 1; index >= 0; index--)
      value = value * 256 + this.#view.getUint8(at + index);
    const isNegative = length > 0 && length <= 6 && this.#view.getUint8(at + length - 1) >= 0x80;
    return isNegative ? value - 256 ** length : value;
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
        if (this.#byte() > 5) throw new Bad();
        return true;
      case "\x95":
        this.#take(8);
        return true;
      case "\x98":
        return true;
      case "p":
        this.#memo.set(Number(this.#line()), this.#top());
        return true;
      case "q":
        this.#memo.set(this.#byte(), this.#top());
        return true;
      case "r":
        this.#memo.set(this.#uint32(), this.#top());
        return true;
      case "\x94":
        this.#memo.set(this.#memo.size, this.#top());
        return true;
      case "g":
        this.#get(Number(this.#line()));
        return true;
      case "h":
        this.#get(this.#byte());
        return true;
      case "j":
        this.#get(this.#uint32());
        return true;
      default:
        return false;
    }
  }

  /** Everything that would import or call. */
  #object(code: number): boolean {
    switch (String.fromCharCode(code)) {
      case "c": {
        const module = this.#line();
        this.#push(this.#global(module, this.#line()));
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
        const module = this.#line();
        const of = this.#global(module, this.#line());
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
        this.#push({ kind: "reference", id: this.#line() });
        return true;
      case "Q":
        this.#push({ kind: "reference", id: this.#pop() });
        return true;
      case "\x82":
      case "\x83":
      case "\x84":
        // Numbers of a registry that only the writer's Python knows.
        this.#take(code === 0x82 ? 1 : code === 0x83 ? 2 : 4);
        this.#push(this.#global("copyreg", "extension"));
        return true;
      default:
        return false;
    }
  }
}

function isOf<K extends string>(value: PickleValue | undefined, kind: K): boolean {
  return typeof value === "object" && value !== null && "kind" in value && value.kind === kind;
}

export function isGlobal(value: PickleValue | undefined): value is PickleGlobal {
  return isOf(value, "global");
}

export function isCall(value: PickleValue | undefined): value is PickleCall {
  return isOf(value, "call");
}

export function isReference(value: PickleValue | undefined): value is PickleReference {
  return isOf(value, "reference");
}
