import { execFileSync } from "node:child_process";
import { readFileSync } from "node:fs";
import { NextRequest } from "next/server";
import { describe, expect, test } from "vitest";
import { can } from "@/lib/auth/rights";
import { describeApi } from "./describe.server";
import { openApiDocument } from "./openapi";
import { OPERATIONS } from "./operations";

const ROOT = "app/api/v1";
const files = execFileSync("git", ["ls-files", "--cached", "--others", "--exclude-standard", ROOT], {
  encoding: "utf8",
});
const routes = files.split("\n").filter((path) => path.endsWith("/route.ts"));

test("every route below /api/v1 is described, with the right that it asks for, and every operation has its route", () => {
  const found = routes.flatMap((path) => {
    const at = path.slice(ROOT.length, -"/route.ts".length).replaceAll(/\[(\w+)\]/g, "{$1}");
    const handlers = readFileSync(path, "utf8").matchAll(/^export const ([A-Z]+) = route\("([a-z_.]+)"/gm);
    return [...handlers].map(([, method, right]) => `${method} ${at} ${right}`);
  });
  expect(found.sort()).toEqual(OPERATIONS.map(({ method, path, right }) => `${method} ${path} ${right}`).sort());
});

describe("the description", () => {
  test("names the address at which a program reaches it, not the one behind the proxy", async () => {
    const headers = { host: "127.0.0.1:3000", "x-forwarded-host": "easel.example", "x-forwarded-proto": "https" };
    const request = new NextRequest("http://127.0.0.1:3000/api/v1/openapi.json", { headers });
    const { servers } = await describeApi(undefined, { request });
    expect(servers).toEqual([{ url: "https://easel.example/api/v1" }]);
  });

  const document = openApiDocument("https://easel.example");

  test("names each operation once, and every part of a path", () => {
    const ids = OPERATIONS.map(({ id }) => id);
    expect(new Set(ids).size).toBe(ids.length);
    for (const [path, methods] of Object.entries(document.paths)) {
      const wanted = [...path.matchAll(/\{(\w+)\}/g)].map(([, name]) => name);
      for (const method of Object.values(methods)) {
        const { parameters } = method as { parameters: { name: string; in: string }[] };
        expect(parameters.filter((one) => one.in === "path").map(({ name }) => name)).toEqual(wanted);
      }
    }
  });

  test("is plain JSON with no reference into nothing", () => {
    const text = JSON.stringify(document);
    expect(JSON.parse(text)).toEqual(document);
    for (const [, name] of text.matchAll(/"\$ref":"#\/components\/schemas\/(\w+)"/g)) {
      expect(document.components.schemas).toHaveProperty(name ?? "");
    }
  });

  test("what a program sends needs only what has no default", () => {
    const generate = document.paths["/services/{name}/generations"]?.post as {
      requestBody: { content: Record<string, { schema: { properties: { requests: { items: unknown } } } }> };
    };
    const item = generate.requestBody.content["application/json"]?.schema.properties.requests.items;
    expect(item).toMatchObject({ required: ["input"] });
    expect(item).toHaveProperty(
      "properties.input.oneOf",
      expect.arrayContaining([expect.objectContaining({ required: ["prompt", "func"] })]),
    );
  });
});

test("a viewer's token can only read", () => {
  const open = OPERATIONS.filter(({ right }) => can("viewer", right));
  expect(open.every(({ method }) => method === "GET")).toBe(true);
});
