import { describe, expect, it } from "vitest";
import { findMetric } from "./scaling-metrics";
import { autoscalerSchemaFor, CronScalerSchema } from "./scaling-schemas";

const issues = (result: { success: boolean; error?: { issues: { path: PropertyKey[]; message: string }[] } }) =>
  (result.error?.issues ?? []).map(({ path, message }) => `${path.join(".")}: ${message}`);

describe("autoscaler", () => {
  const sound = {
    min: 1,
    max: 4,
    strategies: [{ metric: "qps", threshold: 10 }],
    scaleUpWindowSeconds: 0,
    scaleDownWindowSeconds: 300,
    graceSeconds: 600,
    activationReplicas: 1,
  };
  const check = (change: object, isAsync = false) =>
    issues(autoscalerSchemaFor(isAsync).safeParse({ ...sound, ...change }));
  const strategy = (metric: string, threshold: number, service?: string) => ({
    strategies: [{ metric, threshold, service }],
  });

  it.each<[string, object]>([
    ["as it stands", {}],
    ["to zero", { min: 0 }],
    ["a metric that we do not know", strategy("custom_metric", 500)],
    ["the queue of another service", strategy("queue[backlog]", 5, "other")],
    [
      "one metric of two services",
      { strategies: [...strategy("qps", 1).strategies, ...strategy("qps", 1, "b").strategies] },
    ],
  ])("takes %s", (_, change) => {
    expect(check(change)).toEqual([]);
  });

  it.each<[string, object, string]>([
    ["both bounds zero, which holds the service at nothing", { min: 0, max: 0 }, "max"],
    ["bounds that are equal", { max: 1 }, "max: scaling.rules.maxAboveMin"],
    ["no metric", { strategies: [] }, "strategies: scaling.rules.noMetric"],
    ["a threshold of nothing", strategy("qps", 0), "strategies.0.threshold: scaling.rules.thresholdPositive"],
    ["more than all of a card", strategy("gpu[util]", 120), "strategies.0.threshold: scaling.rules.percent"],
    ["a queue where there is none", strategy("queue[avgbacklog]", 5), "strategies.0.metric: scaling.rules.needsQueue"],
    [
      "one metric twice",
      {
        strategies: [
          { metric: "cpu", threshold: 50 },
          { metric: "cpu", threshold: 60 },
        ],
      },
      "strategies.1.metric: scaling.rules.metricTwice",
    ],
    ["waking up with more than there may be", { min: 0, activationReplicas: 5 }, "activationReplicas: scaling.rules"],
    ["half an instance", { min: 0.5 }, "min"],
    ["a window of days", { scaleDownWindowSeconds: 90_000 }, "scaleDownWindowSeconds"],
  ])("refuses %s", (_, change, expected) => {
    expect(check(change)[0]).toContain(expected);
  });

  it("takes the backlog of an asynchronous service's own queue", () => {
    expect(check(strategy("queue[avgbacklog]", 5), true)).toEqual([]);
  });

  it("knows metrics however EAS spells them", () => {
    expect(findMetric("QPS")?.id).toBe("qps");
    expect(findMetric("gpu[util]")?.id).toBe("gpu");
    expect(findMetric("something")).toBeUndefined();
  });
});

describe("cron scaler", () => {
  const job = { name: "morning", schedule: "0 0 9 * * *", targetSize: 2, timeZone: "Asia/Shanghai" };
  const check = (jobs: object[], excludeDates: string[] = []) =>
    issues(CronScalerSchema.safeParse({ jobs, excludeDates }));

  it.each<[string, object[], string[]]>([
    ["a job", [job], []],
    ["a job to zero, a day without", [{ ...job, targetSize: 0 }], ["* * * 1 10 *"]],
  ])("takes %s", (_, jobs, excludeDates) => {
    expect(check(jobs, excludeDates)).toEqual([]);
  });

  it.each<[string, object[], string]>([
    ["none", [], "jobs: scaling.rules.noJob"],
    ["five fields", [{ ...job, schedule: "0 9 * * *" }], "jobs.0.schedule: scaling.rules.schedule"],
    ["a place that is no time zone", [{ ...job, timeZone: "Hangzhou" }], "jobs.0.timeZone: scaling.rules.timeZone"],
    ["a name twice", [job, job], "jobs.1.name: scaling.rules.nameTwice"],
    ["fewer than none", [{ ...job, targetSize: -1 }], "jobs.0.targetSize"],
    ["no name", [{ ...job, name: " " }], "jobs.0.name"],
  ])("refuses %s", (_, jobs, expected) => {
    expect(check(jobs)[0]).toContain(expected);
  });
});
