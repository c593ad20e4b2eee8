import type { IncomingMessage } from "node:http";
import { z } from "zod";
import type { FaultRequest } from "@/lib/sandbox/core/fault-kinds";
import type { Faults } from "@/lib/sandbox/core/faults";
import type { HttpHandler } from "@/lib/sandbox/core/listen";
import { readBody } from "@/lib/sandbox/core/read-body";
import type { SandboxPorts } from "@/lib/sandbox/core/types";
import type { Cloud } from "@/lib/sandbox/eas/cloud";
import { findInstanceType } from "@/lib/sandbox/eas/instance-types";
import { CATALOGUE } from "./catalogue";
import { addCrowd, CrowdSchema, removeCrowd } from "./crowd";
import { makeNoise, NoiseSchema } from "./noise";
import { pageAt } from "./page";
import { statusOf, withRemaining } from "./status";

/*
 * What a person or a test does to the cloud from outside: put faults in and take them out, take an instance type out of
 * stock. Loopback only. A body must be JSON and a page of another origin is refused, so that no web page can act here.
 */

const StockSchema = z.object({
  instanceType: z.string().refine((name) => findInstanceType(name) !== undefined, "unknown instance type"),
  available: z.boolean(),
});
const ResetSchema = z.object({});

const MAX_BODY_BYTES = 64 * 1024;
const LOOPBACK_HOST = /^(localhost|127\.0\.0\.1|\[::1\])(:\d+)?$/;

interface Reply {
  status: number;
  headers?: Record<string, string>;
  /** A text goes out as it is, all else as JSON. */
  body: object | string;
}

export function createControlHandler(cloud: Cloud, faults: Faults, ports: () => SandboxPorts): HttpHandler {
  const status = () => statusOf(cloud, faults, ports());

  async function act(path: string, body: unknown): Promise<Reply> {
    switch (path) {
      case "/stock": {
        const { instanceType, available } = StockSchema.parse(body);
        await cloud.stock.set(instanceType, available);
        return { status: 200, body: status() };
      }
      case "/faults": {
        // Checked inside, by the schema of its kind.
        const fault = faults.add(body as FaultRequest);
        return { status: 200, body: { ...status(), fault: withRemaining(fault, cloud.clock.now()) } };
      }
      case "/crowd":
        await addCrowd(cloud, CrowdSchema.parse(body));
        return { status: 200, body: status() };
      case "/noise":
        if (!(await makeNoise(cloud, NoiseSchema.parse(body))))
          return { status: 404, body: { error: "no such service" } };
        return { status: 200, body: status() };
      case "/reset":
        ResetSchema.parse(body);
        faults.clear();
        await cloud.stock.reset();
        return { status: 200, body: status() };
      default:
        return noSuchAction(path);
    }
  }

  function read(path: string, incoming: IncomingMessage): Reply {
    if (path === "/status") return { status: 200, body: status() };
    if (path !== "/faults") return pageAt(incoming) ?? noSuchAction(path);
    const { faults: active, counters } = status();
    return { status: 200, body: { faults: active, counters, kinds: CATALOGUE } };
  }

  async function answer(incoming: IncomingMessage): Promise<Reply> {
    const path = (incoming.url ?? "/").split("?")[0] ?? "/";
    const { host = "", origin } = incoming.headers;
    if (!LOOPBACK_HOST.test(host)) return { status: 403, body: { error: "loopback only" } };
    if (incoming.method === "GET") return read(path, incoming);
    if (origin !== undefined && origin !== `http://${host}`)
      return { status: 403, body: { error: "pages of other origins may not act here" } };
    if (incoming.method === "DELETE") return remove(path);
    if (incoming.method !== "POST") return noSuchAction(path);
    if (incoming.headers["content-type"]?.split(";")[0] !== "application/json")
      return { status: 415, body: { error: "the body must be application/json" } };
    // More than that is no order of this page.
    const text = (await readBody(incoming, MAX_BODY_BYTES))?.toString() ?? "";
    try {
      return await act(path, JSON.parse(text));
    } catch (error) {
      if (error instanceof SyntaxError) return { status: 400, body: { error: "the body is not JSON" } };
      if (error instanceof z.ZodError) return { status: 400, body: { error: z.prettifyError(error) } };
      throw error;
    }
  }

  async function remove(path: string): Promise<Reply> {
    const prefix = /^\/crowd\/([a-z0-9_]+)$/.exec(path)?.[1];
    if (prefix !== undefined) {
      await removeCrowd(cloud, prefix);
      return { status: 200, body: status() };
    }
    const id = /^\/faults\/([^/]+)$/.exec(path)?.[1];
    if (id === undefined) return noSuchAction(path);
    if (!faults.remove(id)) return { status: 404, body: { error: `no such fault: ${id}` } };
    return { status: 200, body: status() };
  }

  return async (incoming, response) => {
    const { status: code, headers, body } = await answer(incoming);
    response.writeHead(code, { "content-type": "application/json", "cache-control": "no-store", ...headers });
    response.end(typeof body === "string" ? body : JSON.stringify(body));
  };
}

const noSuchAction = (path: string): Reply => ({ status: 404, body: { error: `no such action: ${path}` } });
