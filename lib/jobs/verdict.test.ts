import { expect, it } from "vitest";
import { anInstance, anObservation, aService } from "@/lib/services/fixtures";
import { markOf } from "@/lib/services/renewal";
import { toSnapshot } from "@/lib/services/to-snapshot";
import { verdictOf } from "./verdict";

const ready = anInstance({ status: "Running", ready: { processes: 2, total: 2 }, isLatest: true });
const running = (current: number, latest: number, status = "Running") =>
  toSnapshot(anObservation({ service: aService({ status, version: { current, latest } }), instances: [ready] }), 0);

it.each([
  ["a look from before the update", running(1, 1), 2, "under_way"],
  ["a failure from before the update", running(1, 1, "Failed"), 2, "under_way"],
  ["a rest from before the roll-back", running(1, 1, "Stopped"), 2, "under_way"],
  ["the old version while the new one comes", running(1, 2, "Updating"), 2, "under_way"],
  ["the old version when EAS says that all runs", running(1, 2), 2, "under_way"],
  ["the new version", running(2, 2), 2, "ready"],
  ["the new version in vain", running(1, 2, "Failed"), 2, "failed"],
  ["a stop in between", running(1, 2, "Stopped"), 2, "over"],
  ["a later version", running(3, 3), 2, "over"],
  ["any version of a first start", running(1, 1), undefined, "ready"],
])("%s", (_, snapshot, version, expected) => {
  expect(verdictOf(snapshot, version)).toBe(expected);
});

const renewed = { ...ready, name: "foo-new" };
const restarting = (instances: (typeof ready)[], status: string, pending = 0) =>
  toSnapshot(
    anObservation({ service: aService({ status, instances: { total: 1, running: 1 - pending, pending } }), instances }),
    0,
  );

it.each([
  ["the old instance, as if nothing had been asked for", restarting([ready], "Running"), "under_way"],
  ["nothing, while the new instance is not there", restarting([], "Waiting", 1), "under_way"],
  ["the new instance while EAS counts it as pending", restarting([renewed], "Running", 1), "under_way"],
  ["the new instance", restarting([renewed], "Running"), "ready"],
  ["an end in failure", restarting([renewed], "Failed"), "failed"],
  ["a stop in between", restarting([], "Stopped"), "over"],
])("of a restart: %s", (_, snapshot, expected) => {
  expect(verdictOf(snapshot, undefined, [markOf(ready)])).toBe(expected);
});
