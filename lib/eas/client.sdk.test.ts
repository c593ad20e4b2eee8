import http from "node:http";
import type { AddressInfo } from "node:net";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import type { Connection } from "@/lib/connection";
import type { ErrorCode } from "@/lib/errors";
import type { Sandbox } from "@/lib/sandbox/sandbox";
import { createEasClient } from "./client";
import { callService } from "./gateway";
import { testConfig as config, connectTo as connect, openTestCloud, type TestCloud } from "./testing";

/** Our client on the vendor's runtime, against the imitation of the vendor's API: signatures, paths, bodies, errors. */

let cloud: TestCloud;
let sandbox: Sandbox;
let connection: Connection;

beforeAll(async () => {
  cloud = await openTestCloud();
  ({ sandbox, connection } = cloud);
});

afterAll(() => cloud.close());

const until = (name: string, status: string) => cloud.until(name, status);
const control = (path: string, body: object) => cloud.control(path, body);

/** A server of a few lines in front of, or instead of, the API. */
async function serve(handler: http.RequestListener): Promise<{ host: string; close(): void }> {
  const server = http.createServer(handler);
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  const { port } = server.address() as AddressInfo;
  return {
    host: `localhost:${port}`,
    close: () => {
      server.closeAllConnections();
      server.close();
    },
  };
}

describe("catalogue", () => {
  it("describes regions, instance types and workspaces", async () => {
    const eas = createEasClient(connection);
    expect(await eas.describeRegions()).toContainEqual({ id: "cn-hangzhou", name: expect.any(String) });
    const specs = await eas.describeMachineSpec();
    expect(specs.find(({ instanceType }) => instanceType === "ml.gu7i.c8m30.1-gu30")).toMatchObject({
      cpu: 8,
      memoryGb: 30,
      gpu: { model: "GU30", count: 1, memoryGb: 24 },
      available: true,
      stockStatus: "WithStock",
    });
    expect((await eas.listWorkspaces()).some(({ isDefault }) => isDefault)).toBe(true);
  });
});

describe("life of a service", () => {
  it("is created, described, listed, scaled, stopped, started, restarted, updated and deleted", async () => {
    const eas = createEasClient(connection);
    const created = await eas.createService(config("life"), { labels: { team: "art" } });
    expect(created).toMatchObject({ name: "life", status: "Creating" });
    await until("life", "Running");
    const service = await eas.describeService("life");
    expect(service).toMatchObject({ name: "life", labels: { team: "art" }, instances: { total: 1, running: 1 } });
    expect(JSON.parse(service.config ?? "")).toMatchObject({ containers: [{ command: "run 中文" }] });
    expect(await eas.listServices({ filter: "lif" })).toMatchObject({ items: [{ name: "life" }], totalCount: 1 });

    await eas.scaleService("life", 2);
    await until("life", "Running");
    expect((await eas.listServiceInstances("life")).items.filter(({ status }) => status === "Running")).toHaveLength(2);
    await eas.stopService("life");
    await until("life", "Stopped");
    await eas.startService("life");
    await until("life", "Running");
    await eas.restartService("life");
    await until("life", "Running");
    await eas.updateService("life", config("life", { labels: { a: "b" } }), { updateType: "replace" });
    await until("life", "Running");
    expect((await eas.describeService("life")).version.latest).toBe(2);
    await eas.deleteService("life");
    await expect(until("life", "never")).rejects.toMatchObject({ code: "not_found" });
  });

  it("tells events, log and endpoints; the token only there", async () => {
    const eas = createEasClient(connection);
    await eas.createService(config("talk"));
    await until("talk", "Running");
    const events = await eas.describeServiceEvents("talk", { pageSize: 50 });
    expect(events.items.map(({ reason }) => reason)).toEqual(
      expect.arrayContaining(["Scheduled", "Pulled", "Started"]),
    );
    for (const { time } of events.items) expect(time).toMatch(/^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\dZ$/);
    const startTime = Date.now() - 3_600_000;
    expect((await eas.describeServiceEvents("talk", { startTime, type: "Normal" })).totalCount).toBeGreaterThan(0);
    const log = await eas.describeServiceLog("talk", { keyword: "listening" });
    expect(log).toMatchObject({ lines: [expect.stringContaining("listening")], page: 1, totalPages: 1 });
    const endpoints = await eas.describeServiceEndpoints("talk");
    expect(endpoints.accessToken).not.toBe("");
    expect(JSON.stringify(await eas.describeService("talk"))).not.toContain(endpoints.accessToken);
    expect(await eas.describeServiceDiagnosis("talk")).toEqual(expect.any(Array));
  });

  it("lists all pages", async () => {
    const eas = createEasClient(connection);
    const names = Array.from({ length: 105 }, (_, n) => `many_${n}`);
    const stopped = { metadata: { instance: 0 } };
    for (const name of names) await eas.createService(config(name, { ...stopped, metadata: { name, instance: 0 } }));
    const all = await eas.listAllServices({ filter: "many_" });
    expect(all.totalCount).toBe(105);
    expect(new Set(all.items.map(({ name }) => name))).toEqual(new Set(names));
    expect((await eas.listAllServices({ filter: "many_" }, 7)).items).toHaveLength(7);
  });
});

