import { createFaults } from "@/lib/sandbox/core/faults";
import { type HttpHandler, type Listening, listen } from "@/lib/sandbox/core/listen";
import type { SandboxAccount, SandboxConfig, SandboxPorts, StartContainer } from "@/lib/sandbox/core/types";
import { openCloud } from "@/lib/sandbox/eas/open-cloud";
import { createEasHandler } from "@/lib/sandbox/eas/server";
import { createServiceFinder } from "@/lib/sandbox/gateway/find-service";
import { createGatewayHandler } from "@/lib/sandbox/gateway/server";
import { startOss } from "@/lib/sandbox/oss/start";
import { openCredentials } from "@/lib/sandbox/sts/credentials";
import { createStsHandler } from "@/lib/sandbox/sts/server";
import { startContainer as startWorker } from "@/lib/sandbox/worker/container";
import { createControlHandler } from "./control";

export interface Sandbox {
  ports: SandboxPorts;
  account: SandboxAccount;
  close(): Promise<void>;
}

export interface SandboxOptions extends SandboxConfig {
  /** What runs in an instance; the imitation of the diffusers container by default. */
  startContainer?: StartContainer;
}

/** A port that another program holds. */
export class PortInUse extends Error {
  constructor(
    readonly server: keyof SandboxPorts,
    readonly port: number,
  ) {
    super(`port ${port} is already in use`);
  }
}

/** Starts all servers of the imitated cloud, or none. */
export async function startSandbox(options: SandboxOptions): Promise<Sandbox> {
  const { account, clock, dataDir, region } = options;
  const closers: (() => Promise<void>)[] = [];
  const ports: SandboxPorts = { oss: 0, eas: 0, gateway: 0, sts: 0, control: 0 };
  const close = async () => {
    for (const step of closers.splice(0).reverse()) await step();
  };
  const open = async <Server extends Listening>(name: keyof SandboxPorts, start: () => Promise<Server>) => {
    const server = await start().catch((error: unknown) => {
      throw isPortInUse(error) ? new PortInUse(name, options.ports[name]) : error;
    });
    ports[name] = server.port;
    closers.push(() => server.close());
    return server;
  };

  try {
    const faults = createFaults(clock);
    const credentials = await openCredentials(dataDir, clock);
    // Every port is taken before anything else is read: a second sandbox on the same folder ends here.
    const { store } = await open("oss", () =>
      startOss({ dataDir, region, account, credentials, clock, port: options.ports.oss, faults }),
    );
    const handlers: Partial<Record<keyof SandboxPorts, HttpHandler>> = {};
    for (const name of ["eas", "gateway", "sts", "control"] as const)
      await open(name, () =>
        listen((request, response) => handle(handlers[name], request, response), options.ports[name]),
      );

    const cloud = await openCloud({
      ...options,
      credentials,
      store,
      startContainer: options.startContainer ?? startWorker,
      gatewayPort: () => ports.gateway,
    });
    closers.push(async () => {
      cloud.lifeCycle.close();
      await cloud.services.flush();
    });
    Object.assign(handlers, {
      eas: createEasHandler(cloud, faults),
      gateway: createGatewayHandler({ clock, find: createServiceFinder(cloud) }),
      sts: createStsHandler({ account, credentials, clock, faults }),
      control: createControlHandler(cloud, faults, () => ports),
    });
    cloud.lifeCycle.resume();
    return { ports, account, close };
  } catch (error) {
    await close();
    throw error;
  }
}

/** Between taking the port and reading the data nothing can be answered yet. */
function handle(handler: HttpHandler | undefined, ...[request, response]: Parameters<HttpHandler>) {
  if (handler) return handler(request, response);
  response.writeHead(503, { "content-type": "text/plain" }).end("starting");
}

function isPortInUse(error: unknown): boolean {
  return error instanceof Error && "code" in error && error.code === "EADDRINUSE";
}
