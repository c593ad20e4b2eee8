/**
 * JSON as Python's `json` reads and writes it. A JavaScript parser will not do: seeds are 64-bit integers, the service
 * tells `1` from `1.0`, and its error texts name line, column and character.
 */
export type PythonValue = null | boolean | string | bigint | number | PythonValue[] | PythonObject;
/** Integers are `bigint`, floats are `number`. */
export type PythonObject = Map<string, PythonValue>;

export class JsonDecodeError extends Error {}

/** Deeper documents end in Python's recursion limit; ours is lower and never overflows the stack. */
const MAX_DEPTH = 500;

export function parsePythonJson(text: string): PythonValue {
  if (text.startsWith("\uFEFF")) {
    throw new JsonDecodeError("Unexpected UTF-8 BOM (decode using utf-8-sig): line 1 column 1 (char 0)");
  }
  const reader = new Reader(text);
  reader.skipBlanks();
  const value = reader.value(0);
  reader.skipBlanks();
  if (reader.position < text.length) reader.fail("Extra data", reader.position);
  return value;
}

const ESCAPES: Readonly<Record<string, string>> = {
  '"': '"',
  "\\": "\\",
  "/": "/",
  b: "\b",
  f: "\f",
  n: "\n",
  r: "\r",
  t: "\t",
};

const WORDS: readonly (readonly [string, PythonValue])[] = [
  ["null", null],
  ["true", true],
  ["false", false],
  ["NaN", Number.NaN],
  ["Infinity", Number.POSITIVE_INFINITY],
  ["-Infinity", Number.NEGATIVE_INFINITY],
];

class Reader {
  position = 0;
  constructor(private readonly text: string) {}

  fail(message: string, at: number): never {
    const before = this.text.slice(0, at);
    const line = before.split("\n").length;
    // Python counts code points.
    const column = [...before.slice(before.lastIndexOf("\n") + 1)].length + 1;
    throw new JsonDecodeError(`${message}: line ${line} column ${column} (char ${[...before].length})`);
  }

  skipBlanks(): void {
    while (" \t\n\r".includes(this.text[this.position] ?? "x")) this.position++;
  }

  value(depth: number): PythonValue {
    if (depth > MAX_DEPTH) throw new JsonDecodeError("maximum recursion depth exceeded while decoding a JSON document");
    const start = this.position;
    const first = this.text[start];
    if (first === '"') return this.string();
    if (first === "{") return this.object(depth);
    if (first === "[") return this.array(depth);
    for (const [word, value] of WORDS) {
      if (this.text.startsWith(word, start)) {
        this.position += word.length;
        return value;
      }
    }
    const number = /^-?(?:0|[1-9]\d*)(\.\d+)?([eE][+-]?\d+)?/.exec(this.text.slice(start, start + 4400));
    if (!number) this.fail("Expecting value", start);
    this.position += number[0].length;
    return number[1] || number[2] ? Number(number[0]) : BigInt(number[0]);
  }

  private string(): string {
    const start = this.position++;
    let out = "";
    for (;;) {
      const char = this.text[this.position];
      if (char === undefined) this.fail("Unterminated string starting at", start);
      if (char === '"') {
        this.position++;
        return out;
      }
      if (char < " ") this.fail("Invalid control character at", this.position);
      if (char !== "\\") {
        out += this.plainRun();
        continue;
      }
      const code = this.text[this.position + 1];
      if (code === undefined) this.fail("Unterminated string starting at", start);
      if (code === "u") {
        const digits = this.text.slice(this.position + 2, this.position + 6);
        if (!/^[0-9a-fA-F]{4}$/.test(digits)) this.fail("Invalid \\uXXXX escape", this.position + 1);
        out += String.fromCharCode(Number.parseInt(digits, 16));
        this.position += 6;
        continue;
      }
      const plain = ESCAPES[code];
      if (plain === undefined) this.fail("Invalid \\escape", this.position);
      out += plain;
      this.position += 2;
    }
  }

  /** Everything up to the next sign that means something: pictures arrive as strings of megabytes. */
  private plainRun(): string {
    const start = this.position;
    while (this.position < this.text.length) {
      const code = this.text.charCodeAt(this.position);
      if (code === 0x22 || code === 0x5c || code < 0x20) break;
      this.position++;
    }
    return this.text.slice(start, this.position);
  }

  private array(depth: number): PythonValue[] {
    const items: PythonValue[] = [];
    this.position++;
    this.skipBlanks();
    if (this.text[this.position] === "]") {
      this.position++;
      return items;
    }
    for (;;) {
      items.push(this.value(depth + 1));
      this.skipBlanks();
      const next = this.text[this.position];
      if (next === "]") {
        this.position++;
        return items;
      }
      if (next !== ",") this.fail("Expecting ',' delimiter", this.position);
      this.position++;
      this.skipBlanks();
    }
  }

  private object(depth: number): PythonObject {
    const members: PythonObject = new Map();
    this.position++;
    this.skipBlanks();
    if (this.text[this.position] === "}") {
      this.position++;
      return members;
    }
    for (;;) {
      if (this.text[this.position] !== '"') {
        this.fail("Expecting property name enclosed in double quotes", this.position);
      }
      const key = this.string();
      this.skipBlanks();
      if (this.text[this.position] !== ":") this.fail("Expecting ':' delimiter", this.position);
      this.position++;
      this.skipBlanks();
      members.set(key, this.value(depth + 1));
      this.skipBlanks();
      const next = this.text[this.position];
      if (next === "}") {
        this.position++;
        return members;
      }
      if (next !== ",") this.fail("Expecting ',' delimiter", this.position);
      this.position++;
      this.skipBlanks();
    }
  }
}

