import { z } from "zod";
import { CONDITION_OPERATORS, conditionHolds, matchesWildcards } from "./policy-conditions";

/**
 * RAM policies, version 1 (reference: oss-rest.md §16 and the vendor's pages "Policy elements" and "Policy structure and
 * syntax"): what a statement may say, and what it means for a request. Pure: the request brings its own facts.
 */

const Texts = z
  .union([z.string().min(1), z.array(z.string().min(1)).min(1)])
  .transform((value) => (Array.isArray(value) ? value : [value]));
/** Numbers and truth values may stand bare. */
const Values = z
  .union([z.string(), z.number(), z.boolean(), z.array(z.union([z.string(), z.number(), z.boolean()])).min(1)])
  .transform((value) => (Array.isArray(value) ? value : [value]).map(String));

const Condition = z.record(z.string(), z.record(z.string().min(1), Values)).superRefine((condition, context) => {
  for (const [name, keys] of Object.entries(condition)) {
    const operator = CONDITION_OPERATORS[name];
    if (!operator) context.addIssue({ code: "custom", message: `unknown operator ${name}` });
    const values = Object.values(keys).flat();
    if (operator?.accepts && !values.every(operator.accepts))
      context.addIssue({ code: "custom", message: `a value that ${name} cannot compare` });
  }
});

/** `oss:GetObject`, `oss:*`, `*`. */
const Action = /^(\*|[a-z0-9-]+:[A-Za-z0-9*?]+)$/i;
const Actions = Texts.refine((actions) => actions.every((action) => Action.test(action)));

const StatementSchema = z
  .strictObject({
    Sid: z.string().optional(),
    Effect: z.enum(["Allow", "Deny"]),
    Action: Actions.optional(),
    NotAction: Actions.optional(),
    Resource: Texts.optional(),
    NotResource: Texts.optional(),
    Condition: Condition.optional(),
  })
  .refine((statement) => (statement.Action === undefined) !== (statement.NotAction === undefined))
  .refine((statement) => (statement.Resource === undefined) !== (statement.NotResource === undefined));

export const PolicySchema = z.strictObject({
  Version: z.literal("1"),
  Statement: z
    .union([StatementSchema, z.array(StatementSchema).min(1)])
    .transform((value) => (Array.isArray(value) ? value : [value])),
});

export type Policy = z.output<typeof PolicySchema>;
type Statement = Policy["Statement"][number];

/** Undefined when the text is no policy. */
export function parsePolicy(text: string): Policy | undefined {
  let value: unknown;
  try {
    value = JSON.parse(text);
  } catch {
    return undefined;
  }
  return PolicySchema.safeParse(value).data;
}

export interface AccessRequest {
  /** E.g. `oss:PutObject`. */
  action: string;
  /** E.g. `acs:oss:cn-hangzhou:1234567890123456:bucket/key`. */
  resource: string;
  /** Condition keys as policies spell them, e.g. `acs:SourceIp`; one that is absent is unknown. */
  facts: Readonly<Record<string, string | undefined>>;
}

export type Verdict = "allow" | "explicit-deny" | "implicit-deny";

/** A Deny that fits wins; without an Allow that fits, nothing is allowed. */
export function evaluatePolicy(policy: Policy, request: AccessRequest): Verdict {
  let verdict: Verdict = "implicit-deny";
  for (const statement of policy.Statement) {
    if (!applies(statement, request)) continue;
    if (statement.Effect === "Deny") return "explicit-deny";
    verdict = "allow";
  }
  return verdict;
}

function applies(statement: Statement, { action, resource, facts }: AccessRequest): boolean {
  const names = (patterns: readonly string[]) =>
    patterns.some((pattern) => matchesWildcards(pattern.toLowerCase(), action.toLowerCase()));
  const covers = (patterns: readonly string[]) => patterns.some((pattern) => matchesResource(pattern, resource));
  if (statement.Action ? !names(statement.Action) : names(statement.NotAction ?? [])) return false;
  if (statement.Resource ? !covers(statement.Resource) : covers(statement.NotResource ?? [])) return false;
  return holds(statement.Condition ?? {}, facts);
}

/** Every operator and every key of it must hold. Names of keys do not distinguish case. */
function holds(condition: NonNullable<Statement["Condition"]>, facts: AccessRequest["facts"]): boolean {
  const known = new Map(Object.entries(facts).map(([key, value]) => [key.toLowerCase(), value]));
  return Object.entries(condition).every(([operator, keys]) =>
    Object.entries(keys).every(([key, expected]) => conditionHolds(operator, known.get(key.toLowerCase()), expected)),
  );
}

/**
 * Compared part by part, so that a star in the place of the region cannot reach over into the bucket. OSS policies write
 * the region as `cn-hangzhou` or as `oss-cn-hangzhou`.
 */
function matchesResource(pattern: string, resource: string): boolean {
  if (pattern === "*") return true;
  const wanted = splitResource(pattern);
  const given = splitResource(resource);
  if (!wanted || !given) return false;
  return wanted.every((part, index) => {
    const text = given[index] ?? "";
    return matchesWildcards(part, text) || (index === 2 && matchesWildcards(part, `${given[1]}-${text}`));
  });
}

/** `acs:<service>:<region>:<account>:<relative id>`; the last may hold colons. */
function splitResource(resource: string): string[] | undefined {
  const parts = resource.split(":");
  return parts.length < 5 ? undefined : [...parts.slice(0, 4), parts.slice(4).join(":")];
}
