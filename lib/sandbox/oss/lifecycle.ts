import { randomBytes } from "node:crypto";
import { ossError } from "./errors";
import type { LifecycleElement } from "./store/records";
import { isObjectTag } from "./tags";
import { childrenOf, childText, type XmlElement } from "./xml";

/** Lifecycle rules (reference: oss-rest.md §9): checked for what the vendor refuses, then kept as they came. */

const MAX_RULES = 1000;
const ACTIONS = [
  "Expiration",
  "AbortMultipartUpload",
  "Transition",
  "NoncurrentVersionExpiration",
  "NoncurrentVersionTransition",
];
const MIDNIGHT_UTC = /^\d{4}-\d{2}-\d{2}T00:00:00(\.0+)?Z$/;

export function parseLifecycle(document: XmlElement): LifecycleElement[] {
  const rules = childrenOf(document, "Rule");
  if (rules.length === 0 || rules.length > MAX_RULES) throw ossError("MalformedXML");
  const ids = new Set<string>();
  return rules.map((rule) => {
    checkRule(rule);
    const given = childText(rule, "ID")?.trim();
    const id = given || randomBytes(16).toString("hex");
    if (Buffer.byteLength(id) > 255 || ids.has(id)) throw invalid("ID");
    ids.add(id);
    const others = rule.children.filter((child) => child.name !== "ID");
    return { name: "Rule", text: "", children: [{ name: "ID", text: id, children: [] }, ...others] };
  });
}

function checkRule(rule: XmlElement): void {
  const status = childText(rule, "Status")?.trim();
  if (status !== "Enabled" && status !== "Disabled") throw ossError("MalformedXML");
  if (childText(rule, "Prefix") === undefined) throw ossError("MalformedXML");
  const actions = rule.children.filter((child) => ACTIONS.includes(child.name));
  if (actions.length === 0) throw ossError("MalformedXML");
  for (const action of actions) checkTime(action);
  checkOrder(rule);
  checkTags(rule);
  const aborts = actions.some((action) => action.name === "AbortMultipartUpload");
  if (aborts && childrenOf(rule, "Tag").length > 0) throw invalid("Tag");
}

const COLDER: readonly string[] = ["IA", "Archive", "ColdArchive", "DeepColdArchive"];

/** Objects get colder with time and expire last; days and dates do not mix (the Python SDK's suite). */
function checkOrder(rule: XmlElement): void {
  const transitions = childrenOf(rule, "Transition");
  const expiration = childrenOf(rule, "Expiration");
  const byDays = [...transitions, ...expiration].map((action) => childText(action, "Days") !== undefined);
  if (transitions.length > 0 && new Set(byDays).size > 1) throw ossError("InvalidRequest");
  const steps = transitions
    .map((step) => ({
      rank: COLDER.indexOf(childText(step, "StorageClass")?.trim() ?? ""),
      days: Number(childText(step, "Days") ?? 0),
    }))
    .sort((one, other) => one.rank - other.rank);
  if (steps.some(({ rank }) => rank < 0)) throw invalid("StorageClass");
  const times = [...steps, ...expiration.map((last) => ({ days: Number(childText(last, "Days") ?? 0) }))];
  if (times.some(({ days }, index) => days < (times[index - 1]?.days ?? 0))) throw invalid("Days");
}

function checkTags(rule: XmlElement): void {
  const tags = childrenOf(rule, "Tag").map((tag) => ({
    key: childText(tag, "Key") ?? "",
    value: childText(tag, "Value") ?? "",
  }));
  if (!tags.every(isObjectTag)) throw invalid("Tag");
}

function checkTime(action: XmlElement): void {
  const days = childText(action, "Days")?.trim();
  const before = childText(action, "CreatedBeforeDate")?.trim();
  if (days !== undefined && before !== undefined) throw ossError("MalformedXML");
  if (days !== undefined && !/^[1-9]\d{0,8}$/.test(days)) throw invalid("Days");
  if (before !== undefined && !MIDNIGHT_UTC.test(before)) throw invalid("CreatedBeforeDate");
  if (action.name === "AbortMultipartUpload" && days === undefined && before === undefined) {
    throw ossError("MalformedXML");
  }
}

function invalid(argument: string) {
  return ossError("InvalidArgument", { details: { ArgumentName: argument } });
}
