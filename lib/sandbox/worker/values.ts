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

/** `fields.get(key, fallback)`: a null that was sent stays a null. */
export function given(fields: PythonObject, key: string, fallback: PythonValue): PythonValue {
  const value = fields.get(key);
  return value === undefined ? fallback : value;
}

/** What a request leaves out keeps the value of the request before; wrong values stay too. */
export function updateSticky(before: Readonly<StickyValues>, fields: PythonObject): StickyValues {
  const pick = (key: keyof StickyValues) => given(fields, key, before[key]);
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

/** Python's truth of a JSON value. */
export function isTrue(value: PythonValue): boolean {
  if (Array.isArray(value)) return value.length > 0;
  if (value instanceof Map) return value.size > 0;
  return Boolean(value);
}

/** A number that is compared with a float. */
export function comparable(value: PythonValue, operator: "<" | ">"): number {
  if (typeof value === "number") return value;
  if (typeof value === "bigint" || typeof value === "boolean") return Number(value);
  throw typeError(`'${operator}' not supported between instances of '${pythonType(value)}' and 'float'`);
}

/** A side as PIL's resize takes it: Python 3.8 tells floats from everything else. */
export function pilSide(value: PythonValue): number {
  if (typeof value === "bigint" || typeof value === "boolean") return Number(value);
  if (typeof value === "number") throw typeError("integer argument expected, got float");
  throw typeError(`an integer is required (got type ${pythonType(value)})`);
}

/** `value % 8` and `// 8` are the first things done with a side. */
export function side(value: PythonValue): number {
  if (typeof value === "string") throw typeError("not all arguments converted during string formatting");
  if (typeof value === "number") return value;
  if (typeof value === "bigint" || typeof value === "boolean") return Number(value);
  throw typeError(`unsupported operand type(s) for %: '${pythonType(value)}' and 'int'`);
}

/** What the scheduler says to a number of steps; `steps + 1` is the first thing it computes. */
export function stepCount(value: PythonValue): number {
  if (typeof value === "string") throw typeError('can only concatenate str (not "int") to str');
  if (Array.isArray(value)) throw typeError('can only concatenate list (not "int") to list');
  if (value === null || value instanceof Map) {
    throw typeError(`unsupported operand type(s) for +: '${pythonType(value)}' and 'int'`);
  }
  if (typeof value === "number") throw typeError("'float' object cannot be interpreted as an integer");
  const count = Number(value);
  if (count < -1) throw new PythonError("ValueError", `Number of samples, ${count + 1}, must be non-negative.`);
  return Math.max(0, count);
}

/** How often the text embeddings are repeated. */
export function imageCount(value: PythonValue): number {
  if (typeof value !== "bigint" && typeof value !== "boolean") {
    throw typeError(
      `repeat(): argument 'repeats' must be tuple of ints, but found element of type ${pythonType(value)} at pos 2`,
    );
  }
  const count = Number(value);
  if (count >= 1) return count;
  if (count < 0) {
    throw new PythonError("RuntimeError", `Trying to create tensor with negative dimension ${count * 77}`);
  }
  throw new PythonError(
    "RuntimeError",
    "cannot reshape tensor of 0 elements into shape [0, 77, -1] because the unspecified dimension size -1 can be any value and is ambiguous",
  );
}

/** `int(value)` and then torch's 64 bits. */
export function seedNumber(value: PythonValue): bigint {
  const seed = pythonInt(value);
  if (seed < -(2n ** 63n) || seed >= 2n ** 64n) throw new PythonError("RuntimeError", "Overflow when unpacking long");
  return BigInt.asUintN(64, seed);
}

/** `int(value)`. */
export function pythonInt(value: PythonValue): bigint {
  if (typeof value === "bigint") return value;
  if (typeof value === "boolean") return BigInt(value);
  if (typeof value === "number") {
    if (Number.isNaN(value)) throw new PythonError("ValueError", "cannot convert float NaN to integer");
    if (!Number.isFinite(value)) throw new PythonError("OverflowError", "cannot convert float infinity to integer");
    return BigInt(Math.trunc(value));
  }
  if (typeof value === "string") {
    const digits = value.trim().replace(/(?<=\d)_(?=\d)/g, "");
    if (/^[+-]?\d+$/.test(digits)) return BigInt(digits.replace("+", ""));
    throw new PythonError("ValueError", `invalid literal for int() with base 10: ${pythonRepr(value)}`);
  }
  throw typeError(`int() argument must be a string, a bytes-like object or a number, not '${pythonType(value)}'`);
}
