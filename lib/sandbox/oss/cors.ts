import { ossError } from "./errors";
import type { CorsConfiguration, CorsRule } from "./store/records";
import { childrenOf, childText, type XmlElement, type XmlObject } from "./xml";

/** Cross-origin rules (reference: oss-rest.md §8). */

const METHODS = new Set(["GET", "PUT", "DELETE", "POST", "HEAD"]);
const MAX_RULES = 10;
/** A token of HTTP, without the wildcard that ExposeHeader does not know. */
const HEADER_NAME = /^[!#$%&'+.^_`|~0-9A-Za-z-]+$/;

export interface CorsQuestion {
  origin: string;
  method: string;
  /** From Access-Control-Request-Headers; empty for actual requests. */
  headers: readonly string[];
}

/** The first rule that allows it all. */
export function findCorsRule(configuration: CorsConfiguration, question: CorsQuestion): CorsRule | undefined {
  return configuration.rules.find(
    (rule) =>
      rule.allowedOrigins.some((pattern) => matchesPattern(pattern, question.origin)) &&
      rule.allowedMethods.includes(question.method) &&
      question.headers.every((header) =>
        rule.allowedHeaders.some((pattern) => matchesPattern(pattern.toLowerCase(), header.toLowerCase())),
      ),
  );
}

/** `*` stands for any text, once. */
function matchesPattern(pattern: string, text: string): boolean {
  const star = pattern.indexOf("*");
  if (star < 0) return pattern === text;
  const before = pattern.slice(0, star);
  const after = pattern.slice(star + 1);
  return text.length >= before.length + after.length && text.startsWith(before) && text.endsWith(after);
}

export function corsHeaders(
  configuration: CorsConfiguration,
  rule: CorsRule,
  question: CorsQuestion,
): Record<string, string> {
  const headers: Record<string, string> = {
    "Access-Control-Allow-Origin": rule.allowedOrigins.includes("*") ? "*" : question.origin,
    "Access-Control-Allow-Methods": rule.allowedMethods.join(", "),
  };
  if (question.headers.length > 0) headers["Access-Control-Allow-Headers"] = question.headers.join(", ");
  if (rule.exposeHeaders.length > 0) headers["Access-Control-Expose-Headers"] = rule.exposeHeaders.join(", ");
  if (rule.maxAgeSeconds !== undefined) headers["Access-Control-Max-Age"] = String(rule.maxAgeSeconds);
  if (configuration.responseVary) headers.Vary = "Origin";
  return headers;
}

export function parseRequestHeaders(list: string | undefined): string[] {
  return (list ?? "")
    .split(",")
    .map((name) => name.trim())
    .filter((name) => name !== "");
}

export function parseCorsConfiguration(document: XmlElement): CorsConfiguration {
  const rules = childrenOf(document, "CORSRule").map(parseRule);
  if (rules.length === 0) throw ossError("MalformedXML");
  if (rules.length > MAX_RULES) throw ossError("CORSRuleBeyondLimit");
  const vary = childText(document, "ResponseVary");
  return vary === undefined ? { rules } : { rules, responseVary: vary.trim().toLowerCase() === "true" };
}

function parseRule(element: XmlElement): CorsRule {
  const texts = (name: string) => childrenOf(element, name).map((child) => child.text.trim());
  const rule: CorsRule = {
    allowedOrigins: texts("AllowedOrigin"),
    allowedMethods: texts("AllowedMethod"),
    allowedHeaders: texts("AllowedHeader"),
    exposeHeaders: texts("ExposeHeader"),
  };
  const maxAge = childText(element, "MaxAgeSeconds")?.trim();
  if (maxAge !== undefined) {
    if (!/^\d{1,9}$/.test(maxAge)) throw ossError("MalformedXML");
    rule.maxAgeSeconds = Number(maxAge);
  }
  const oneStar = (value: string) => value !== "" && value.split("*").length <= 2;
  const valid =
    rule.allowedOrigins.length > 0 &&
    rule.allowedMethods.length > 0 &&
    rule.allowedOrigins.every(oneStar) &&
    rule.allowedHeaders.every(oneStar) &&
    rule.allowedMethods.every((method) => METHODS.has(method)) &&
    rule.exposeHeaders.every((header) => HEADER_NAME.test(header));
  if (!valid) throw ossError("MalformedXML");
  return rule;
}

export function corsToXml(configuration: CorsConfiguration): XmlObject {
  return {
    CORSRule: configuration.rules.map((rule) => ({
      AllowedOrigin: rule.allowedOrigins,
      AllowedMethod: rule.allowedMethods,
      AllowedHeader: rule.allowedHeaders,
      ExposeHeader: rule.exposeHeaders,
      MaxAgeSeconds: rule.maxAgeSeconds,
    })),
    ResponseVary: configuration.responseVary ?? false,
  };
}
