import { describe, expect, it } from "vitest";
import { mapAutoscaler, mapCronScaler, toAutoscalerBody } from "./mapping-scaling";
import type { AutoscalerRules } from "./types";
import { AutoscalerReply, CronScalerReply } from "./wire-scaling";

const told = (reply: object) => mapAutoscaler(AutoscalerReply.parse(reply));

describe("autoscaler", () => {
  const bounds = { MinReplica: 1, MaxReplica: 4 };
  const blocks = {
    scaleUp: { stabilizationWindowSeconds: 60, policies: ["p"] },
    onZero: { scaleDownGracePeriodSeconds: 900 },
    other: { kept: true },
  };

  it.each([
    ["plain", blocks],
    ["nested once more", { behavior: blocks }],
  ])("reads a behaviour that is %s", (_, Behavior) => {
    expect(told({ ...bounds, Behavior })).toMatchObject({
      min: 1,
      max: 4,
      scaleUpWindowSeconds: 60,
      onZero: { graceSeconds: 900 },
    });
  });

  it.each([
    ["nothing", {}],
    ["nulls", { MinReplica: null, MaxReplica: null, ScaleStrategies: null, Behavior: null }],
  ])("is none where the reply has %s", (_, reply) => {
    expect(told(reply)).toBeUndefined();
  });

  it("is one where both bounds are zero: it holds the service at nothing", () => {
    expect(told({ MinReplica: 0, MaxReplica: 0 })).toMatchObject({ min: 0, max: 0, strategies: [] });
  });

  it("survives blocks of another shape", () => {
    expect(told({ ...bounds, Behavior: { scaleUp: 7, onZero: "x" } })).toMatchObject({ min: 1, onZero: undefined });
    expect(told({ ...bounds, Behavior: "none" })).toMatchObject({ min: 1 });
  });

  const rules: AutoscalerRules = { min: 1, max: 2, strategies: [{ metric: "GPU[UTIL]", threshold: 70 }] };

  it("is written in lower camel case, names of metrics in lower case", () => {
    expect(toAutoscalerBody({ ...rules, scaleUpWindowSeconds: 0 })).toEqual({
      min: 1,
      max: 2,
      scaleStrategies: [{ metricName: "gpu[util]", threshold: 70 }],
      behavior: { scaleUp: { stabilizationWindowSeconds: 0 } },
    });
    expect(toAutoscalerBody(rules)).not.toHaveProperty("behavior");
  });

  it("keeps what it does not know of a behaviour", () => {
    const body = toAutoscalerBody({ ...rules, ...told({ ...bounds, Behavior: blocks }), scaleUpWindowSeconds: 5 });
    expect(body.behavior).toEqual({ ...blocks, scaleUp: { stabilizationWindowSeconds: 5, policies: ["p"] } });
  });

  it("drops the rule for zero where nothing goes to zero any more", () => {
    const before = { ...rules, behavior: blocks };
    expect(toAutoscalerBody({ ...before, onZero: undefined }).behavior).not.toHaveProperty("onZero");
  });
});

describe("cron scaler", () => {
  it("is none without jobs", () => {
    expect(mapCronScaler(CronScalerReply.parse({ ScaleJobs: null, ExcludeDates: [] }))).toBeUndefined();
  });

  it("is read with what its last run did", () => {
    const job = {
      Name: "n",
      Schedule: "0 0 9 * * *",
      TargetSize: "2",
      TimeZone: "",
      LastProbeTime: "2026-01-01T00:00:00Z",
    };
    expect(
      mapCronScaler(CronScalerReply.parse({ ScaleJobs: [{ ...job, State: "Succeed", Message: "done" }] })),
    ).toEqual({
      jobs: [
        {
          name: "n",
          schedule: "0 0 9 * * *",
          targetSize: 2,
          timeZone: undefined,
          createdAt: undefined,
          lastRunAt: "2026-01-01T00:00:00Z",
          state: "Succeed",
          message: "done",
        },
      ],
      excludeDates: [],
    });
  });
});