describe("faults", () => {
  it.each<[string, Partial<Connection["credentials"]>]>([
    ["a wrong secret", { accessKeySecret: "wrong" }],
    ["an unknown key", { accessKeyId: "LTAIother" }],
  ])("understands %s", async (_, credentials) => {
    const other = connect(sandbox, { credentials: { ...connection.credentials, ...credentials } });
    await expect(createEasClient(other).describeRegions()).rejects.toMatchObject({
      code: "invalid_credentials",
      vendor: { requestId: expect.any(String), message: expect.any(String) },
    });
  });

  it("understands a service that is not there, whatever its name", async () => {
    const eas = createEasClient(connection);
    for (const name of ["nobody", "a b", "ü/../x"])
      await expect(eas.describeService(name)).rejects.toMatchObject({
        code: "not_found",
        vendor: { code: "InvalidService.NotFound", status: 404 },
      });
  });

  it("understands a name that is taken and a configuration that is refused", async () => {
    const eas = createEasClient(connection);
    await eas.createService(config("twice"));
    await expect(eas.createService(config("twice"))).rejects.toMatchObject({ code: "conflict" });
    await expect(eas.createService("{}")).rejects.toMatchObject({ code: "invalid_input" });
  });

  it.each<[string, number, ErrorCode]>([
    ["Throttling.User", 429, "throttled"],
    ["InternalError", 500, "upstream"],
  ])("repeats a read after %s, but not a write", async (code, status, mapped) => {
    const eas = createEasClient(connection);
    await control("/faults", { operation: "DescribeRegions", status, code, message: "m", times: 2 });
    expect((await eas.describeRegions()).length).toBeGreaterThan(0);
    await control("/faults", { operation: "CreateService", status, code, message: "m", times: 1 });
    await expect(eas.createService(config(`once_${status}`))).rejects.toMatchObject({ code: mapped, retryable: true });
  });

  it("understands an error page that is not JSON", async () => {
    const proxy = await serve((_, response) => response.writeHead(502, { "content-type": "text/html" }).end("<html>"));
    const eas = createEasClient(connect(sandbox, { eas: { protocol: "http", host: proxy.host } }));
    await expect(eas.startService("x")).rejects.toMatchObject({ code: "upstream", retryable: true });
    proxy.close();
  });

  it("understands a reply of another shape", async () => {
    const other = await serve((_, response) => response.writeHead(200).end('{"hello":1}'));
    const eas = createEasClient(connect(sandbox, { eas: { protocol: "http", host: other.host } }));
    await expect(eas.describeService("x")).rejects.toMatchObject({ code: "upstream", retryable: false });
    other.close();
  });

  it("gives up on a silent server after the time that was set", async () => {
    const silent = await serve(() => undefined);
    const eas = createEasClient(connect(sandbox, { eas: { protocol: "http", host: silent.host } }), { timeoutMs: 50 });
    await expect(eas.startService("x")).rejects.toMatchObject({ code: "timeout" });
    silent.close();
  });

  it("waits longer than the runtime's own three seconds", async () => {
    const slow = await serve((_, response) => {
      setTimeout(() => response.writeHead(200).end("{}"), 3500);
    });
    const eas = createEasClient(connect(sandbox, { eas: { protocol: "http", host: slow.host } }));
    await eas.startService("x");
    slow.close();
  });

  it("understands that nobody is there", async () => {
    const gone = await serve(() => undefined);
    gone.close();
    const eas = createEasClient(connect(sandbox, { eas: { protocol: "http", host: gone.host } }));
    await expect(eas.startService("x")).rejects.toMatchObject({ code: "network", retryable: true });
  });

  it("stops waiting when the caller leaves", async () => {
    const silent = await serve(() => leaving.abort());
    const leaving = new AbortController();
    const host = { protocol: "http" as const, host: silent.host };
    const eas = createEasClient(connect(sandbox, { eas: host }), { signal: leaving.signal });
    await expect(eas.describeRegions()).rejects.toMatchObject({ code: "cancelled" });
    silent.close();
  });
});

