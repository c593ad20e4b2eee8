import { createFaults } from "@/lib/sandbox/core/faults";
import { createLine, type Describe } from "@/lib/sandbox/core/line";
import {
  type HttpHandler,
  type Listening,
  type ListenOptions,
  listen,
  type UpgradeHandler,
} from "@/lib/sandbox/core/listen";
import type { SandboxAccount, SandboxConfig, SandboxPorts, StartContainer } from "@/lib/sandbox/core/types";
import { describe as describeEas } from "@/lib/sandbox/eas/faults";
import { openCloud } from "@/lib/sandbox/eas/open-cloud";
import { createEasHandler, refuseBroken as refuseAsEas } from "@/lib/sandbox/eas/server";
import { occasionOf as describeGateway } from "@/lib/sandbox/gateway/faults";
import { createDirectory } from "@/lib/sandbox/gateway/find-service";
import { createGateway, type Gateway } from "@/lib/sandbox/gateway/server";
import { startOss } from "@/lib/sandbox/oss/start";
import { openCredentials } from "@/lib/sandbox/sts/credentials";
import { describe as describeSts } from "@/lib/sandbox/sts/faults";
import { createStsHandler, refuseBroken as refuseAsSts } from "@/lib/sandbox/sts/server";
import { startContainer as startWorker } from "@/lib/sandbox/worker/container";
import { createLinkFetcher } from "@/lib/sandbox/worker/network";
import { createControlHandler } from "./control/server";

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

/** What a request means to the servers that faults concern; the control port is never disturbed. */
const DESCRIPTIONS: Partial<Record<keyof SandboxPorts, Describe>> = {
  eas: describeEas,
  gateway: describeGateway,
  sts: describeSts,
};

/** Who has a form of their own for what is no whole request. */
const BROKEN: Partial<Record<keyof SandboxPorts, Pick<ListenOptions, "refuse">>> = {
  eas: { refuse: refuseAsEas },
  sts: { refuse: refuseAsSts },
};

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
    let gateway: Gateway | undefined;
    // Queues are watched over WebSockets; nobody else grants an upgrade.
    const upgrade: UpgradeHandler = (request, socket, head) =>
      gateway ? gateway.upgrade(request, socket, head) : void socket.destroy();
    for (const name of ["eas", "gateway", "sts", "control"] as const)
      await open(name, () =>
        listen((request, response) => handle(handlers[name], request, response), options.ports[name], {
          ...BROKEN[name],
          upgrade: name === "gateway" ? upgrade : undefined,
          line: DESCRIPTIONS[name] && createLine(faults, clock, DESCRIPTIONS[name]),
        }),
      );

    const fetchLink = createLinkFetcher(() => ({ port: ports.oss, region }));
    const cloud = await openCloud({
      ...options,
      credentials,
      store,
      startContainer:
        options.startContainer ?? ((spec, environment) => startWorker(spec, { ...environment, fetchLink })),
      gatewayPort: () => ports.gateway,
      faults,
    });
    closers.push(async () => {
      cloud.lifeCycle.close();
      await Promise.all([cloud.services.flush(), cloud.groups.flush(), cloud.benchmarks.flush()]);
    });
    gateway = createGateway({ clock, ...createDirectory(cloud), port: () => ports.gateway, faults });
    Object.assign(handlers, {
      eas: createEasHandler(cloud, faults),
      gateway: gateway.handle,
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
