import { BlockList, isIP } from "node:net";

/** The operators of a policy's `Condition` (reference: the vendor's page "Conditional operators"). */

type Test = (actual: string, expected: string) => boolean;

interface Operator {
  test: Test;
  /** Holds when no value of the policy fits, and also when the request lacks the key. */
  negated?: boolean;
  /** Whether a policy may compare with this text; any by default. */
  accepts?: (expected: string) => boolean;
}

const isNumber = (text: string) => /^[+-]?(\d+(\.\d*)?|\.\d+)$/.test(text);
const ISO_TIME = /^\d{4}-\d\d-\d\d(T\d\d:\d\d(:\d\d(\.\d{1,3})?)?(Z|[+-]\d\d:\d\d))?$/;
const isTime = (text: string) => ISO_TIME.test(text) && !Number.isNaN(Date.parse(text));
const isBool = (text: string) => /^(true|false)$/i.test(text);

const sameText: Test = (actual, expected) => actual === expected;
const sameTextAnyCase: Test = (actual, expected) => actual.toLowerCase() === expected.toLowerCase();
const like: Test = (actual, expected) => matchesWildcards(expected, actual);

function numeric(compare: (actual: number, expected: number) => boolean): Operator {
  const test: Test = (actual, expected) => isNumber(actual) && compare(Number(actual), Number(expected));
  return { accepts: isNumber, test };
}

function time(compare: (actual: number, expected: number) => boolean): Operator {
  const test: Test = (actual, expected) => isTime(actual) && compare(Date.parse(actual), Date.parse(expected));
  return { accepts: isTime, test };
}

function not(operator: Operator): Operator {
  return { ...operator, negated: true };
}

const numericEquals = numeric((a, b) => a === b);
const dateEquals = time((a, b) => a === b);
const ipAddress: Operator = { accepts: (text) => parseRange(text) !== undefined, test: inRange };

export const CONDITION_OPERATORS: Readonly<Record<string, Operator>> = {
  StringEquals: { test: sameText },
  StringNotEquals: not({ test: sameText }),
  StringEqualsIgnoreCase: { test: sameTextAnyCase },
  StringNotEqualsIgnoreCase: not({ test: sameTextAnyCase }),
  StringLike: { test: like },
  StringNotLike: not({ test: like }),
  NumericEquals: numericEquals,
  NumericNotEquals: not(numericEquals),
  NumericLessThan: numeric((a, b) => a < b),
  NumericLessThanEquals: numeric((a, b) => a <= b),
  NumericGreaterThan: numeric((a, b) => a > b),
  NumericGreaterThanEquals: numeric((a, b) => a >= b),
  DateEquals: dateEquals,
  DateNotEquals: not(dateEquals),
  DateLessThan: time((a, b) => a < b),
  DateLessThanEquals: time((a, b) => a <= b),
  DateGreaterThan: time((a, b) => a > b),
  DateGreaterThanEquals: time((a, b) => a >= b),
  Bool: { accepts: isBool, test: sameTextAnyCase },
  IpAddress: ipAddress,
  NotIpAddress: not(ipAddress),
};

/** Several values of one key: one that fits is enough; of a negated operator, none may fit. */
export function conditionHolds(name: string, actual: string | undefined, expected: readonly string[]): boolean {
  const operator = CONDITION_OPERATORS[name];
  if (!operator) return false;
  const fits = actual !== undefined && expected.some((value) => operator.test(actual, value));
  return operator.negated ? !fits : fits;
}

/** `*` stands for any text, `?` for one character. Linear in practice: at most one star is held open. */
export function matchesWildcards(pattern: string, text: string): boolean {
  const wanted = [...pattern];
  const given = [...text];
  let at = 0;
  let star = -1;
  let resume = 0;
  let index = 0;
  while (index < given.length) {
    if (wanted[at] === "*") {
      star = at++;
      resume = index;
    } else if (at < wanted.length && (wanted[at] === "?" || wanted[at] === given[index])) {
      at++;
      index++;
    } else if (star >= 0) {
      at = star + 1;
      index = ++resume;
    } else {
      return false;
    }
  }
  while (wanted[at] === "*") at++;
  return at === wanted.length;
}

interface AddressRange {
  address: string;
  prefix: number;
  family: "ipv4" | "ipv6";
}

function parseRange(text: string): AddressRange | undefined {
  const [, address = "", length] = /^([^/]+)(?:\/(\d{1,3}))?$/.exec(text) ?? [];
  const version = isIP(address);
  if (version === 0) return undefined;
  const bits = version === 4 ? 32 : 128;
  const prefix = length === undefined ? bits : Number(length);
  return prefix <= bits ? { address, prefix, family: version === 4 ? "ipv4" : "ipv6" } : undefined;
}

function inRange(actual: string, expected: string): boolean {
  const range = parseRange(expected);
  const version = isIP(actual);
  if (!range || version === 0) return false;
  const list = new BlockList();
  list.addSubnet(range.address, range.prefix, range.family);
  return list.check(actual, version === 4 ? "ipv4" : "ipv6");
}
