/** JSON as the API takes it. */
export type JsonObject = { [key: string]: unknown };

export function isJsonObject(value: unknown): value is JsonObject {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}

/** Reads `metadata.rpc.keepalive` from nested objects. */
export function valueAt(root: unknown, path: string): unknown {
  let value = root;
  for (const key of path.split(".")) {
    if (!isJsonObject(value) || !Object.hasOwn(value, key)) return undefined;
    value = value[key];
  }
  return value;
}

/** No configuration is nested deeper; beyond some thousand levels nothing that walks through one would come back. */
const MAX_DEPTH = 100;

/** What a body says; throws when it is no JSON, or nested beyond all use. Dotted keys count as the levels they open. */
export function parseJsonBody(body: Uint8Array): unknown {
  const value: unknown = JSON.parse(new TextDecoder("utf-8", { fatal: true }).decode(body));
  const rest = [{ value, depth: 0 }];
  for (let next = rest.pop(); next; next = rest.pop()) {
    if (next.depth > MAX_DEPTH) throw new RangeError(`nested more than ${MAX_DEPTH} levels deep`);
    if (typeof next.value !== "object" || next.value === null) continue;
    for (const [key, child] of Object.entries(next.value))
      rest.push({ value: child, depth: next.depth + key.split(".").length });
  }
  return value;
}

/** Blocks whose keys are settings; the keys of `features` and `labels` are names and may hold dots of their own. */
const SETTING_BLOCKS = new Set(["metadata", "cloud", "queue", "networking", "runtime", "options"]);

/**
 * Brings dotted keys inside a block (`metadata: {"rpc.keepalive": 1}`), which official samples use beside nested ones
 * (reference: eas-service-json.md §1), to the nested form.
 */
export function nestDottedKeys(config: JsonObject): JsonObject {
  return Object.entries(config).reduce<JsonObject>((nested, [key, value]) => {
    const isSetting = SETTING_BLOCKS.has(key.split(".")[0] ?? "") && (key.includes(".") || isJsonObject(value));
    return mergeJson(
      nested,
      isSetting ? nestBlock(Object.fromEntries([[key, value]])) : Object.fromEntries([[key, value]]),
    );
  }, {});
}

function nestBlock(block: JsonObject): JsonObject {
  return Object.entries(block).reduce<JsonObject>((nested, [path, value]) => {
    const [last = path, ...parents] = path.split(".").reverse();
    const leaf = Object.fromEntries([[last, isJsonObject(value) ? nestBlock(value) : value]]);
    return mergeJson(
      nested,
      parents.reduce<JsonObject>((child, key) => Object.fromEntries([[key, child]]), leaf),
    );
  }, {});
}

/** Objects are merged key by key, everything else is replaced; keys cannot be removed this way. */
export function mergeJson(base: JsonObject, change: JsonObject): JsonObject {
  const merged = new Map(Object.entries(base));
  for (const [key, value] of Object.entries(change)) {
    const old = merged.get(key);
    merged.set(key, isJsonObject(old) && isJsonObject(value) ? mergeJson(old, value) : value);
  }
  // fromEntries defines keys: `__proto__` in a body stays data.
  return Object.fromEntries(merged);
}

/** Keys in order at every depth, as the stored configuration comes back: never in the order it was sent. */
export function sortKeys(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(sortKeys);
  if (!isJsonObject(value)) return value;
  return Object.fromEntries(
    Object.keys(value)
      .sort()
      .map((key) => [key, sortKeys(value[key])]),
  );
}
