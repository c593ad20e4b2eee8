import { expect, test } from "vitest";
import { parseRoles } from "@/lib/oidc-settings";
import { areGroupsElsewhere, groupsOf, nameOf, namesLike, roleOf } from "./claims";

test.each([
  ["admins=owner", [{ group: "admins", role: "owner" }]],
  [
    " admins = owner , cn=studio;ou=x=artist",
    [
      { group: "admins", role: "owner" },
      { group: "cn=studio;ou=x", role: "artist" },
    ],
  ],
  ["admins", undefined],
  ["admins=king", undefined],
  ["=owner", undefined],
  ["a=owner,", undefined],
])("%s as a list of roles", (text, roles) => {
  expect(parseRoles(text)).toEqual(roles);
});

const roles = parseRoles("viewers=viewer,studio=artist,admins=owner") ?? [];

test.each([
  [["studio"], undefined, "artist"],
  [["viewers", "admins", "studio"], undefined, "owner"],
  [["others"], undefined, undefined],
  [["others"], "viewer", "viewer"],
  [["studio"], "deployer", "artist"],
  [["Studio"], undefined, undefined],
] as const)("groups %j, default %s: %s", (groups, defaultRole, role) => {
  expect(roleOf({ roles, defaultRole }, groups)).toBe(role);
});

test.each([
  [{ groups: ["a", "b", 3] }, "groups", ["a", "b"]],
  [{ groups: "a" }, "groups", ["a"]],
  [{ realm_access: { roles: ["a"] } }, "realm_access.roles", ["a"]],
  [{ "https://x.example/groups": ["a"] }, "https://x.example/groups", ["a"]],
  [{ groups: { a: 1 } }, "groups", []],
  [{}, "groups", []],
  [{}, "constructor.name", []],
])("groups of %j by %s", (claims, claim, groups) => {
  expect(groupsOf(claims, claim)).toEqual(groups);
});

test.each([
  [{ preferred_username: "Mei", email: "m@x.example" }, "mei"],
  [{ email: "Mei@X.example" }, "mei@x.example"],
  [{ preferred_username: "m", name: "林 梅" }, "林-梅"],
  [{ preferred_username: "DOMAIN\\mei chan" }, "domain-mei-chan"],
  [{ preferred_username: "<b>", name: 7 }, "subject-1"],
  [{ preferred_username: "x".repeat(200) }, "x".repeat(50)],
])("the name of %j is %s", (claims, name) => {
  expect(nameOf(claims, "Subject|1")).toBe(name);
});

test("a name that is taken gets a number and stays short enough", () => {
  const long = namesLike("x".repeat(60));
  expect([long.next().value, long.next().value]).toEqual(["x".repeat(60), `${"x".repeat(58)}-2`]);
  const [, second, third] = [...take(namesLike("mei"), 3)];
  expect([second, third]).toEqual(["mei-2", "mei-3"]);
});

function* take<T>(values: Iterable<T>, count: number): Generator<T> {
  for (const value of values) {
    if (count-- <= 0) return;
    yield value;
  }
}

test.each([
  [
    { _claim_names: { groups: "src1" }, _claim_sources: { src1: { endpoint: "https://graph.example" } } },
    "groups",
    true,
  ],
  [{ hasgroups: true }, "groups", true],
  [{ _claim_names: { groups: "src1" }, roles: ["a"] }, "roles", false],
  [{ groups: ["a"], _claim_names: { groups: "src1" } }, "groups", false],
  [{ _claim_names: { realm_access: "src1" } }, "realm_access.roles", true],
  [{}, "groups", false],
])("groups of %j by %s are elsewhere: %s", (claims, claim, elsewhere) => {
  expect(areGroupsElsewhere(claims, claim)).toBe(elsewhere);
});
