/** What a pickle is about, as far as it is read on paper: nothing of it is imported, called or built. */

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
