import { existsSync, readFileSync } from "node:fs";
import { request } from "node:http";
import { join } from "node:path";
import { afterAll, afterEach, beforeAll, describe, expect, test } from "vitest";
import { FAULT_KIND_NAMES, SCOPE_FIELDS } from "@/lib/sandbox/core/fault-kinds";
import { createFaults } from "@/lib/sandbox/core/faults";
import { CATALOGUE } from "./catalogue";
import { languageOf } from "./page";
import { PRESETS } from "./presets";
import { type FaultyCloud, INSTANCE_TYPE, startFaultyCloud } from "./testing";
import { EN, ZH } from "./texts";

let cloud: FaultyCloud;
beforeAll(async () => {
  cloud = await startFaultyCloud();
});
afterEach(() => cloud.control.reset());
afterAll(() => cloud.close());

const url = (path: string) => `http://localhost:${cloud.sandbox.ports.control}${path}`;
const JSON_TYPE = { "content-type": "application/json" };
const post = (path: string, body: string, headers: Record<string, string> = JSON_TYPE) =>
  fetch(url(path), { method: "POST", headers, body });

describe("faults", () => {
  test("are put in, listed with what remains of them, and taken out one by one", async () => {
    const slow = await cloud.control.add({ kind: "latency", durationMs: 60_000 });
    const broken = await cloud.control.add({ kind: "cuda-oom", times: 3 });
    const { faults } = await cloud.control.status();
    expect(faults).toMatchObject([
      { id: slow.id, kind: "latency", fired: 0, remainingMs: expect.toSatisfy((ms: number) => ms > 0 && ms <= 60_000) },
      { id: broken.id, kind: "cuda-oom", timesLeft: 3 },
    ]);
    await cloud.control.remove(slow.id);
    expect((await cloud.control.status()).faults.map(({ id }) => id)).toEqual([broken.id]);
    await expect(cloud.control.remove(slow.id)).rejects.toThrow(/404.*no such fault/);
  });

  test("the list comes with the catalogue and the counters", async () => {
    const answer = await (await fetch(url("/faults"))).json();
    expect(answer.kinds.map(({ kind }: { kind: string }) => kind)).toEqual(FAULT_KIND_NAMES);
    expect(answer.kinds[0]).toMatchObject({
      kind: "latency",
      scope: expect.arrayContaining(["server", "operation"]),
      parameters: { type: "object", properties: { delayMs: { type: "integer", default: 800, minimum: 0 } } },
    });
    expect(Object.keys(answer.counters)).toEqual(FAULT_KIND_NAMES);
  });

  test("reset takes faults and stock back", async () => {
    await cloud.control.add({ kind: "latency", scope: { server: "sts" } });
    await cloud.control.setStock(INSTANCE_TYPE, false);
    expect(await cloud.control.status()).toMatchObject({ soldOut: [INSTANCE_TYPE], faults: [{ kind: "latency" }] });
    await cloud.control.reset();
    expect(await cloud.control.status()).toMatchObject({ soldOut: [], faults: [] });
  });

  test.each([
    ["a fault of an unknown kind", "/faults", '{"kind":"gremlins"}', 400, "kind"],
    [
      "a parameter out of range",
      "/faults",
      '{"kind":"latency","parameters":{"delayMs":-1}}',
      400,
      "parameters.delayMs",
    ],
    ["nothing at all", "/faults", "null", 400, ""],
    ["what is no JSON", "/faults", "{", 400, "not JSON"],
    ["an unknown instance type", "/stock", '{"instanceType":"x","available":true}', 400, "unknown instance type"],
    ["an unknown action", "/clock", "{}", 404, "no such action"],
  ])("refuses %s", async (_, path, body, status, words) => {
    const response = await post(path, body);
    expect([response.status, (await response.json()).error]).toEqual([status, expect.stringContaining(words)]);
    expect((await cloud.control.status()).faults).toEqual([]);
  });
});

describe("a crowd", () => {
  test("stands there stopped, each with a name, a time and labels of its own, and goes again", async () => {
    await cloud.control.addCrowd("many_", 120);
    // Asked for again, those that are there stay.
    await cloud.control.addCrowd("many_", 121);
    const { services } = await cloud.control.status();
    const crowd = services.filter(({ name }) => name.startsWith("many_"));
    expect(crowd).toHaveLength(121);
    expect(crowd.at(-1)).toMatchObject({ name: "many_0120", status: "Stopped", total: 0 });
    await cloud.control.removeCrowd("many_");
    expect((await cloud.control.status()).services.filter(({ name }) => name.startsWith("many_"))).toEqual([]);
  });

  test.each(['{"prefix":"A b","count":1}', '{"prefix":"many_","count":0}', '{"prefix":"many_"}'])(
    "%s is refused",
    async (body) => {
      expect((await post("/crowd", body)).status).toBe(400);
    },
  );
});

