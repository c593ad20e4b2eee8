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
    const column = at - before.lastIndexOf("\n");
    throw new JsonDecodeError(`${message}: line ${line} column ${column} (char ${at})`);
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

const formatFloat = (value: number) => (Number.isInteger(value) && Math.abs(value) < 1e16 ? `${value}.0` : `${value}`);

/** `str(value)`, as format strings and `'%s'` use it. */
export function pythonStr(value: PythonValue): string {
  return typeof value === "string" ? value : pythonRepr(value);
}

export function pythonRepr(value: PythonValue): string {
  if (value === null) return "None";
  if (value === true) return "True";
  if (value === false) return "False";
  if (typeof value === "string") return value.includes("'") && !value.includes('"') ? `"${value}"` : `'${value}'`;
  if (typeof value === "number") return formatFloat(value);
  if (typeof value === "bigint") return value.toString();
  if (Array.isArray(value)) return `[${value.map(pythonRepr).join(", ")}]`;
  return `{${[...value].map(([key, member]) => `${pythonRepr(key)}: ${pythonRepr(member)}`).join(", ")}}`;
}

export function pythonType(value: PythonValue): string {
  if (value === null) return "NoneType";
  if (typeof value === "boolean") return "bool";
  if (typeof value === "string") return "str";
  if (typeof value === "bigint") return "int";
  if (typeof value === "number") return "float";
  return Array.isArray(value) ? "list" : "dict";
}
