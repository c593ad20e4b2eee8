import { z } from "zod";
import { FAULT_KIND_NAMES, FAULT_KINDS, type FaultKind, type ScopeField } from "@/lib/sandbox/core/fault-kinds";

/** What can go wrong, as data: forms are made of it, and programs can read what a kind takes. */
export interface KindDescription {
  kind: FaultKind;
  layer: "line" | "call" | "life" | "queue";
  /** JSON Schema of the parameters, with defaults. */
  parameters: z.core.JSONSchema.BaseSchema;
  /** Fields of a scope that it can be limited by. */
  scope: readonly ScopeField[];
}

export const CATALOGUE: readonly KindDescription[] = FAULT_KIND_NAMES.map((kind) => {
  const { layer, scope, parameters } = FAULT_KINDS[kind];
  return { kind, layer, scope, parameters: z.toJSONSchema(parameters, { io: "input" }) };
});
