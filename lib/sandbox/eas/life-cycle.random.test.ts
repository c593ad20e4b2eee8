import fc from "fast-check";
import { expect, test } from "vitest";
import { ApiFault } from "./fault";
import { serviceConfig } from "./testing";
import { type ManualCloud, openManualCloud } from "./testing-clock";

/* Commands in any order, at any moment, with restarts of the sandbox in between: whatever happens, the service comes to rest. */

type Step = (eas: ManualCloud) => Promise<unknown>;

const onDemo =
  (operation: Parameters<ManualCloud["call"]>[0], body: unknown = {}, query = ""): Step =>
  (eas) =>
    eas.call(operation, { service: "demo" }, body, query);
const command = (text: string) => ({ containers: serviceConfig("demo", { container: { command: text } }).containers });

const STEPS: Record<string, Step> = {
  update: (eas) => onDemo("UpdateService", command(`python ${eas.clock.now()}.py`))(eas),
  hotUpdate: (eas) => onDemo("UpdateService", { labels: { at: String(eas.clock.now()) } })(eas),
  surge: onDemo("UpdateService", { metadata: { rolling_strategy: { max_surge: 2, max_unavailable: 1 } } }),
  back: onDemo("UpdateServiceVersion", { Version: 1 }),
  scaleOut: onDemo("ScaleService", { Instance: 3 }),
  scaleIn: onDemo("ScaleService", { Instance: 1 }),
  stop: onDemo("StopService"),
  start: onDemo("StartService"),
  restart: onDemo("RestartService"),
  develop: onDemo("DevelopService"),
  leave: onDemo("DevelopService", {}, "Exit=true"),
  commit: onDemo("CommitService"),
  batches: onDemo("CreateServiceRollout", { Batch: { BatchSize: "1", Interval: "2s" } }),
  endBatches: onDemo("DeleteServiceRollout"),
  reopen: (eas) => eas.reopen(),
  wait: (eas) => eas.clock.advance(700),
  waitLong: (eas) => eas.clock.advance(9000),
};

test("a service comes to rest after any commands", async () => {
  await fc.assert(
    fc.asyncProperty(fc.array(fc.constantFrom(...Object.keys(STEPS)), { maxLength: 14 }), async (steps) => {
      const eas = await openManualCloud();
      try {
        await eas.call("CreateService", {}, serviceConfig("demo", { metadata: { instance: 2 } }));
        for (const name of steps)
          await STEPS[name]?.(eas).catch((error: unknown) => {
            // A refusal is an answer; anything else is a defect.
            if (!(error instanceof ApiFault) || error.status >= 500) throw error;
          });
        await eas.clock.advance(180_000);
        const service = eas.record("demo");
        expect(["Running", "Stopped", "Developing"]).toContain(service.status);
        const wanted = service.status === "Stopped" ? 0 : service.developing ? 1 : Number(instancesOf(service.config));
        expect(service.instances).toHaveLength(wanted);
        expect(service.instances.every(({ ready, status }) => ready && status === "Running")).toBe(true);
        if (service.rollout === undefined && service.status !== "Stopped") {
          expect(service.currentVersion).toBe(service.latestVersion);
          expect(service.instances.every(({ version }) => version === service.latestVersion)).toBe(true);
        }
        expect(eas.cloud.lifeCycle.upstreams(service)).toHaveLength(wanted);
      } finally {
        await eas.close();
      }
    }),
    // What was found once, by more runs than are made each time.
    { numRuns: 25, examples: [[["waitLong", "hotUpdate", "update"]]] },
  );
}, 30_000);

function instancesOf(config: Record<string, unknown>): unknown {
  return (config.metadata as { instance?: unknown }).instance;
}
