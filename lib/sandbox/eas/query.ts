import { invalidParameter } from "./fault";
import { isJsonObject, type JsonObject, parseJsonBody } from "./json-path";

/** Query parameters arrive as text; an empty one counts as absent. */
export function textParameter(query: URLSearchParams, name: string): string | undefined {
  return query.get(name) || undefined;
}

export function integerParameter(query: URLSearchParams, name: string, fallback: number): number {
  const text = textParameter(query, name);
  if (text === undefined) return fallback;
  if (!/^\d{1,9}$/.test(text) || Number(text) < 1)
    throw invalidParameter(`${name} [${text}] must be a positive integer.`);
  return Number(text);
}

export function booleanParameter(query: URLSearchParams, name: string): boolean | undefined {
  const text = textParameter(query, name);
  if (text === undefined) return undefined;
  if (text !== "true" && text !== "false") throw invalidParameter(`${name} [${text}] must be true or false.`);
  return text === "true";
}

export function mapParameter(query: URLSearchParams, name: string): Record<string, unknown> | undefined {
  const text = textParameter(query, name);
  if (text === undefined) return undefined;
  try {
    const value: unknown = JSON.parse(text);
    if (isJsonObject(value)) return value;
  } catch {
    // Falls through to the same answer as any other value that is no map.
  }
  throw invalidParameter(`${name} must be a JSON map.`);
}

/** The JSON object of a request body; its keys are PascalCase and unknown ones are ignored. */
export function bodyObject(body: Uint8Array): JsonObject {
  if (body.byteLength === 0) return {};
  try {
    const value: unknown = parseJsonBody(body);
    if (isJsonObject(value)) return value;
  } catch {
    // Falls through to the same answer as any other body that is no object.
  }
  throw invalidParameter("The request body must be a JSON object.");
}

/** A text of the body; absent, null and empty are the same. */
export function bodyText(body: JsonObject, name: string): string | undefined {
  const value = body[name];
  if (value === undefined || value === null || value === "") return undefined;
  if (typeof value !== "string") throw invalidParameter(`${name} must be a string.`);
  return value;
}

/** One of several words; anything else is named in the refusal. */
export function oneOf<const Word extends string>(name: string, value: string | undefined, words: readonly Word[]) {
  if (value === undefined) return undefined;
  const word = words.find((one) => one === value);
  if (!word) throw invalidParameter(`${name} [${value}] must be one of ${words.join(", ")}.`);
  return word;
}

/** `YYYY-MM-DD HH:mm:ss` in UTC; ISO 8601 is refused (reference: eas-openapi.md §1). */
export function timeParameter(query: URLSearchParams, name: string): number | undefined {
  const text = textParameter(query, name);
  if (text === undefined) return undefined;
  const time = /^\d{4}-\d\d-\d\d \d\d:\d\d:\d\d$/.test(text) ? Date.parse(`${text.replace(" ", "T")}Z`) : Number.NaN;
  if (Number.isNaN(time)) throw invalidParameter(`${name} [${text}] must look like 2006-01-02 15:04:05.`);
  return time;
}

export interface Paging {
  number: number;
  size: number;
}

export function pageOf<T>(items: readonly T[], { number, size }: Paging): T[] {
  return items.slice((number - 1) * size, number * size);
}

/** PageNumber and PageSize, as most lists take them. */
export function readPaging(query: URLSearchParams, size = 100): Paging {
  return { number: integerParameter(query, "PageNumber", 1), size: integerParameter(query, "PageSize", size) };
}

/** `Order`, in whatever case: `desc` unless told. */
export function readOrder(query: URLSearchParams): 1 | -1 {
  const order = (textParameter(query, "Order") ?? "desc").toLowerCase();
  if (order !== "asc" && order !== "desc") throw invalidParameter(`Order [${order}] must be desc or asc.`);
  return order === "asc" ? 1 : -1;
}

/** PageNum and PageSize, as events and logs take them; the reply repeats neither size nor number alike. */
export function pageByNum<T>(query: URLSearchParams, items: readonly T[], defaultSize: number) {
  const paging = {
    number: integerParameter(query, "PageNum", 1),
    size: integerParameter(query, "PageSize", defaultSize),
  };
  return {
    items: pageOf(items, paging),
    counts: {
      PageNum: paging.number,
      TotalCount: items.length,
      TotalPageNum: Math.ceil(items.length / paging.size),
    },
  };
}

/** `2021-01-29T11:13:20Z`, as models carry times. */
export function toTimestamp(at: number): string {
  return `${new Date(at).toISOString().slice(0, 19)}Z`;
}

/** `2021-01-29 11:13:20`, as event rows carry them. */
export function toBlankTimestamp(at: number): string {
  return new Date(at).toISOString().slice(0, 19).replace("T", " ");
}
