import { ContainerExit } from "@/lib/sandbox/core/types";
import { type Call, type Handler, serviceOf } from "@/lib/sandbox/eas/cloud";
import { ApiFault, invalidParameter, operationConflict } from "@/lib/sandbox/eas/fault";
import { refuseCommand } from "@/lib/sandbox/eas/guard/refusals";
import { isJsonObject, type JsonObject } from "@/lib/sandbox/eas/json-path";
import { bodyObject } from "@/lib/sandbox/eas/query";
import { instanceOf } from "./listing";
import type { FaultType, InjectedFault } from "./records";

/*
 * Faults injected into an instance through the API (reference: eas-openapi.md §7.3; arguments as the SDK's models describe
 * them). A network fault delays or loses the instance's requests (`passage`), load shows in the autoscaler's metrics, and
 * memory that is taken to the brim gets the container killed. Faults of the disk are kept and listed, without effect: no
 * disk is imitated.
 */

/** From here on there is nothing left for the process itself. */
const OOM_PERCENT = 95;
/** As the kernel ends a process that takes too much. */
const KILLED = 137;

type Check = (args: JsonObject) => void;

const percent =
  (name: string): Check =>
  (args) =>
    inRange(args, name, 1, 100);

/** What each action of each type must be told. */
const ACTIONS: Record<FaultType, Record<string, Check>> = {
  CpuFullloadTask: { fullload: percent("CpuPercent") },
  MemLoadTask: { load: percent("MemPercent") },
  NetworkTask: {
    delay: (args) => {
      inRange(args, "Time", 1, 3_600_000);
      if (args.Offset !== undefined) inRange(args, "Offset", 0, 3_600_000);
    },
    corrupt: percent("Percent"),
    loss: percent("Percent"),
  },
  DiskBurnTask: {
    burn: (args) => {
      for (const name of ["Read", "Write"])
        if (args[name] !== undefined && typeof args[name] !== "boolean")
          throw invalidParameter(`FaultArgs.${name} must be a boolean.`);
      if (args.Read !== true && args.Write !== true)
        throw invalidParameter("FaultArgs.Read or FaultArgs.Write must be true.");
      if (args.Size !== undefined) inRange(args, "Size", 1, 1_000_000);
    },
  },
  DiskFillTask: { fill: percent("Percent") },
};

function inRange(args: JsonObject, name: string, least: number, most: number): void {
  const value = args[name];
  if (typeof value !== "number" || !Number.isInteger(value) || value < least || value > most)
    throw invalidParameter(`FaultArgs.${name} must be an integer from ${least} to ${most}.`);
}

export const createFaultInjection: Handler = async (call) => {
  const service = serviceOf(call);
  const instance = instanceOf(call, service);
  const fault = readFault(bodyObject(call.body));
  refuseCommand(service, "change instances of");
  if (instance.status !== "Running")
    throw operationConflict(`Instance [${instance.name}] is [${instance.status}], no fault can be injected.`);
  if (instance.faults?.some(({ type }) => type === fault.type))
    throw invalidParameter(`Fault [${fault.type}] of instance [${instance.name}] already exists.`);
  const isFatal = fault.type === "MemLoadTask" && Number(fault.args.MemPercent) >= OOM_PERCENT;
  // What eats the memory is killed together with the process.
  if (isFatal) call.cloud.lifeCycle.endProcess(instance, new ContainerExit(KILLED));
  else instance.faults = [...(instance.faults ?? []), fault];
  await save(call);
  return { Message: `Fault [${fault.type}] of instance [${instance.name}] is injected successfully` };
};

function readFault(body: JsonObject): InjectedFault {
  const type = Object.keys(ACTIONS).find((name): name is FaultType => name === body.FaultType);
  if (!type)
    throw invalidParameter(`FaultType [${String(body.FaultType)}] must be one of ${Object.keys(ACTIONS).join(", ")}.`);
  const args = body.FaultArgs;
  if (!isJsonObject(args)) throw invalidParameter("FaultArgs is required and must be an object.");
  const actions = ACTIONS[type];
  const action = typeof args.FaultAction === "string" ? args.FaultAction : "";
  const check = Object.hasOwn(actions, action) ? actions[action] : undefined;
  if (!check)
    throw invalidParameter(`FaultArgs.FaultAction [${action}] must be one of ${Object.keys(actions).join(", ")}.`);
  check(args);
  return { type, args };
}

export const listServiceInstanceFaultInjectionInfo: Handler = (call) => {
  const instance = instanceOf(call, serviceOf(call));
  return {
    FaultInfoList: (instance.faults ?? []).map(({ type, args }) => ({
      FaultType: type,
      FaultArgs: args,
      FaultStatus: { FaultStatus: "FaultInjectedSuccess", FaultStatusMessage: "" },
    })),
  };
};

export const deleteFaultInjection: Handler = async (call) => {
  const service = serviceOf(call);
  const instance = instanceOf(call, service);
  const type = call.params.fault ?? "";
  refuseCommand(service, "change instances of");
  if (!instance.faults?.some((fault) => fault.type === type))
    throw new ApiFault(404, "InvalidFault.NotFound", `Fault [${type}] of instance [${instance.name}] is not found.`);
  instance.faults = instance.faults.filter((fault) => fault.type !== type);
  await save(call);
  return { Message: `Fault [${type}] of instance [${instance.name}] is deleted successfully` };
};

async function save(call: Call): Promise<void> {
  call.cloud.services.save(serviceOf(call));
  await call.cloud.services.flush();
}
