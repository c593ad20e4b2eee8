import { describe, expect, it } from "vitest";
import { anEvent, anInstance, anObservation, aService, aServiceEvent, at, T0, TRACEBACK } from "./fixtures";
import type { Observation } from "./observation";
import { activityOf, toStages } from "./stages";

const EVENTS = [
  aServiceEvent(0, "Creating"),
  anEvent(3, "Scheduled"),
  anEvent(4, "Pulling"),
  anEvent(9, "Pulled"),
  anEvent(10, "Started"),
  aServiceEvent(30, "Started"),
];
const upTo = (count: number) => EVENTS.slice(0, count).toReversed();
const started = anInstance({ status: "Running", ready: { processes: 1, total: 2 }, startedAt: at(10) });
const ready = anInstance({ status: "Running", ready: { processes: 2, total: 2 }, startedAt: at(10) });
const states = (observation: Observation, options = {}) =>
  toStages(observation, options)
    .map(({ id, state }) => `${id}:${state}`)
    .join(" ");
const strip = (done: number, front: string) => {
  const ids = ["accepted", "resources", "mounts", "image", "loading", "answering", "first_image"];
  return ids.map((id, i) => `${id}:${i < done ? "done" : i === done ? front : "waiting"}`).join(" ");
};

describe("toStages", () => {
  it.each<[string, Partial<Observation>, string]>([
    ["accepted", { service: aService({ status: "Creating" }), instances: [], events: upTo(1) }, strip(0, "current")],
    ["looking for a place", { events: upTo(1) }, strip(1, "current")],
    ["mounting", { events: upTo(2) }, strip(2, "current")],
    ["pulling", { events: upTo(3) }, strip(3, "current")],
    ["pulled", { events: upTo(4) }, strip(4, "current")],
    ["loading", { instances: [started], events: upTo(5) }, strip(4, "current")],
    ["loaded, not yet running", { instances: [ready], events: upTo(5) }, strip(5, "current")],
    ["running", { service: aService({ status: "Running" }), instances: [ready], events: upTo(6) }, strip(6, "waiting")],
    [
      "running since so long that events are gone",
      { service: aService({ status: "Running" }), instances: [ready], events: [] },
      strip(6, "waiting"),
    ],
    ["sold out", { events: [anEvent(3, "FailedScheduling", "out of stock")] }, strip(1, "failed")],
    ["mount refused", { events: [anEvent(3, "Scheduled"), anEvent(4, "FailedMount", "x")] }, strip(2, "failed")],
    [
      "image refused",
      { events: [...upTo(3), anEvent(6, "Failed", 'Failed to pull image "x": denied')] },
      strip(3, "failed"),
    ],
    [
      "crashed",
      { instances: [anInstance({ ...started, reason: "CrashLoopBackOff" })], events: upTo(5), log: TRACEBACK },
      strip(4, "failed"),
    ],
    [
      "refused by EAS",
      { service: aService({ status: "Failed", message: "no" }), instances: [], events: upTo(1) },
      strip(0, "failed"),
    ],
  ])("%s", (_, changes, expected) => {
    expect(states(anObservation(changes))).toBe(expected);
  });

  it("counts the first picture", () => {
    const running = anObservation({ service: aService({ status: "Running" }), instances: [ready], events: upTo(6) });
    expect(states(running, { firstImage: { state: "made", startedAt: at(31), updatedAt: at(60) } })).toBe(strip(7, ""));
  });

  it("times each stage", () => {
    const running = anObservation({ service: aService({ status: "Running" }), instances: [ready], events: upTo(6) });
    const times = toStages(running).map(({ startedAt, endedAt }) => [startedAt, endedAt]);
    expect(times).toEqual([
      [T0, at(2)],
      [at(2), at(3)],
      [at(3), at(4)],
      [at(4), at(10)],
      [at(10), at(30)],
      [at(30), at(30)],
      [undefined, undefined],
    ]);
  });

  it("begins with the last start, not with the creation", () => {
    const events = [
      ...EVENTS,
      aServiceEvent(1000, "Stopping"),
      aServiceEvent(2000, "Starting"),
      aServiceEvent(2001, "Updating"),
    ];
    const again = anObservation({ instances: [anInstance({ createdAt: at(2001) })], events });
    expect(toStages(again)[0]).toMatchObject({ state: "done", startedAt: at(2000), endedAt: at(2001) });
    expect(states(again)).toBe(strip(1, "current"));
  });

  it("follows the instance that is not ready while others serve", () => {
    const fresh = anInstance({ name: "foo-2", createdAt: at(500) });
    const updating = anObservation({
      service: aService({ status: "Updating" }),
      instances: [ready, fresh],
      events: EVENTS,
    });
    expect(states(updating)).toBe(strip(1, "current"));
  });

  it("begins anew with an update, before its first instance is there", () => {
    const updating = anObservation({
      service: aService({ status: "Updating", updatedAt: at(500), version: { current: 1, latest: 2 } }),
      instances: [{ ...ready, isLatest: false }],
      events: [...EVENTS, aServiceEvent(500, "Updating")],
      log: ["base model is ready to load"],
    });
    expect(states(updating)).toBe(strip(0, "current"));
    expect(toStages(updating)[0]?.startedAt).toBe(at(500));
  });

  it("is about the new version's instance, however the old one is", () => {
    const old = { ...started, isLatest: false, createdAt: at(600) };
    const fresh = anInstance({ name: "foo-2", createdAt: at(500), isLatest: true });
    const updating = anObservation({ service: aService({ status: "Updating" }), instances: [old, fresh], events: [] });
    expect(states(updating)).toBe(strip(1, "current"));
  });

  it("does not mind the queue's instance and those that end", () => {
    const others = [anInstance({ ...ready, role: "Queue" }), anInstance({ ...ready, status: "Terminating" })];
    expect(states(anObservation({ instances: others, events: upTo(1) }))).toBe(strip(0, "current"));
  });

  it("has none for a service at rest", () => {
    expect(toStages(anObservation({ service: aService({ status: "Stopped" }) }))).toEqual([]);
  });

  it("says what the container is at", () => {
    const loading = anObservation({
      instances: [started],
      events: upTo(5),
      log: ["[2026-11-22 18:00:31] Start converting /oss/base_model/a.ckpt to /oss/base_model"],
    });
    expect(toStages(loading).find(({ id }) => id === "loading")?.activity).toBe("converting");
  });
});

it.each([
  [["mount: oss://b/ on /oss (rw)"], "starting"],
  [["The provided base model is ready to load!", "noise"], "loading_model"],
  [["Start converting lora model /oss/lora_model/a.safetensors to b"], "converting_lora"],
  [["modelscope - INFO - initiate model from /oss/translate"], "loading_translation"],
  [["Copying default blade model!"], "copying_blade"],
  [["WARNING The blade model is optimizing now! We will use eager"], "optimizing_blade"],
  [["nothing known"], undefined],
])("reads %j as %s", (log, activity) => {
  expect(activityOf(log)).toBe(activity);
});
