import { afterEach, beforeEach, describe, expect, test } from "vitest";
import { serviceConfig } from "./testing";
import { type ManualCloud, openManualCloud } from "./testing-clock";

let eas: ManualCloud;
beforeEach(async () => {
  eas = await openManualCloud();
  const top = { labels: { a: "1", b: "2", "c,d": "3" }, token: "given-token" };
  await eas.call("CreateService", {}, serviceConfig("demo", { top }));
  await eas.running("demo");
});
afterEach(() => eas.close());

const labels = async (service = "demo") =>
  Object.fromEntries(
    ((await eas.call("DescribeService", { service })).Labels as { LabelKey: string; LabelValue: string }[]).map(
      ({ LabelKey, LabelValue }) => [LabelKey, LabelValue],
    ),
  );

describe("labels", () => {
  test("are put in and replaced by key", async () => {
    const reply = await eas.call("UpdateServiceLabel", { service: "demo" }, { Labels: { b: "two", 新: "值" } });
    expect(reply).toEqual({ Message: "Succeed to update service [demo] labels." });
    await eas.reopen();
    expect(await labels()).toEqual({ a: "1", b: "two", "c,d": "3", 新: "值" });
    expect(await eas.call("DescribeService", { service: "demo" })).toMatchObject({ LatestVersion: 1 });
  });

  test.each([
    ['LabelKeys=["a","c,d"]', { b: "2" }],
    ["Keys=a,b", { "c,d": "3" }],
    ['Keys=["c,d"]', { a: "1", b: "2" }],
    ['LabelKeys=["a"]&Keys=b', { "c,d": "3" }],
    ['LabelKeys=["none"]', { a: "1", b: "2", "c,d": "3" }],
  ])("are taken out by %s", async (query, left) => {
    const reply = await eas.call("DeleteServiceLabel", { service: "demo" }, {}, query);
    expect(reply).toEqual({ Message: "Succeed to delete service [demo] labels." });
    expect(await labels()).toEqual(left);
  });

  test("that were changed or taken out stay so when something else is updated", async () => {
    await eas.call("UpdateServiceLabel", { service: "demo" }, { Labels: { b: "two" } });
    await eas.call("DeleteServiceLabel", { service: "demo" }, {}, "Keys=a");
    await eas.call("UpdateService", { service: "demo" }, { metadata: { rpc: { rate_limit: 7 } } });
    expect(await labels()).toEqual({ b: "two", "c,d": "3" });
    await eas.call("CloneService", { service: "demo" }, { name: "copy" });
    expect(await labels("copy")).toEqual({ b: "two", "c,d": "3" });
    const { ServiceConfig } = await eas.call("DescribeService", { service: "demo" });
    expect(JSON.parse(String(ServiceConfig)).labels).toEqual({ b: "two", "c,d": "3" });
  });

  test.each(["", "LabelKeys=a", "LabelKeys=[1]", "Keys=["])("?%s is refused", async (query) => {
    await expect(eas.call("DeleteServiceLabel", { service: "demo" }, {}, query)).rejects.toMatchObject({ status: 400 });
  });

  test.each([{}, { Labels: {} }, { Labels: [] }, { Labels: { a: 1 } }])("%j is refused", async (body) => {
    await expect(eas.call("UpdateServiceLabel", { service: "demo" }, body)).rejects.toMatchObject({ status: 400 });
  });
});

describe("a clone", () => {
  const clone = (body: unknown, query = "") => eas.call("CloneService", { service: "demo" }, body, query);

  test("has its own name and token and the rest of its source, but for what is overridden", async () => {
    const reply = await clone(
      {
        metadata: { name: "copy", instance: 2 },
        containers: [{ ...serviceConfig("x").containers[0], command: "other" }],
      },
      `Labels=${JSON.stringify({ b: "cloned" })}`,
    );
    expect(reply).toEqual({
      ServiceId: expect.stringMatching(/^eas-m-/),
      ServiceName: "copy",
      Status: "Cloning",
      InternetEndpoint: "http://localhost:1/api/predict/copy",
      IntranetEndpoint: "http://127.0.0.1:1/api/predict/copy",
    });
    expect(await eas.status("copy")).toBe("Cloning");
    await eas.running("copy", 2);
    const copy = await eas.call("DescribeService", { service: "copy" });
    expect(copy).toMatchObject({ CurrentVersion: 1, LatestVersion: 1 });
    expect(copy.AccessToken).not.toBe("given-token");
    expect(JSON.parse(String(copy.ServiceConfig))).toMatchObject({
      name: "copy",
      metadata: { name: "copy", instance: 2, rpc: { keepalive: 500000 } },
      containers: [{ command: "other" }],
      storage: serviceConfig("demo").storage,
    });
    expect(await labels("copy")).toEqual({ a: "1", b: "cloned", "c,d": "3" });
    expect(await eas.status("demo")).toBe("Running");
  });

  test("may be named in the legacy place", async () => {
    expect(await clone({ name: "copy" })).toMatchObject({ ServiceName: "copy" });
  });

  test("goes on after a restart", async () => {
    await clone({ name: "copy" });
    await eas.reopen();
    await eas.running("copy");
  });

  test.each([
    [{}, /metadata\.name is required/],
    [{ name: "demo" }, /already exists/],
    [{ name: "Copy" }, /metadata\.name \[Copy\]/],
    [{ name: "copy", metadata: { cpu: 99 } }, /metadata\.cpu \[99\]/],
  ])("%j is refused", async (body, message) => {
    await expect(clone(body)).rejects.toMatchObject({ status: 400, message: expect.stringMatching(message) });
  });
});
