import { join } from "node:path";
import type { ObjectStore, SandboxConfig, StartContainer } from "@/lib/sandbox/core/types";
import type { Cloud } from "./cloud";
import { openGroupStore } from "./groups/group-store";
import { leaveGroup } from "./groups/membership";
import { createLifeCycle } from "./life-cycle";
import { openLogBook } from "./log-book";
import { openServiceStore } from "./service-store";
import { openStock } from "./stock";

export interface CloudOptions extends Pick<SandboxConfig, "dataDir" | "region" | "account" | "speed" | "clock"> {
  store: ObjectStore;
  startContainer: StartContainer;
  gatewayPort(): number;
}

/** Opens what the data folder remembers. Services go on once `lifeCycle.resume` is called. */
export async function openCloud(options: CloudOptions): Promise<Cloud> {
  const folder = join(options.dataDir, "eas");
  const { region, account, clock, speed, store, startContainer, gatewayPort } = options;
  const [services, groups, logs, stock] = await Promise.all([
    openServiceStore(join(folder, "services")),
    openGroupStore(folder),
    openLogBook(join(folder, "logs")),
    openStock(folder),
  ]);
  const world = { clock, speed, region, store, stock, startContainer };
  const lifeCycle = createLifeCycle(world, services, logs, (service) => leaveGroup({ groups }, service));
  return { region, account, clock, services, groups, lifeCycle, logs, stock, gatewayPort };
}
