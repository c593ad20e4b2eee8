import { describe, expect, test } from "vitest";
import { paceOf } from "./benchmarks";
import { boundsMet, MOST_QPS, objectOf, readPlan } from "./plan";
import { toReport } from "./report";

describe("the plan", () => {
  test("is read from the configuration, with what it leaves out", () => {
    expect(
      readPlan({
        base: { duration: 60, qps: 5 },
        service: { serviceName: "demo", requestToken: "abc" },
        data: { path: "oss://models/warm-up.bin", dataType: "binary" },
        optional: { maxRt: 100 },
      }),
    ).toEqual({
      serviceName: "demo",
      token: "abc",
      durationSeconds: 60,
      qps: 5,
      maxRtMs: 100,
      agents: 1,
      path: "oss://models/warm-up.bin",
      content: undefined,
    });
    expect(readPlan({ service: { serviceName: "demo" } })).toMatchObject({ durationSeconds: 600, qps: undefined });
  });

  test.each([
    ["no service", {}, /service.serviceName is required/],
    ["no time", { base: { duration: 0 } }, /base.duration/],
    ["a rate in words", { base: { qps: "many" } }, /base.qps/],
    ["an unknown kind of data", { data: { dataType: "picture" } }, /data.dataType/],
  ])("refuses %s", (name, config, message) => {
    const service = name === "no service" ? {} : { service: { serviceName: "demo" } };
    expect(() => readPlan({ ...service, ...config })).toThrow(message);
  });

  test.each([
    ["oss://models/a/b.bin", { bucket: "models", key: "a/b.bin" }],
    ["oss://models.oss-cn-hangzhou.aliyuncs.com/a.bin", { bucket: "models", key: "a.bin" }],
    ["https://models.oss-cn-hangzhou.aliyuncs.com/a%20b.bin?x=1", { bucket: "models", key: "a b.bin" }],
    ["https://elsewhere.example/a.bin", undefined],
  ])("data at %s", (path, expected) => {
    expect(objectOf(path)).toEqual(expected);
  });

  test("says which bounds it meets", () => {
    const plan = { serviceName: "demo", agents: 1 };
    expect(boundsMet({ ...plan, durationSeconds: 60, qps: 5 })).toBe("");
    expect(boundsMet({ ...plan, durationSeconds: 7200, qps: 5000 })).toBe(
      ", limited to 100 requests a second and 3600 seconds",
    );
  });
});

describe("the pace", () => {
  const plan = { serviceName: "demo", agents: 1, durationSeconds: 60 };
  test.each([
    ["is the rate that is asked for", { qps: 7 }, 0, [], 7],
    ["but no more than the sandbox stands", { qps: 7000 }, 0, [], MOST_QPS],
    ["without a rate begins with one", {}, 0, [], 1],
    ["and doubles", {}, 30_000, [], 8],
    ["up to the bound", {}, 600_000, [], MOST_QPS],
    ["unless answers take too long", { maxRtMs: 100 }, 30_000, [150, 90], 4],
  ])("%s", (_, change, elapsed, rts, expected) => {
    expect(paceOf({ ...plan, ...change }, elapsed, rts)).toBe(expected);
  });
});

describe("the report", () => {
  test("of nothing is empty", () => {
    expect(toReport({ seconds: [], statuses: {} })).toMatchObject({ Count: 0, QPS: 0, AvgRT: 0, RTHistogram: [] });
  });

  test("counts, averages, percentiles and bars", () => {
    const rts = Array.from({ length: 100 }, (_, n) => n + 1);
    const report = toReport({
      seconds: [
        { at: 10_000, rts: rts.slice(0, 50), sent: 100, received: 500 },
        { at: 11_000, rts: rts.slice(50), sent: 100, received: 600 },
      ],
      statuses: { 200: 98, 450: 2 },
    });
    expect(report).toMatchObject({
      TimestampList: [10, 11],
      QPSList: [50, 50],
      TrafficList: [
        { Send: 100, Receive: 500 },
        { Send: 100, Receive: 600 },
      ],
      StatusCode: { 200: 98, 450: 2 },
      Count: 100,
      Total: 2,
      MinRT: 1,
      AvgRT: 50.5,
      MaxRT: 100,
      QPS: 50,
      TotalSend: 200,
      TotalReceive: 1100,
    });
    expect(report.RTList[0]).toEqual({ AVG: 25.5, TP100: 50, TP99: 50, TP90: 45, TP50: 25, TP10: 5 });
    expect(report.RTDistribution).toContainEqual({ Latency: 90, Percentage: 90 });
    expect(report.RTHistogram).toHaveLength(10);
    expect(report.RTHistogram.reduce((sum, { Count }) => sum + Count, 0)).toBe(100);
  });
});
