import { afterEach, beforeEach, describe, expect, test } from "vitest";
import type { Operation } from "@/lib/sandbox/eas/operations";
import type { ServiceStatus } from "@/lib/sandbox/eas/records";
import { serviceConfig } from "@/lib/sandbox/eas/testing";
import { type ManualCloud, openManualCloud } from "@/lib/sandbox/eas/testing-clock";

let eas: ManualCloud;
beforeEach(async () => {
  eas = await openManualCloud();
  await eas.call("CreateService", {}, serviceConfig("demo", { metadata: { group: "together" } }));
});
afterEach(() => eas.close());

const call = (operation: Operation, body: unknown = {}, query = "") =>
  eas.call(operation, { service: "demo" }, body, query);
const become = (status: string) => eas.until(async () => (await eas.status("demo")) === status);

/** Every command with what makes it a right one. */
const COMMANDS: readonly [Operation, unknown, string?][] = [
  ["StartService", {}],
  ["StopService", {}],
  ["RestartService", {}],
  ["DeleteService", {}],
  ["ScaleService", { Instance: 2 }],
  ["UpdateService", { metadata: { rpc: { keepalive: 9 } } }],
  ["UpdateServiceVersion", { Version: 1 }],
  ["ReleaseService", { Weight: 5 }],
  ["CloneService", { name: "copy" }],
  ["DevelopService", {}],
  ["UpdateServiceLabel", { Labels: { a: "b" } }],
  ["DeleteServiceLabel", {}, 'LabelKeys=["a"]'],
  ["CreateServiceRollout", { Partition: { Partition: "1" } }],
];

const IN_STATUS: readonly [ServiceStatus, () => Promise<unknown>, readonly Operation[]][] = [
  [
    "Creating",
    async () => undefined,
    [
      "StartService",
      "RestartService",
      "UpdateService",
      "UpdateServiceVersion",
      "DevelopService",
      "CreateServiceRollout",
    ],
  ],
  ["Waiting", () => become("Waiting"), ["StartService"]],
  ["Running", () => become("Running"), ["StartService"]],
  [
    "Stopping",
    async () => {
      await become("Running");
      await call("StopService");
    },
    [
      "StartService",
      "StopService",
      "RestartService",
      "ScaleService",
      "UpdateService",
      "UpdateServiceVersion",
      "ReleaseService",
      "DevelopService",
      "CreateServiceRollout",
    ],
  ],
  [
    "Stopped",
    async () => {
      await become("Running");
      await call("StopService");
      await become("Stopped");
    },
    ["StopService", "RestartService", "DevelopService", "CreateServiceRollout"],
  ],
  [
    "Deleting",
    async () => {
      await become("Running");
      await call("DeleteService");
    },
    COMMANDS.map(([operation]) => operation).filter((operation) => operation !== "DeleteService"),
  ],
];

describe.each(IN_STATUS)("while %s", (status, reach, refused) => {
  test.each(COMMANDS)("%s", async (operation, body, query) => {
    await reach();
    // What can be gone back to.
    const record = eas.record("demo");
    record.latestVersion = 2;
    record.versions = [{ number: 1, createdAt: 0, config: record.config }];
    const outcome = await call(operation, body, query).then(
      () => "accepted",
      ({ status: code, code: word, message }) => ({ code, word, message }),
    );
    expect(outcome).toEqual(
      refused.includes(operation)
        ? { code: 409, word: "OperationConflict", message: expect.stringContaining(`[${status}]`) }
        : "accepted",
    );
  });
});

describe("the safety lock", () => {
  test.each(COMMANDS)("all refuses %s, none lets it go again", async (operation, body, query) => {
    await become("Running");
    expect(await call("UpdateServiceSafetyLock", { Lock: "all" })).toEqual({
      Message: "service safety lock updated to all",
    });
    await expect(call(operation, body, query)).rejects.toMatchObject({
      status: 409,
      message: expect.stringContaining("safety lock [all]"),
    });
    expect(await call("DescribeService")).toMatchObject({ Status: "Running", SafetyLock: "all" });
    await call("UpdateServiceSafetyLock", { Lock: "none" });
    expect(await call("DescribeService")).toMatchObject({ SafetyLock: "none" });
  });

  test("dangerous refuses to stop and to delete, nothing else, also after a restart", async () => {
    await become("Running");
    await call("UpdateServiceSafetyLock", { Lock: "dangerous" });
    await eas.reopen();
    for (const operation of ["StopService", "DeleteService"] as const)
      await expect(call(operation)).rejects.toMatchObject({ status: 409 });
    await expect(eas.call("DeleteGroup", { group: "together" }, {}, "CascadeDelete=true")).rejects.toMatchObject({
      status: 409,
    });
    await call("ScaleService", { Instance: 2 });
    await call("RestartService");
  });

  test.each([{}, { Lock: "some" }, { Lock: 1 }])("%j is no lock", async (body) => {
    await expect(call("UpdateServiceSafetyLock", body)).rejects.toMatchObject({
      status: 400,
      code: "InvalidParameter",
    });
  });
});
