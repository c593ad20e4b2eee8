import { expect, test } from "vitest";
import { createResolver, type GatewayGroup } from "./resolve";
import type { GatewayService } from "./server";

const service = (name: string): GatewayService => ({
  name,
  token: `token of ${name}`,
  isAsync: false,
  rpc: { keepaliveMs: 1, workerThreads: 1, maxQueueSize: 1, rateLimit: 0 },
  upstreams: [],
});

function resolver(groups: Record<string, Record<string, number>>, services: string[]) {
  return createResolver({
    find: (name) => (services.includes(name) ? service(name) : undefined),
    findGroup: (name): GatewayGroup | undefined => {
      const members = groups[name];
      return (
        members && {
          name,
          token: `token of group ${name}`,
          members: Object.entries(members).map(([member, share]) => ({ service: member, share })),
        }
      );
    },
  });
}

test("a service by its name, with its own token", () => {
  expect(resolver({}, ["a"])("a")).toMatchObject({ service: { name: "a" }, tokens: ["token of a"] });
});

test("a member by both names, with either token; it needs no share of the traffic", () => {
  const resolve = resolver({ g: { a: 0 } }, ["a", "b"]);
  expect(resolve("g.a")).toMatchObject({ service: { name: "a" }, tokens: ["token of a", "token of group g"] });
  for (const name of ["g.b", "x.a", "g.", ".a", "g.a.a", "nobody"]) expect(resolve(name)).toBeUndefined();
});

test("a group's calls go round its members by their shares, evenly at any moment", () => {
  const resolve = resolver({ g: { a: 0.5, b: 0.25, c: 0.25, alone: 0 } }, ["a", "b", "c", "alone"]);
  const chosen = Array.from({ length: 8 }, () => resolve("g")?.service?.name);
  for (const half of [chosen.slice(0, 4), chosen.slice(4)]) expect([...half].sort()).toEqual(["a", "a", "b", "c"]);
  expect(resolve("g")?.tokens).toEqual(["token of group g"]);
});

test("a group whose members take no traffic has nobody to answer", () => {
  expect(resolver({ g: { a: 0 } }, ["a"])("g")).toEqual({ tokens: ["token of group g"], service: undefined });
});

test("the group that an asynchronous service brings has its name: the service answers", () => {
  const resolve = resolver({ a: { a: 1 } }, ["a"]);
  for (const name of ["a", "a.a"])
    expect(resolve(name)).toMatchObject({ service: { name: "a" }, tokens: ["token of a", "token of group a"] });
});
