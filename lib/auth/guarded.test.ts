import { execFileSync } from "node:child_process";
import { readFileSync } from "node:fs";
import { describe, expect, test } from "vitest";
import { ACTION_RIGHTS, ROUTE_RIGHTS } from "./testing-endpoints";

/** Every action and route is a public endpoint: a new one without its guard must not pass unseen. */

const files = execFileSync("git", ["ls-files", "--cached", "--others", "--exclude-standard", "app", "lib"], {
  encoding: "utf8",
}).split("\n");
const read = (path: string) => readFileSync(path, "utf8");

const OPEN_ROUTES = [
  "app/api/health/route.ts",
  "app/api/health/live/route.ts",
  "app/api/auth/oidc/start/route.ts",
  "app/api/auth/oidc/callback/route.ts",
];
const OPEN_ACTIONS = ["setUpOwner", "signIn", "signOut", "acceptInvitation"];

describe("routes", () => {
  const routes = files.filter((path) => /^app\/.*\/route\.tsx?$/.test(path) && !OPEN_ROUTES.includes(path));

  test.each(routes)("%s answers only behind a session and a right", (path) => {
    const handlers = [...read(path).matchAll(/export\s+(.*\b(?:GET|HEAD|POST|PUT|PATCH|DELETE|OPTIONS)\b.*)/g)];
    expect(handlers.length).toBeGreaterThan(0);
    for (const [, declaration] of handlers) expect(declaration).toMatch(/^const [A-Z]+ = route\(/);
  });

  test("each asks for the right of its rule, and none is without one", () => {
    const found = routes.flatMap((path) =>
      [...read(path).matchAll(/^export const ([A-Z]+) = route\(\s*(?:"([a-z_.]+)"|null)/gm)].map(
        ([, method, right]) => `${method} /${path.slice("app/".length, -"/route.ts".length)}: ${right ?? "signed_in"}`,
      ),
    );
    expect(found.sort()).toEqual(rules(ROUTE_RIGHTS));
  });
});

describe("actions", () => {
  const modules = files.filter((path) => /\.tsx?$/.test(path) && /^["']use server["']/m.test(read(path)));

  test.each(modules)("%s exports guarded actions only", (path) => {
    const exported = [...read(path).matchAll(/^export\s+(?!type|interface)(.*)$/gm)].map((match) => match[1] ?? "");
    expect(exported.length).toBeGreaterThan(0);
    for (const declaration of exported) {
      const [, name, wrapper] = /^const (\w+) = (\w+)\(/.exec(declaration) ?? [];
      expect(wrapper, declaration).toBe(name && OPEN_ACTIONS.includes(name) ? "publicAction" : "action");
    }
  });

  test("each asks for the right of its rule, and none is without one", () => {
    const found = modules.flatMap((path) =>
      [...read(path).matchAll(/^export const (\w+) = action\(\s*[\s\S]*?,\s*(?:"([a-z_.]+)"|null),/gm)].map(
        ([, name, right]) => `${name}: ${right ?? "signed_in"}`,
      ),
    );
    expect(found.sort()).toEqual(rules(ACTION_RIGHTS));
  });
});

function rules(rights: Partial<Record<string, readonly string[]>>): string[] {
  return Object.entries(rights)
    .flatMap(([right, names]) => (names ?? []).map((name) => `${name}: ${right}`))
    .sort();
}