/** `json.dumps`: ASCII only, a blank after `,` and `:`. */
export function dumpPythonJson(value: PythonValue): string {
  if (typeof value === "string") return dumpString(value);
  if (typeof value === "number") return formatFloat(value);
  if (Array.isArray(value)) return `[${value.map(dumpPythonJson).join(", ")}]`;
  if (value instanceof Map) {
    return `{${[...value].map(([key, member]) => `${dumpString(key)}: ${dumpPythonJson(member)}`).join(", ")}}`;
  }
  return String(value);
}

function dumpString(text: string): string {
  return JSON.stringify(text).replace(
    /[\u007f-\uffff]/g,
    (char) => `\\u${char.charCodeAt(0).toString(16).padStart(4, "0")}`,
  );
}

/** The shortest digits that give the number back, as `repr` and `json.dumps` write them. */
function formatFloat(value: number): string {
  if (!Number.isFinite(value)) return String(value);
  if (value !== 0 && (Math.abs(value) < 1e-4 || Math.abs(value) >= 1e16)) {
    return value.toExponential().replace(/e([+-])(\d)$/, "e$10$2");
  }
  return Number.isInteger(value) ? `${Object.is(value, -0) ? "-0" : value}.0` : `${value}`;
}

/** `str(value)`, as format strings and `'%s'` use it. */
export function pythonStr(value: PythonValue): string {
  return typeof value === "string" ? value : pythonRepr(value);
}

export function pythonRepr(value: PythonValue): string {
  if (value === null) return "None";
  if (value === true) return "True";
  if (value === false) return "False";
  if (typeof value === "string") return quoted(value);
  if (typeof value === "number") return formatFloat(value).replace("Infinity", "inf").replace("NaN", "nan");
  if (typeof value === "bigint") return value.toString();
  if (Array.isArray(value)) return `[${value.map(pythonRepr).join(", ")}]`;
  return `{${[...value].map(([key, member]) => `${pythonRepr(key)}: ${pythonRepr(member)}`).join(", ")}}`;
}

const SHORT_ESCAPES: Readonly<Record<string, string>> = { "\n": "\\n", "\r": "\\r", "\t": "\\t", "\\": "\\\\" };

function quoted(text: string): string {
  const quote = text.includes("'") && !text.includes('"') ? '"' : "'";
  // biome-ignore lint/suspicious/noControlCharactersInRegex: Python escapes exactly these.
  const body = text.replace(/[\x00-\x1f\x7f\\']/g, (char) => {
    if (char === "'") return quote === "'" ? "\\'" : char;
    return SHORT_ESCAPES[char] ?? `\\x${char.charCodeAt(0).toString(16).padStart(2, "0")}`;
  });
  return quote + body + quote;
}

export function pythonType(value: PythonValue): string {
  if (value === null) return "NoneType";
  if (typeof value === "boolean") return "bool";
  if (typeof value === "string") return "str";
  if (typeof value === "bigint") return "int";
  if (typeof value === "number") return "float";
  return Array.isArray(value) ? "list" : "dict";
}

/** `data.decode('utf-8')`, with Python's words about the first wrong byte. */
export function decodePythonUtf8(bytes: Uint8Array): string {
  try {
    return new TextDecoder("utf-8", { fatal: true, ignoreBOM: true }).decode(bytes);
  } catch {
    throw new JsonDecodeError(firstWrongByte(bytes));
  }
}

function firstWrongByte(bytes: Uint8Array): string {
  for (let at = 0; at < bytes.length; ) {
    const lead = bytes[at] ?? 0;
    const length = sequenceLength(lead);
    const broken = length === 0 ? { good: 1, reason: "invalid start byte" } : brokenTail(bytes, at, length);
    if (!broken) {
      at += length;
      continue;
    }
    const { good, reason } = broken;
    const where =
      good > 1 ? `bytes in position ${at}-${at + good - 1}` : `byte 0x${lead.toString(16)} in position ${at}`;
    return `'utf-8' codec can't decode ${where}: ${reason}`;
  }
  return "'utf-8' codec can't decode bytes";
}

/** 0 for a byte that begins nothing. */
function sequenceLength(lead: number): number {
  if (lead < 0x80) return 1;
  if (lead < 0xc2 || lead > 0xf4) return 0;
  return lead < 0xe0 ? 2 : lead < 0xf0 ? 3 : 4;
}

function brokenTail(bytes: Uint8Array, at: number, length: number): { good: number; reason: string } | undefined {
  for (let index = 1; index < length; index++) {
    const next = bytes[at + index];
    if (next === undefined) return { good: index, reason: "unexpected end of data" };
    const [low, high] = index === 1 ? secondByte(bytes[at] ?? 0) : [0x80, 0xbf];
    if (next < low || next > high) return { good: index, reason: "invalid continuation byte" };
  }
  return undefined;
}

/** Which bytes may follow, so that nothing is written longer than needed and no half pair comes out. */
function secondByte(lead: number): readonly [number, number] {
  if (lead === 0xe0) return [0xa0, 0xbf];
  if (lead === 0xed) return [0x80, 0x9f];
  if (lead === 0xf0) return [0x90, 0xbf];
  return lead === 0xf4 ? [0x80, 0x8f] : [0x80, 0xbf];
}
