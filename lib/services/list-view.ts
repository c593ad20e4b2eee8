import { statusTone } from "@/lib/eas/status";
import type { ServiceListItem } from "./view";

/** Which services a list shows, in which order and under which headings. Pure: thousands are gone through at each key. */

export const SORTS = ["created", "name", "state", "instances", "type", "owner", "version", "spent", "used"] as const;
export type Sort = (typeof SORTS)[number];
export const GROUPINGS = ["none", "state", "owner", "group", "type", "region"] as const;
export type Grouping = (typeof GROUPINGS)[number];

/** An empty text filters nothing. */
export interface ListChoice {
  text: string;
  state: string;
  type: string;
  /** `key=value`. */
  label: string;
  owner: string;
  sort: Sort;
  order: "asc" | "desc";
  grouping: Grouping;
}

export const EVERYTHING: ListChoice = {
  text: "",
  state: "",
  type: "",
  label: "",
  owner: "",
  sort: "created",
  order: "desc",
  grouping: "none",
};

export type ListRow =
  | { kind: "service"; service: ServiceListItem }
  /** `value` is empty for those that belong to none. */
  | { kind: "heading"; value: string; count: number };

export const typeOf = ({ serviceType, isAsync }: ServiceListItem) => serviceType || (isAsync ? "Async" : "Standard");
/** The person who made it here, else the account that made it elsewhere. */
export const ownerOf = ({ createdBy, callerUid }: ServiceListItem) => createdBy ?? callerUid ?? "";
const labelsOf = ({ labels }: ServiceListItem) => Object.entries(labels).map(([key, value]) => `${key}=${value}`);

/** What the search looks through, put together once for each item. */
const texts = new WeakMap<ServiceListItem, string>();

function textOf(item: ServiceListItem): string {
  const known = texts.get(item);
  if (known !== undefined) return known;
  const { name, status, instanceType, image, group } = item;
  const text = [name, status, instanceType, image, group, ownerOf(item), ...labelsOf(item)].join("\n").toLowerCase();
  texts.set(item, text);
  return text;
}

export function filterList(items: readonly ServiceListItem[], choice: ListChoice): ServiceListItem[] {
  const words = choice.text.toLowerCase().split(/\s+/).filter(Boolean);
  return items.filter(
    (item) =>
      words.every((word) => textOf(item).includes(word)) &&
      (choice.state === "" || item.status === choice.state) &&
      (choice.type === "" || typeOf(item) === choice.type) &&
      (choice.owner === "" || ownerOf(item) === choice.owner) &&
      (choice.label === "" || labelsOf(item).includes(choice.label)),
  );
}

export function toRows(items: readonly ServiceListItem[], { sort, order, grouping }: ListChoice): ListRow[] {
  const direction = order === "asc" ? 1 : -1;
  const sorted = items.toSorted((a, b) => direction * COMPARE[sort](a, b) || compareText(a.name, b.name));
  if (grouping === "none") return sorted.map((service) => ({ kind: "service", service }));
  const groups = new Map<string, ServiceListItem[]>();
  for (const item of sorted) {
    const value = VALUE[grouping](item);
    const group = groups.get(value);
    if (group) group.push(item);
    else groups.set(value, [item]);
  }
  // Those that belong to none come last.
  const values = [...groups.keys()].toSorted((a, b) => Number(a === "") - Number(b === "") || compareText(a, b));
  return values.flatMap((value): ListRow[] => {
    const members = groups.get(value) ?? [];
    const rows = members.map((service): ListRow => ({ kind: "service", service }));
    return [{ kind: "heading", value, count: members.length }, ...rows];
  });
}

/** Not localeCompare: names are ASCII, and it costs a hundred times as much. */
const compareText = (a: string, b: string) => (a < b ? -1 : a > b ? 1 : 0);

/** What needs an eye first. */
const URGENCY = ["failed", "waiting", "changing", "unknown", "ok", "stopped"];

const COMPARE: Record<Sort, (a: ServiceListItem, b: ServiceListItem) => number> = {
  created: (a, b) => compareText(a.createdAt, b.createdAt),
  name: (a, b) => compareText(a.name, b.name),
  state: (a, b) =>
    URGENCY.indexOf(statusTone(a.status)) - URGENCY.indexOf(statusTone(b.status)) || compareText(a.status, b.status),
  instances: (a, b) => a.instances.total - b.instances.total,
  type: (a, b) => compareText(typeOf(a), typeOf(b)),
  // Those that nobody is known to own come after all names.
  owner: (a, b) => compareText(ownerOf(a) || "\uffff", ownerOf(b) || "\uffff"),
  version: (a, b) => a.version.current - b.version.current,
  spent: (a, b) => (a.spentToday?.amount ?? -1) - (b.spentToday?.amount ?? -1),
  used: (a, b) => compareText(a.lastUsedAt ?? "", b.lastUsedAt ?? ""),
};

const VALUE: Record<Exclude<Grouping, "none">, (item: ServiceListItem) => string> = {
  state: ({ status }) => status,
  owner: ownerOf,
  group: ({ group }) => group ?? "",
  type: typeOf,
  region: ({ region }) => region,
};

export interface Facet {
  value: string;
  count: number;
}

/** What can be chosen from, with how many services each has. */
export function facetsOf(items: readonly ServiceListItem[]) {
  return {
    states: count(items.map(({ status }) => status)),
    types: count(items.map(typeOf)),
    labels: count(items.flatMap(labelsOf)),
    owners: count(items.map(ownerOf).filter(Boolean)),
  };
}

function count(values: readonly string[]): Facet[] {
  const counts = new Map<string, number>();
  for (const value of values) counts.set(value, (counts.get(value) ?? 0) + 1);
  return [...counts]
    .map(([value, number]) => ({ value, count: number }))
    .toSorted((a, b) => compareText(a.value, b.value));
}

/** The choice as it stands in the address; what is as usual is left out. */
export function toSearch(choice: ListChoice): string {
  const search = new URLSearchParams();
  const put = (key: string, value: string, usual: string) => {
    if (value !== usual) search.set(key, value);
  };
  put("q", choice.text, "");
  put("state", choice.state, "");
  put("type", choice.type, "");
  put("label", choice.label, "");
  put("owner", choice.owner, "");
  put("sort", `${choice.order === "desc" ? "-" : ""}${choice.sort}`, "-created");
  put("group", choice.grouping, "none");
  return search.size > 0 ? `?${search}` : "";
}

/** Reads an address, whoever wrote it. */
export function fromSearch(search: URLSearchParams): ListChoice {
  const text = (key: string) => search.get(key) ?? "";
  const sort = text("sort") || "-created";
  const by = sort.replace(/^-/, "");
  return {
    text: text("q"),
    state: text("state"),
    type: text("type"),
    label: text("label"),
    owner: text("owner"),
    sort: SORTS.find((one) => one === by) ?? "created",
    order: sort.startsWith("-") ? "desc" : "asc",
    grouping: GROUPINGS.find((one) => one === text("group")) ?? "none",
  };
}
