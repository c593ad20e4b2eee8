import { ossError } from "./errors";

/** The policy of a form upload: what its signer allows (reference: oss-rest.md §17). */

export interface PostPolicy {
  minBytes: number;
  maxBytes: number;
}

/** Checks expiry and conditions against the form's fields; the size is for the caller to check. */
export function checkPolicy(encoded: string, fields: ReadonlyMap<string, string>, now: number): PostPolicy {
  const { expiration, conditions } = parsePolicy(encoded);
  if (now > expiration) {
    throw ossError("AccessDenied", { message: "Invalid according to Policy: Policy expired." });
  }
  const size: PostPolicy = { minBytes: 0, maxBytes: Number.MAX_SAFE_INTEGER };
  for (const condition of conditions) {
    if (Array.isArray(condition) && condition[0] === "content-length-range") {
      const [, minimum, maximum] = condition;
      if (typeof minimum !== "number" || typeof maximum !== "number") throw invalidPolicy();
      size.minBytes = Math.max(size.minBytes, minimum);
      size.maxBytes = Math.min(size.maxBytes, maximum);
    } else if (!holds(condition, fields)) {
      const message = `Invalid according to Policy: Policy Condition failed: ${JSON.stringify(condition)}`;
      throw ossError("AccessDenied", { message });
    }
  }
  return size;
}

function parsePolicy(encoded: string): { expiration: number; conditions: unknown[] } {
  let policy: unknown;
  try {
    policy = JSON.parse(Buffer.from(encoded, "base64").toString("utf8"));
  } catch {
    throw invalidPolicy("Invalid Policy: Invalid JSON.");
  }
  if (typeof policy !== "object" || policy === null) throw invalidPolicy("Invalid Policy: Invalid JSON.");
  const { expiration, conditions } = policy as { expiration?: unknown; conditions?: unknown };
  const time = typeof expiration === "string" ? Date.parse(expiration) : Number.NaN;
  if (Number.isNaN(time)) throw invalidPolicy("Invalid Policy: Invalid 'expiration' value.");
  if (!Array.isArray(conditions)) throw invalidPolicy("Invalid Policy: Invalid 'conditions' value.");
  return { expiration: time, conditions };
}

function holds(condition: unknown, fields: ReadonlyMap<string, string>): boolean {
  if (Array.isArray(condition)) {
    const [operator, name, expected] = condition as unknown[];
    if (typeof name !== "string" || !name.startsWith("$")) throw invalidPolicy();
    const value = fields.get(name.slice(1).toLowerCase());
    if (operator === "eq" && typeof expected === "string") return value === expected;
    if (operator === "starts-with" && typeof expected === "string") return (value ?? "").startsWith(expected);
    if (operator === "in" && Array.isArray(expected)) return value !== undefined && expected.includes(value);
    if (operator === "not-in" && Array.isArray(expected)) return value === undefined || !expected.includes(value);
    throw invalidPolicy();
  }
  if (typeof condition !== "object" || condition === null) throw invalidPolicy();
  return Object.entries(condition).every(([name, expected]) => fields.get(name.toLowerCase()) === expected);
}

function invalidPolicy(message?: string) {
  return ossError("InvalidPolicyDocument", { message });
}
