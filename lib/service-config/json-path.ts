/** Places in a configuration, without its text: for those who only read it. */

export type Path = readonly (string | number)[];
export type JsonObject = Record<string, unknown>;

export const isObject = (value: unknown): value is JsonObject =>
  typeof value === "object" && value !== null && !Array.isArray(value);

/** A configuration as EAS keeps it; nothing where it is none. */
export function parseObject(text: string): JsonObject | undefined {
  try {
    const value: unknown = JSON.parse(text);
    return isObject(value) ? value : undefined;
  } catch {
    return undefined;
  }
}

/**
 * Where `path` really is: official samples write `metadata.rpc.keepalive` also as `metadata: {"rpc.keepalive": …}`
 * (eas-service-json.md §1).
 */
export function locate(value: unknown, path: Path): Path | undefined {
  const [first, ...rest] = path;
  if (first === undefined) return [];
  if (Array.isArray(value)) {
    if (typeof first !== "number" || first >= value.length) return undefined;
    const inner = locate(value[first], rest);
    return inner && [first, ...inner];
  }
  if (!isObject(value)) return undefined;
  for (let taken = 1; taken <= path.length; taken++) {
    const key = path.slice(0, taken).join(".");
    if (!Object.hasOwn(value, key)) continue;
    const inner = locate(value[key], path.slice(taken));
    if (inner) return [key, ...inner];
  }
  return undefined;
}

export function valueAt(value: unknown, path: Path): unknown {
  const at = locate(value, path);
  return at?.reduce<unknown>((here, key) => (here as Record<string | number, unknown>)[key], value);
}

/** `containers[0].image`, as EAS itself names places. */
export function showPath(path: Path): string {
  return path
    .map((part, index) => {
      if (typeof part === "number") return `[${part}]`;
      const plain = /^[\w-]+$/.test(part);
      return plain ? `${index > 0 ? "." : ""}${part}` : `[${JSON.stringify(part)}]`;
    })
    .join("");
}
