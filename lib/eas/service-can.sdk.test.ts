import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { createManualClock, type ManualClock } from "@/lib/clock";
import { SERVICE_ACTIONS, type ServiceAction, serviceCan } from "./service-can";
import { CRASHING, openTestCloud, type TestCloud, testConfig } from "./testing";
import { createTransport } from "./transport";
import type { SafetyLock } from "./types";
import { AnyReply } from "./wire";

/**
 * The table against the imitation of the API, in every state that a service can be brought into there: what it allows is
 * accepted, what it forbids is refused. Each action has a service of its own, for it changes the state.
 */

let cloud: TestCloud;
let clock: ManualClock;

beforeEach(async () => {
  // Signatures carry the time of this machine.
  clock = createManualClock(Date.now());
  cloud = await openTestCloud({ clock, speed: 1 });
});

afterEach(() => cloud.close());

type Order = (name: string) => Promise<unknown>;
/** Something done to all services, and the status that they then come to. */
type Step = [order: Order, status: string];

const otherImage = (command: string) =>
  JSON.stringify({ containers: [{ image: "registry.cn-hangzhou.aliyuncs.com/own/image:2", command, port: 8000 }] });
const create: Order = (name) => cloud.eas.createService(testConfig(name, {}, { group: "together" }));
const createCrashing: Order = (name) => {
  const containers = [{ image: "registry.cn-hangzhou.aliyuncs.com/own/image:1", command: CRASHING, port: 8000 }];
  return cloud.eas.createService(testConfig(name, { containers }, { group: "together" }));
};

/** What others do in other places: operations that the console has no use for. */
function elsewhere(action: string, method: "POST" | "PUT", path: string[], body?: Record<string, unknown>) {
  const { call } = createTransport(cloud.connection);
  return call({ action, method, path: ["services", "cn-hangzhou", ...path], body, reply: AnyReply });
}

const RUNNING: Step = [create, "Running"];
const STOPPED: Step[] = [RUNNING, [(name) => cloud.eas.stopService(name), "Stopped"]];
const DEVELOPING: Step[] = [RUNNING, [(name) => elsewhere("DevelopService", "PUT", [name, "develop"]), "Developing"]];

/** The ways into each state; what went before does not matter to what is allowed then. */
const STATES: Record<string, Step[]> = {
  Creating: [[create, "Creating"]],
  Waiting: [[create, "Waiting"]],
  Running: [RUNNING],
  Updating: [RUNNING, [(name) => cloud.eas.updateService(name, otherImage("next")), "Updating"]],
  HotUpdate: [RUNNING, [(name) => cloud.eas.updateService(name, '{"labels":{"a":"1"}}'), "HotUpdate"]],
  Scaling: [RUNNING, [(name) => cloud.eas.scaleService(name, 2), "Scaling"]],
  Stopping: [RUNNING, [(name) => cloud.eas.stopService(name), "Stopping"]],
  Stopped: STOPPED,
  Starting: [...STOPPED, [(name) => cloud.eas.startService(name), "Starting"]],
  Failed: [[createCrashing, "Failed"]],
  Deleting: [RUNNING, [(name) => cloud.eas.deleteService(name), "Deleting"]],
  Developing: DEVELOPING,
  Committing: [...DEVELOPING, [(name) => elsewhere("CommitService", "PUT", [name, "commit"]), "Committing"]],
};

async function bring(names: string[], steps: readonly Step[]): Promise<void> {
  for (const [order, status] of steps) {
    for (const name of names) await order(name);
    await allReach(names, status);
  }
}

/** Moves time until EAS says so; all of them are at the same point of their lives. */
async function allReach(names: string[], status: string): Promise<void> {
  const statusOf = async (name = "") => (await cloud.eas.describeService(name)).status;
  for (let steps = 0; (await statusOf(names[0])) !== status; steps++) {
    if (steps > 300) throw new Error(`never ${status}`);
    await clock.advance(200);
  }
  expect(new Set(await Promise.all(names.map(statusOf)))).toEqual(new Set([status]));
}

