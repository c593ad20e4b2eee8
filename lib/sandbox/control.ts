import type { IncomingMessage } from "node:http";
import { z } from "zod";
import type { Faults } from "@/lib/sandbox/core/faults";
import type { HttpHandler } from "@/lib/sandbox/core/listen";
import type { SandboxPorts } from "@/lib/sandbox/core/types";
import type { Cloud } from "@/lib/sandbox/eas/cloud";
import { findInstanceType } from "@/lib/sandbox/eas/instance-types";
import { ROLES, roleArn } from "@/lib/sandbox/sts/roles";

/*
 * What a person or a test does to the cloud from outside: take an instance type out of stock, let the next calls of an
 * operation fail. Loopback only; a body must be JSON, so that no web page can send one without being asked first.
 */

const ACTIONS = {
  "/stock": z.object({
    instanceType: z.string().refine((name) => findInstanceType(name) !== undefined, "unknown instance type"),
    available: z.boolean(),
  }),
  "/faults": z.object({
    /** The vendor's name of the operation, of OSS or EAS; `*` for any. */
    operation: z.string().min(1),
    status: z.number().int().min(400).max(599),
    code: z.string().min(1),
    message: z.string(),
    times: z.number().int().min(1).default(1),
  }),
  "/reset": z.object({}),
};

const MAX_BODY_BYTES = 64 * 1024;
const LOOPBACK_HOST = /^(localhost|127\.0\.0\.1|\[::1\])(:\d+)?$/;

interface Reply {
  status: number;
  body: object;
}

export function createControlHandler(cloud: Cloud, faults: Faults, ports: () => SandboxPorts): HttpHandler {
  const status = () => ({
    region: cloud.region,
    ports: ports(),
    /** What AssumeRole may be asked for. */
    roles: ROLES.map((role) => roleArn(cloud.account, role)),
    soldOut: cloud.stock.soldOut(),
    services: cloud.services.all().map(({ name, status: state }) => ({ name, status: state })),
  });

  async function act(path: string, body: unknown): Promise<Reply> {
    switch (path) {
      case "/stock": {
        const { instanceType, available } = ACTIONS["/stock"].parse(body);
        await cloud.stock.set(instanceType, available);
        break;
      }
      case "/faults":
        faults.add(ACTIONS["/faults"].parse(body));
        break;
      case "/reset":
        ACTIONS["/reset"].parse(body);
        faults.clear();
        await cloud.stock.reset();
        break;
      default:
        return { status: 404, body: { error: `no such action: ${path}` } };
    }
    return { status: 200, body: status() };
  }

  async function answer(incoming: IncomingMessage): Promise<Reply> {
    const path = (incoming.url ?? "/").split("?")[0] ?? "/";
    if (!LOOPBACK_HOST.test(incoming.headers.host ?? "")) return { status: 403, body: { error: "loopback only" } };
    if (incoming.method === "GET" && path === "/status") return { status: 200, body: status() };
    if (incoming.method !== "POST") return { status: 404, body: { error: `no such action: ${path}` } };
    if (incoming.headers["content-type"]?.split(";")[0] !== "application/json")
      return { status: 415, body: { error: "the body must be application/json" } };
    const text = await readText(incoming);
    try {
      return await act(path, JSON.parse(text));
    } catch (error) {
      if (error instanceof SyntaxError) return { status: 400, body: { error: "the body is not JSON" } };
      if (error instanceof z.ZodError) return { status: 400, body: { error: z.prettifyError(error) } };
      throw error;
    }
  }

  return async (incoming, response) => {
    const reply = await answer(incoming);
    response.writeHead(reply.status, { "content-type": "application/json" });
    response.end(JSON.stringify(reply.body));
  };
}

async function readText(incoming: IncomingMessage): Promise<string> {
  const chunks: Buffer[] = [];
  let size = 0;
  for await (const chunk of incoming) {
    const bytes = Buffer.from(chunk);
    size += bytes.length;
    if (size <= MAX_BODY_BYTES) chunks.push(bytes);
  }
  // Cut short, it is no JSON and is refused as such.
  return Buffer.concat(chunks).toString();
}
