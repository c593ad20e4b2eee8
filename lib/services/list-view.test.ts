import { describe, expect, it } from "vitest";
import { aService } from "./fixtures";
import { EVERYTHING, facetsOf, filterList, fromSearch, type ListChoice, toRows, toSearch } from "./list-view";
import { type ServiceListItem, toServiceSummary } from "./view";

const item = (name: string, changes: Partial<ServiceListItem> = {}): ServiceListItem => ({
  ...toServiceSummary(aService({ name, status: "Running" })),
  ...changes,
});

const LIST = [
  item("anime_v4", { status: "Waiting", labels: { team: "art" }, createdBy: "ada", createdAt: "2026-01-03T00:00:00Z" }),
  item("portrait", {
    labels: { team: "art", env: "prod" },
    callerUid: "123",
    group: "faces",
    instances: { total: 3, running: 3, pending: 0 },
    createdAt: "2026-01-01T00:00:00Z",
    lastUsedAt: "2026-02-01T00:00:00Z",
  }),
  item("queued", { serviceType: "Async", isAsync: true, createdAt: "2026-01-02T00:00:00Z", image: "repo/Own:1" }),
  item("broken", {
    status: "Failed",
    createdAt: "2025-12-01T00:00:00Z",
    group: "faces",
    version: { current: 7, latest: 7 },
  }),
];

const names = (choice: Partial<ListChoice>) =>
  toRows(filterList(LIST, { ...EVERYTHING, ...choice }), { ...EVERYTHING, ...choice }).map((row) =>
    row.kind === "service" ? row.service.name : `# ${row.value} ${row.count}`,
  );

describe("filter", () => {
  it.each<[Partial<ListChoice>, string[]]>([
    [{}, ["anime_v4", "queued", "portrait", "broken"]],
    [{ text: "PORT" }, ["portrait"]],
    [{ text: "own" }, ["queued"]],
    [{ text: "team=art prod" }, ["portrait"]],
    [{ text: "ada" }, ["anime_v4"]],
    [{ text: "  " }, ["anime_v4", "queued", "portrait", "broken"]],
    [{ state: "Failed" }, ["broken"]],
    [{ type: "Async" }, ["queued"]],
    [{ type: "Standard", label: "team=art" }, ["anime_v4", "portrait"]],
    [{ owner: "123" }, ["portrait"]],
    [{ owner: "ada", state: "Failed" }, []],
  ])("%j", (choice, expected) => {
    expect(names(choice)).toEqual(expected);
  });
});

describe("order", () => {
  it.each<[Partial<ListChoice>, string[]]>([
    [{ sort: "name", order: "asc" }, ["anime_v4", "broken", "portrait", "queued"]],
    [{ sort: "state", order: "asc" }, ["broken", "anime_v4", "portrait", "queued"]],
    [{ sort: "instances", order: "desc" }, ["portrait", "anime_v4", "broken", "queued"]],
    [{ sort: "used", order: "desc" }, ["portrait", "anime_v4", "broken", "queued"]],
    [{ sort: "type", order: "asc" }, ["queued", "anime_v4", "broken", "portrait"]],
    [{ sort: "owner", order: "asc" }, ["portrait", "anime_v4", "broken", "queued"]],
    [{ sort: "version", order: "desc" }, ["broken", "anime_v4", "portrait", "queued"]],
    [{ sort: "created", order: "asc" }, ["broken", "portrait", "queued", "anime_v4"]],
  ])("%j", (choice, expected) => {
    expect(names(choice)).toEqual(expected);
  });
});

describe("headings", () => {
  it.each<[Partial<ListChoice>, string[]]>([
    [{ grouping: "group" }, ["# faces 2", "portrait", "broken", "#  2", "anime_v4", "queued"]],
    [{ grouping: "type" }, ["# Async 1", "queued", "# Standard 3", "anime_v4", "portrait", "broken"]],
    [{ grouping: "state", text: "a" }, ["# Failed 1", "broken", "# Running 1", "portrait", "# Waiting 1", "anime_v4"]],
  ])("%j", (choice, expected) => {
    const shown = names(choice);
    expect(shown).toEqual(expected);
  });
});

it("counts what can be chosen from", () => {
  expect(facetsOf(LIST)).toMatchObject({
    types: [
      { value: "Async", count: 1 },
      { value: "Standard", count: 3 },
    ],
    labels: [
      { value: "env=prod", count: 1 },
      { value: "team=art", count: 2 },
    ],
    owners: [
      { value: "123", count: 1 },
      { value: "ada", count: 1 },
    ],
  });
});

describe("address", () => {
  it.each<[Partial<ListChoice>, string]>([
    [{}, ""],
    [{ text: "a b&c" }, "?q=a+b%26c"],
    [{ sort: "name", order: "asc" }, "?sort=name"],
    [{ label: "team=art", grouping: "owner" }, "?label=team%3Dart&group=owner"],
  ])("keeps %j", (change, search) => {
    const choice = { ...EVERYTHING, ...change };
    expect(toSearch(choice)).toBe(search);
    expect(fromSearch(new URLSearchParams(search))).toEqual(choice);
  });

  it("is understood whoever wrote it", () => {
    expect(fromSearch(new URLSearchParams("sort=-toString&group=constructor&x=1"))).toEqual(EVERYTHING);
  });
});