const ACTS: Record<Exclude<ServiceAction, "call">, Order> = {
  start: (name) => cloud.eas.startService(name),
  stop: (name) => cloud.eas.stopService(name),
  restart: (name) => cloud.eas.restartService(name),
  scale: (name) => cloud.eas.scaleService(name, 3),
  autoscale: (name) =>
    cloud.eas.createAutoscaler(name, { min: 1, max: 2, strategies: [{ metric: "qps", threshold: 1 }] }),
  schedule: (name) =>
    cloud.eas.createCronScaler(name, {
      jobs: [{ name: "n", schedule: "0 0 9 * * *", targetSize: 1, timeZone: "Asia/Shanghai" }],
      excludeDates: [],
    }),
  update: (name) => cloud.eas.updateService(name, otherImage("another")),
  rollBack: (name) =>
    // Most have no older version; that is another complaint than one about the state.
    cloud.eas.rollBackService(name, 1).catch((error) => {
      if (error.code !== "invalid_input") throw error;
    }),
  clone: async (name) => {
    const { config = "{}" } = await cloud.eas.describeService(name);
    const parsed = JSON.parse(config);
    const copy = `${name}_copy`;
    await cloud.eas.createService(
      JSON.stringify({ ...parsed, name: copy, metadata: { ...parsed.metadata, name: copy } }),
    );
  },
  release: (name) => cloud.eas.releaseService(name, { weight: 50 }),
  label: (name) => cloud.eas.setServiceLabels(name, { b: "2" }),
  lock: (name) => cloud.eas.setSafetyLock(name, "dangerous"),
  changeInstances: async (name) => {
    const [instance] = (await cloud.eas.listServiceInstances(name)).items;
    await cloud.eas.restartInstances(name, [instance?.name ?? "none"]);
  },
  delete: (name) => cloud.eas.deleteService(name),
};

const ACTIONS = SERVICE_ACTIONS.filter((action) => action !== "call");

/** Forbidden although EAS would take it: it is under way already. */
const POINTLESS: Record<string, ServiceAction[]> = { Deleting: ["delete"] };
/** Between two rounds of instances there may be none to change. */
const WITHOUT_INSTANCES = ["Creating", "Starting", "Failed"];

const outcome = (act: Promise<unknown>) =>
  act.then(
    () => "accepted",
    (error) => error.code ?? error.message,
  );

const serviceFor = (action: ServiceAction) => `for_${action.toLowerCase()}`;

describe("states", () => {
  it.each(Object.keys(STATES))("%s", async (status) => {
    await bring(ACTIONS.map(serviceFor), STATES[status] ?? []);
    const wrong: string[] = [];
    for (const action of ACTIONS) {
      if (POINTLESS[status]?.includes(action)) continue;
      if (action === "changeInstances" && WITHOUT_INSTANCES.includes(status)) continue;
      const { allowed } = serviceCan[action](await cloud.eas.describeService(serviceFor(action)));
      const answer = await outcome(ACTS[action](serviceFor(action)));
      if ((answer === "accepted") !== allowed) wrong.push(`${action}: allowed ${allowed}, answered ${answer}`);
    }
    expect(wrong).toEqual([]);
  });
});

describe("safety lock", () => {
  it.each<SafetyLock>(["none", "dangerous", "all"])("%s", async (lock) => {
    const names = ACTIONS.map(serviceFor);
    await bring(names, [RUNNING]);
    for (const name of names) await cloud.eas.setSafetyLock(name, lock);
    for (const action of ACTIONS) {
      const { allowed } = serviceCan[action](await cloud.eas.describeService(serviceFor(action)));
      expect(await outcome(ACTS[action](serviceFor(action))), action).toBe(allowed ? "accepted" : "conflict");
    }
  });
});

it("a service without a group has no share to release", async () => {
  await bring(["one"], [[(name) => cloud.eas.createService(testConfig(name)), "Running"]]);
  expect(serviceCan.release(await cloud.eas.describeService("one")).allowed).toBe(false);
  expect(await outcome(ACTS.release("one"))).toBe("invalid_input");
});

it("the queue of an asynchronous service takes no order", async () => {
  await bring(["one"], [[(name) => cloud.eas.createService(testConfig(name, {}, { type: "Async" })), "Running"]]);
  const queue = await cloud.eas.describeService("one-queue");
  for (const action of ACTIONS) expect(serviceCan[action](queue).allowed, action).toBe(false);
  for (const act of [cloud.eas.stopService, cloud.eas.deleteService, cloud.eas.restartService])
    expect(await outcome(act("one-queue"))).not.toBe("accepted");
});