describe("gateway", () => {
  const timeoutMs = 5000;

  it("carries token, path and body to the container and its answer back", async () => {
    const eas = createEasClient(connection);
    await eas.createService(config("called"));
    await until("called", "Running");
    const { accessToken, endpoints } = await eas.describeServiceEndpoints("called");
    const endpoint = endpoints[0]?.internet[0] ?? "";
    const body = '{"prompt":"一只猫"}';
    const answer = await callService(connection, {
      endpoint,
      token: accessToken,
      path: "sub/path?a=1",
      body,
      timeoutMs,
    });
    expect(answer).toMatchObject({ status: 469, bodyText: `POST /sub/path?a=1 ${body}` });
    expect(answer.elapsedMs).toBeGreaterThanOrEqual(0);
    expect((await callService(connection, { endpoint, token: "wrong", body, timeoutMs })).status).toBe(401);
  });

  it.each([
    ["a host of somebody else", "http://evil.example/api/predict/x", ""],
    ["the right host with another port", "http://localhost:1/api/predict/x", ""],
    ["another scheme", "ftp://HOST/api/predict/x", ""],
    ["a user in the address", "http://u:p@HOST/api/predict/x", ""],
    ["a path that climbs out", "http://HOST/api/predict/x", "/../y"],
    ["a path that climbs out in code", "http://HOST/api/predict/x", "/%2e%2e/y"],
    ["no address at all", "nonsense", ""],
  ])("refuses %s", async (_, endpoint, path) => {
    const address = endpoint.replace("HOST", `localhost:${sandbox.ports.gateway}`);
    await expect(callService(connection, { endpoint: address, token: "t", path, timeoutMs })).rejects.toMatchObject({
      code: "invalid_input",
    });
  });

  it("admits hosts by suffix", async () => {
    const other = await serve((_, response) => response.end("ok"));
    const suffixed = connect(sandbox, { gatewayHosts: [`.localhost:${other.host.split(":")[1]}`] });
    const endpoint = `http://1.localhost:${other.host.split(":")[1]}/api/predict/x`;
    const answer = await callService(suffixed, { endpoint, token: "t", timeoutMs }).catch((error) => error.code);
    // Where the system does not resolve names below localhost, the call fails on the network, not by refusal.
    expect(["network", 200]).toContain(typeof answer === "string" ? answer : answer.status);
    other.close();
  });

  it("sends the token once, raw, and follows no redirect with it", async () => {
    const seen: (string | undefined)[] = [];
    const other = await serve((request, response) => {
      seen.push(request.headers.authorization);
      response.writeHead(302, { location: `http://${request.headers.host}/stolen` }).end();
    });
    const open = connect(sandbox, { gatewayHosts: [other.host] });
    const answer = await callService(open, {
      endpoint: `http://${other.host}/api/predict/x`,
      token: "raw=",
      timeoutMs,
    });
    expect(answer.status).toBe(302);
    expect(seen).toEqual(["raw="]);
    other.close();
  });

  it("bounds the answer and the wait", async () => {
    const other = await serve((request, response) => {
      if (request.url?.endsWith("/big")) response.end("x".repeat(2000));
    });
    const open = connect(sandbox, { gatewayHosts: [other.host] });
    const base = { endpoint: `http://${other.host}/api/predict/x`, token: "t" };
    await expect(callService(open, { ...base, path: "/big", maxBytes: 1000, timeoutMs })).rejects.toMatchObject({
      code: "upstream",
      params: { reason: "answer_too_large" },
    });
    await expect(callService(open, { ...base, timeoutMs: 50 })).rejects.toMatchObject({ code: "timeout" });
    const leaving = new AbortController();
    const left = expect(callService(open, { ...base, timeoutMs, signal: leaving.signal })).rejects.toMatchObject({
      code: "cancelled",
    });
    leaving.abort();
    await left;
    other.close();
  });
});
