import { join } from "node:path";
import type { Faults } from "@/lib/sandbox/core/faults";
import type { ObjectStore, SandboxConfig, StartContainer } from "@/lib/sandbox/core/types";
import { createQueueFaults } from "@/lib/sandbox/queue/faults";
import { openQueues } from "@/lib/sandbox/queue/queues";
import { NO_TEMPORARY_CREDENTIALS, type TemporaryCredentials } from "@/lib/sandbox/sts/credentials";
import { openBenchmarks } from "./benchmark/benchmarks";
import type { Cloud } from "./cloud";
import { openGroupStore } from "./groups/group-store";
import { ensureGroups, leaveGroup } from "./groups/membership";
import { createPassage } from "./instances/passage";
import { createLifeCycle, type LifeCycle } from "./life-cycle";
import { openLogBook } from "./log-book";
import { createMirrors } from "./mirror/mirrors";
import { freeNodes, type Need, roomFor } from "./own-group";
import { createQueueService } from "./queue-service";
import { createLoadMeter, createRequestMeter } from "./scaling/meters";
import { createScaling } from "./scaling/scaler";
import { openServiceStore } from "./service-store";
import { openStock } from "./stock";
import { createTakings } from "./takings";

export interface CloudOptions extends Pick<SandboxConfig, "dataDir" | "region" | "account" | "speed" | "clock"> {
  /** None by default. */
  credentials?: TemporaryCredentials;
  store: ObjectStore;
  startContainer: StartContainer;
  gatewayPort(): number;
  faults?: Faults;
}

/** Opens what the data folder remembers. Services go on once `lifeCycle.resume` is called. */
export async function openCloud(options: CloudOptions): Promise<Cloud> {
  const folder = join(options.dataDir, "eas");
  const { region, account, clock, speed, store, startContainer, gatewayPort, faults } = options;
  const [services, groups, logs, stock] = await Promise.all([
    openServiceStore(join(folder, "services")),
    openGroupStore(folder),
    openLogBook(join(folder, "logs")),
    openStock(folder, faults),
  ]);
  ensureGroups({ groups, services, clock });
  const now = () => clock.now();
  const requests = createRequestMeter(now);
  const load = createLoadMeter(now);
  const mirrors = createMirrors(services, gatewayPort);
  const queues = createQueueService(
    openQueues(join(options.dataDir, "queues"), clock, faults && createQueueFaults(faults)),
  );
  const { startEngine } = queues;
  const passage = createPassage(clock, load);
  const roomInGroup = (need: Need) => roomFor(need, freeNodes(services.all()));
  const world = { clock, speed, region, store, stock, startContainer, passage, faults, roomInGroup, startEngine };
  const instances = createLifeCycle(world, services, logs, (service) => {
    leaveGroup({ groups }, service);
    queues.remove(service);
    scaling.arm(service);
  });
  const backlog = (name: string) => {
    const service = services.get(name);
    return service && queues.backlog(service);
  };
  const scaling = createScaling({ clock, speed, services, lifeCycle: instances, requests, load, backlog });
  const benchmarkFolder = join(folder, "benchmark-tasks");
  const benchmarks = await openBenchmarks({ folder: benchmarkFolder, clock, speed, services, store, gatewayPort });
  const takings = createTakings({ clock, speed, faults, services, lifeCycle: instances });
  const lifeCycle = inStep(instances, [benchmarks, scaling, mirrors, queues, takings]);
  const credentials = options.credentials ?? NO_TEMPORARY_CREDENTIALS;
  return {
    region,
    account,
    credentials,
    clock,
    services,
    groups,
    lifeCycle,
    scaling,
    queues,
    benchmarks,
    logs,
    stock,
    gatewayPort,
    observe(service, request) {
      requests.count(service.name);
      mirrors.copy(service, request);
    },
  };
}

/** What goes on by itself begins and ends with the instances. */
function inStep(lifeCycle: LifeCycle, companions: readonly { resume?(): void; close(): void }[]): LifeCycle {
  return {
    ...lifeCycle,
    resume() {
      lifeCycle.resume();
      for (const companion of companions) companion.resume?.();
    },
    close() {
      for (const companion of companions) companion.close();
      lifeCycle.close();
    },
  };
}