describe("what a web page could do", () => {
  test("a form or a simple request is refused", async () => {
    expect((await post("/reset", "{}", { "content-type": "text/plain" })).status).toBe(415);
  });

  test.each(["POST", "DELETE"])("%s from another origin is refused", async (method) => {
    const headers = { ...JSON_TYPE, origin: "http://evil.example" };
    const body = method === "POST" ? "{}" : undefined;
    expect((await fetch(url("/faults/f1"), { method, headers, body })).status).toBe(403);
  });

  test("a preflight is not granted", async () => {
    const headers = { origin: "http://evil.example", "access-control-request-method": "DELETE" };
    const response = await fetch(url("/faults/f1"), { method: "OPTIONS", headers });
    expect(response.status).not.toBe(200);
    expect(response.headers.get("access-control-allow-origin")).toBeNull();
  });

  test("a name that was pointed at this machine is refused", async () => {
    const status = await new Promise((resolve) => {
      const { control } = cloud.sandbox.ports;
      request({ port: control, host: "127.0.0.1", headers: { host: `evil.example:${control}` } }, (response) => {
        response.resume();
        resolve(response.statusCode);
      }).end();
    });
    expect(status).toBe(403);
  });
});

describe("the page", () => {
  test.each([
    ["/", "text/html; charset=utf-8"],
    ["/page/page.css", "text/css; charset=utf-8"],
    ["/page/page.mjs", "text/javascript; charset=utf-8"],
  ])("%s may load nothing from elsewhere and run nothing inline", async (path, type) => {
    const response = await fetch(url(path));
    expect([response.status, response.headers.get("content-type")]).toEqual([200, type]);
    expect(response.headers.get("content-security-policy")).toMatch(/^default-src 'none'; script-src 'self'; /);
    expect(response.headers.get("content-security-policy")).not.toMatch(/unsafe|\*/);
    expect(response.headers.get("x-content-type-options")).toBe("nosniff");
    const inline = /<script(?![^>]*(?:src=|application\/json))|<style|\son\w+=|style="/;
    if (path === "/") expect(await response.text()).not.toMatch(inline);
  });

  test.each(["/page/server.ts", "/page/../server.ts", "/page/%2e%2e/server.ts", "/favicon.ico"])(
    "%s is no part of it",
    async (path) => {
      expect((await fetch(url(path))).status).toBe(404);
    },
  );

  test.each([
    [null, "zh-CN,zh;q=0.9,en;q=0.8", "zh"],
    [null, "de, en;q=0.7, zh;q=0.3", "en"],
    [null, "fr", "en"],
    [null, undefined, "en"],
    ["zh", "en", "zh"],
    ["xx", "zh", "zh"],
  ])("language: chosen %s, accepted %s", (chosen, accepted, expected) => {
    expect(languageOf(chosen, accepted)).toBe(expected);
  });

  test("services come last, for their list has no end", async () => {
    const sections = [...(await (await fetch(url("/"))).text()).matchAll(/<section aria-labelledby="([a-z]+)-title"/g)];
    expect(sections.map(([, name]) => name)).toEqual(["active", "presets", "add", "stock", "servers", "services"]);
  });

  test("it speaks the language that was asked for", async () => {
    expect(await (await fetch(url("/"), { headers: { "accept-language": "zh-CN" } })).text()).toContain("生效中的故障");
    expect(await (await fetch(url("/?lang=en"))).text()).toContain("Active faults");
  });

  test.each([
    ["English", EN],
    ["Chinese", ZH],
  ])("%s has words for every parameter and choice", (_, texts) => {
    const parameters = CATALOGUE.flatMap((kind) => Object.entries(kind.parameters.properties ?? {}));
    const choices = parameters.flatMap(([name, schema]) =>
      typeof schema === "object" && schema.type === "string"
        ? (schema.enum ?? []).map((value) => [name, String(value)])
        : [],
    );
    expect(parameters.filter(([name]) => !texts.parameters[name])).toEqual([]);
    expect(choices.filter(([name = "", value = ""]) => !texts.options[name]?.[value])).toEqual([]);
    expect(SCOPE_FIELDS.filter((field) => !texts.scope[field])).toEqual([]);
  });

  test("the tables have the same entries, and the same places for values", () => {
    const flat = (value: unknown, path = ""): Record<string, string[]> =>
      typeof value === "string"
        ? { [path]: value.match(/\{\w+\}/g) ?? [] }
        : Object.assign({}, ...Object.entries(value as object).map(([key, child]) => flat(child, `${path}.${key}`)));
    const sorted = (table: unknown) =>
      Object.fromEntries(Object.entries(flat(table)).map(([key, places]) => [key, places.sort()]));
    expect(sorted(ZH)).toEqual(sorted(EN));
  });

  test("every preset is accepted", () => {
    const faults = createFaults();
    for (const fault of Object.values(PRESETS).flat()) faults.add(fault);
    expect(faults.list()).toHaveLength(Object.values(PRESETS).flat().length);
  });
});

test("the README has a row for each kind, with its parameters and a test that exists", () => {
  const folder = join("lib", "sandbox", "control");
  const rows = readFileSync(join(folder, "README.md"), "utf8")
    .split("\n")
    .map((line) => line.split("|").map((cell) => cell.trim()));
  for (const { kind, parameters } of CATALOGUE) {
    const [, , described = "", , , file = ""] = rows.find((row) => row[1] === `\`${kind}\``) ?? [];
    for (const name of Object.keys(parameters.properties ?? {})) expect(described, kind).toContain(`\`${name}\``);
    const test = join(folder, file.replaceAll("`", ""));
    expect(existsSync(test) && readFileSync(test, "utf8").includes(`"${kind}"`), kind).toBe(true);
  }
});
