import { describe, expect, test, vi } from "vitest";
import { createManualClock } from "@/lib/clock";
import { FAULT_KIND_NAMES, FAULT_KINDS, type FaultRequest } from "./fault-kinds";
import { createFaults, type FaultOccasion } from "./faults";

const error = (fault: Partial<Extract<FaultRequest, { kind: "vendor-error" }>> = {}): FaultRequest => ({
  kind: "vendor-error",
  ...fault,
});

describe("how long a fault lives", () => {
  test("as often as asked", () => {
    const faults = createFaults();
    faults.add(error({ times: 2 }));
    expect(faults.list()[0]?.timesLeft).toBe(2);
    expect(faults.take("vendor-error", {})).toMatchObject({ status: 503 });
    expect(faults.list()[0]).toMatchObject({ timesLeft: 1, fired: 1 });
    expect(faults.take("vendor-error", {})).toBeDefined();
    expect(faults.take("vendor-error", {})).toBeUndefined();
    expect(faults.any).toBe(false);
    expect(faults.counters()["vendor-error"]).toBe(2);
  });

  test("for a time, by the clock, whether or not somebody asks", async () => {
    const clock = createManualClock();
    const faults = createFaults(clock);
    faults.add(error({ durationMs: 5000 }));
    await clock.advance(4999);
    expect(faults.take("vendor-error", {})).toBeDefined();
    const changed = vi.fn();
    faults.onChange(changed);
    await clock.advance(1);
    expect(changed).toHaveBeenCalledOnce();
    expect(faults.list()).toEqual([]);
    expect(faults.take("vendor-error", {})).toBeUndefined();
  });

  test("until it is removed, by its own id", () => {
    const faults = createFaults();
    const first = faults.add(error());
    const second = faults.add(error());
    expect(first.id).not.toBe(second.id);
    expect([faults.remove(first.id), faults.remove(first.id)]).toEqual([true, false]);
    expect(faults.list().map(({ id }) => id)).toEqual([second.id]);
    faults.clear();
    expect(faults.any).toBe(false);
  });

  test("a rate strikes its share of the occasions, the same ones for the same seed", () => {
    const struck = (seed: number) => {
      const faults = createFaults();
      faults.add(error({ rate: 0.3, seed }));
      return Array.from({ length: 1000 }, () => faults.take("vendor-error", {}) !== undefined);
    };
    const share = struck(7).filter(Boolean).length / 1000;
    expect(share).toBeGreaterThan(0.25);
    expect(share).toBeLessThan(0.35);
    expect(struck(7)).toEqual(struck(7));
    expect(struck(7)).not.toEqual(struck(8));
  });

  test("looking at it does not use it up", () => {
    const faults = createFaults();
    faults.add({ kind: "out-of-stock", times: 1, parameters: { instanceType: "x" } });
    expect(faults.peek("out-of-stock", {})).toEqual({ instanceType: "x" });
    expect(faults.take("out-of-stock", {})).toEqual({ instanceType: "x" });
    expect(faults.peek("out-of-stock", {})).toBeUndefined();
  });
});

describe("whom a fault strikes", () => {
  const part: FaultOccasion = {
    server: "oss",
    operation: "UploadPart",
    method: "PUT",
    path: "/models/a/b.bin",
    bucket: "models",
    key: "a/b.bin",
  };
  test.each<[object, boolean]>([
    [{}, true],
    [{ server: "oss" }, true],
    [{ server: "eas" }, false],
    [{ operation: "UploadPart" }, true],
    [{ operation: "Upload*" }, true],
    [{ operation: "PutObject" }, false],
    [{ path: "/models/*.bin" }, true],
    [{ path: "/models/a" }, false],
    [{ path: "/models/.*" }, false],
    [{ bucket: "models", prefix: "a/" }, true],
    [{ bucket: "models", prefix: "b/" }, false],
    [{ method: "PUT", operation: "UploadPart" }, true],
    [{ method: "GET", operation: "UploadPart" }, false],
    // What the place does not know cannot fit.
    [{ service: "painter" }, false],
  ])("%j", (scope, expected) => {
    const faults = createFaults();
    faults.add(error({ scope }));
    expect(faults.take("vendor-error", part) !== undefined).toBe(expected);
  });

  test("the oldest that fits comes first; takeAll strikes each", () => {
    const faults = createFaults();
    for (const delayMs of [1, 2]) faults.add({ kind: "latency", parameters: { delayMs } });
    expect(faults.take("latency", {})?.delayMs).toBe(1);
    expect(faults.takeAll("latency", {}).map(({ parameters }) => parameters.delayMs)).toEqual([1, 2]);
  });
});

describe("what is put in", () => {
  test("the short form is a vendor's error of an operation", () => {
    const faults = createFaults();
    faults.add({ operation: "UploadPart", status: 503, code: "ServiceUnavailable", message: "x", times: 2 });
    expect(faults.list()).toMatchObject([
      {
        kind: "vendor-error",
        scope: { operation: "UploadPart" },
        parameters: { status: 503, code: "ServiceUnavailable", message: "x" },
        timesLeft: 2,
      },
    ]);
    faults.add({ operation: "*", status: 500, code: "x", message: "" });
    expect(faults.list()[1]?.scope).toEqual({});
  });

  test.each(FAULT_KIND_NAMES)("%s is complete without a parameter", (kind) => {
    const fault = createFaults().add({ kind } as FaultRequest);
    expect(fault.parameters).toEqual(FAULT_KINDS[kind].parameters.parse({}));
  });

  test.each<[string, object, RegExp]>([
    ["an unknown kind", { kind: "gremlins" }, /Invalid option/],
    ["an unknown parameter", { kind: "latency", parameters: { ms: 1 } }, /Unrecognized key/],
    ["a parameter out of range", { kind: "latency", parameters: { delayMs: -1 } }, /delayMs/],
    ["a scope that the kind cannot know", { kind: "cuda-oom", scope: { bucket: "x" } }, /cannot be limited by bucket/],
    ["a field of no meaning", { kind: "latency", delayMs: 5 }, /unknown field/],
    ["a rate above one", { kind: "latency", rate: 2 }, /rate/],
    ["a short form with a status that is no error", { operation: "*", status: 200, code: "x", message: "" }, /status/],
  ])("%s is refused", (_, fault, expected) => {
    const faults = createFaults();
    expect(() => faults.add(fault as FaultRequest)).toThrow(expected);
    expect(faults.any).toBe(false);
  });
});
