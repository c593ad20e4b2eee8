import { PythonError } from "./python-error";
import { type PythonObject, type PythonValue, pythonRepr, pythonType } from "./python-json";

/** Seven values that outlive their request (reference: diffusers-service.md §9, sticky values). */
export interface StickyValues {
  prompt: PythonValue;
  steps: PythonValue;
  image_num: PythonValue;
  cfg_scale: PythonValue;
  negative_prompt: PythonValue;
  width: PythonValue;
  height: PythonValue;
}

export const FIRST_VALUES: Readonly<StickyValues> = {
  prompt: "i am a prompt",
  steps: 50n,
  image_num: 1n,
  cfg_scale: 7n,
  negative_prompt: "",
  width: 512n,
  height: 512n,
};

/** What a request leaves out keeps the value of the request before; wrong values stay too. */
export function updateSticky(before: Readonly<StickyValues>, fields: PythonObject): StickyValues {
  const pick = (key: keyof StickyValues) => (fields.has(key) ? (fields.get(key) ?? null) : before[key]);
  return {
    prompt: pick("prompt"),
    steps: pick("steps"),
    image_num: pick("image_num"),
    cfg_scale: pick("cfg_scale"),
    negative_prompt: pick("negative_prompt"),
    width: pick("width"),
    height: pick("height"),
  };
}

const typeError = (message: string) => new PythonError("TypeError", message);

/** A whole number where Python needs one: booleans count, floats and strings do not. */
export function wholeNumber(value: PythonValue): number {
  if (typeof value === "boolean") return Number(value);
  if (typeof value === "bigint") return Number(value);
  throw typeError(`'${pythonType(value)}' object cannot be interpreted as an integer`);
}

/** Any number, for comparisons with `>`. */
export function realNumber(value: PythonValue): number {
  if (typeof value === "number") return value;
  if (typeof value === "bigint" || typeof value === "boolean") return Number(value);
  throw typeError(`'>' not supported between instances of '${pythonType(value)}' and 'float'`);
}

/** `value % 8` and `// 8` are the first things done with a side. */
export function side(value: PythonValue): number {
  if (typeof value === "string") throw typeError("not all arguments converted during string formatting");
  if (typeof value === "number") return value;
  if (typeof value === "bigint" || typeof value === "boolean") return Number(value);
  throw typeError(`unsupported operand type(s) for %: '${pythonType(value)}' and 'int'`);
}

/** `int(value)` and then torch's 64 bits. */
export function seedNumber(value: PythonValue): bigint {
  const seed = pythonInt(value);
  if (seed < -(2n ** 63n) || seed >= 2n ** 64n) throw new PythonError("RuntimeError", "Overflow when unpacking long");
  return BigInt.asUintN(64, seed);
}

function pythonInt(value: PythonValue): bigint {
  if (typeof value === "bigint") return value;
  if (typeof value === "boolean") return BigInt(value);
  if (typeof value === "number") {
    if (Number.isFinite(value)) return BigInt(Math.trunc(value));
    throw new PythonError("ValueError", "cannot convert float NaN to integer");
  }
  if (typeof value === "string") {
    const digits = value.trim().replace(/(?<=\d)_(?=\d)/g, "");
    if (/^[+-]?\d+$/.test(digits)) return BigInt(digits.replace("+", ""));
    throw new PythonError("ValueError", `invalid literal for int() with base 10: ${pythonRepr(value)}`);
  }
  throw typeError(`int() argument must be a string, a bytes-like object or a number, not '${pythonType(value)}'`);
}

export function prompt(value: PythonValue): string {
  if (typeof value === "string") return value;
  if (Array.isArray(value)) return value.map((item) => (typeof item === "string" ? item : pythonRepr(item))).join(", ");
  throw new PythonError(
    "ValueError",
    `\`prompt\` has to be of type \`str\` or \`list\` but is <class '${pythonType(value)}'>`,
  );
}
