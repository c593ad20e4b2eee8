import { mkdtemp, readdir, readFile, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, describe, expect, test } from "vitest";
import { readJsonFile, writeJsonFile } from "./json-file";
import { apiRequestId, ossRequestId } from "./request-id";
import { createRouter } from "./router";

describe("JSON files", () => {
  let folder: string;
  beforeEach(async () => {
    folder = await mkdtemp(join(tmpdir(), "easel-json-"));
  });
  afterEach(() => rm(folder, { recursive: true }));

  const identity = (value: unknown) => value;

  test("what was written is read back, folders are made", async () => {
    const path = join(folder, "a", "b.json");
    await writeJsonFile(path, { n: 1 });
    expect(await readJsonFile(path, identity)).toEqual({ n: 1 });
  });

  test("an absent file is undefined, a damaged one throws", async () => {
    expect(await readJsonFile(join(folder, "none.json"), identity)).toBeUndefined();
    await writeFile(join(folder, "bad.json"), "{");
    await expect(readJsonFile(join(folder, "bad.json"), identity)).rejects.toThrow(SyntaxError);
  });

  test("parallel writes of one file leave one whole value and no temporary files", async () => {
    const path = join(folder, "x.json");
    await Promise.all(Array.from({ length: 20 }, (_, n) => writeJsonFile(path, { n, pad: "x".repeat(10_000) })));
    expect(JSON.parse(await readFile(path, "utf8"))).toHaveProperty("n");
    expect(await readdir(folder)).toEqual(["x.json"]);
  });

  test("a value that cannot be written leaves the old file", async () => {
    const path = join(folder, "x.json");
    await writeJsonFile(path, 1);
    await expect(writeJsonFile(path, 1n)).rejects.toThrow(TypeError);
    expect(await readJsonFile(path, identity)).toBe(1);
  });
});

describe("router", () => {
  const route = createRouter([
    { method: "GET", path: "/api/v2/services", operation: "ListServices" },
    { method: "GET", path: "/api/v2/services/summary", operation: "Summary" },
    { method: "GET", path: "/api/v2/services/{cluster}/{name}", operation: "DescribeService" },
    { method: "GET", path: "/api/v2/services/{name}", operation: "ByName" },
  ]);
  test.each([
    ["GET", "/api/v2/services", { operation: "ListServices", params: {} }],
    ["GET", "/api/v2/services/summary", { operation: "Summary", params: {} }],
    ["GET", "/api/v2/services/x%20y", { operation: "ByName", params: { name: "x y" } }],
    ["GET", "/api/v2/services/a/b%2Fc", { operation: "DescribeService", params: { cluster: "a", name: "b/c" } }],
    ["POST", "/api/v2/services", undefined],
    ["GET", "/api/v2/services/a/", undefined],
    ["GET", "/api/v2/services/%zz", undefined],
  ])("%s %s", (method, path, expected) => {
    expect(route(method, path)).toEqual(expected);
  });
});

test("request ids have the vendor's shapes", () => {
  expect(ossRequestId()).toMatch(/^[0-9A-F]{24}$/);
  expect(apiRequestId()).toMatch(/^[0-9A-F]{8}(-[0-9A-F]{4}){3}-[0-9A-F]{12}$/);
});
