import { afterEach, beforeEach, expect, test } from "vitest";
import type { ContainerRequest } from "@/lib/sandbox/core/types";
import { REGION, serviceConfig, startTestCloud, type TestCloud } from "@/lib/sandbox/eas/testing";
import { at, createSdk, type Sdk, SERVICES } from "@/lib/sandbox/eas/testing-sdk";

let cloud: TestCloud;
let sdk: Sdk;
let seen: ContainerRequest[];

beforeEach(async () => {
  seen = [];
  cloud = await startTestCloud();
  cloud.containers.handle = async (request) => {
    seen.push(request);
    return { status: 200, headers: {}, body: Buffer.from("done") };
  };
  sdk = createSdk(cloud.easPort);
  for (const name of ["foo", "foo2", "foo3"]) {
    await sdk({ action: "CreateService", method: "POST", path: SERVICES, body: serviceConfig(name) });
    const service = cloud.cloud.services.get(name);
    await expect.poll(() => service && cloud.cloud.lifeCycle.upstreams(service).length).toBe(1);
  }
});
afterEach(() => cloud.close());

const METHODS = { Create: "POST", Update: "PUT", Describe: "GET", Delete: "DELETE" } as const;
const mirror = async (verb: keyof typeof METHODS, body?: unknown, service = "foo") =>
  (await sdk({ action: `${verb}ServiceMirror`, method: METHODS[verb], path: at(service, "/mirror"), body })).body;
const predict = (service = "foo", tail = "") =>
  fetch(`http://localhost:${cloud.gatewayPort}/api/predict/${service}${tail}`, {
    method: "POST",
    headers: { authorization: cloud.cloud.services.get(service)?.token ?? "", "x-own": "1" },
    body: "hello",
  });
const copies = () => seen.filter(({ headers }) => "x-eas-mirrored-from" in headers);

test("tells its values as texts, and what it does in the vendor's words", async () => {
  expect((await mirror("Create", { Ratio: 50, Target: ["foo2", "foo3"] })).Message).toBe(
    `Traffic mirroring is ON for service [foo] in region [${REGION}], ratio [50%]`,
  );
  expect(await mirror("Describe")).toEqual({
    RequestId: expect.any(String),
    ServiceName: "foo",
    Ratio: "50",
    Target: "foo2,foo3",
  });
  expect((await mirror("Update", { Ratio: 70, Target: ["foo2"] })).Message).toBe(
    `Traffic mirroring is updating for service [foo] in region [${REGION}], ratio [70%]`,
  );
  expect((await mirror("Delete")).Message).toBe(
    `Traffic mirroring is OFF for service [foo] in region [${REGION}], ratio [70%]`,
  );
  await expect(mirror("Describe")).rejects.toMatchObject({ statusCode: 404, code: "InvalidMirror.NotFound" });
});

test("copies really arrive: the share that was asked for, unchanged, at every target", async () => {
  await mirror("Create", { Ratio: 50, Target: ["foo2", "foo3"] });
  for (let n = 0; n < 4; n++) expect(await (await predict("foo", "/sub/path?a=1")).text()).toBe("done");
  await expect.poll(() => copies().length).toBe(4);
  expect(seen).toHaveLength(8);
  for (const copy of copies()) {
    expect(copy).toMatchObject({ method: "POST", url: "/sub/path?a=1" });
    expect(copy.headers).toMatchObject({ "x-own": "1", "x-eas-mirrored-from": "foo" });
    expect(Buffer.from(copy.body).toString()).toBe("hello");
  }
});

test("services that mirror each other do not send copies in a circle", async () => {
  await mirror("Create", { Ratio: 100, Target: ["foo2"] });
  await mirror("Create", { Ratio: 100, Target: ["foo"] }, "foo2");
  await predict("foo");
  await predict("foo2");
  await expect.poll(() => copies().length).toBe(2);
  await predict("foo3");
  expect(seen).toHaveLength(5);
});

test("a share of 0 copies nothing, a deleted mirror neither", async () => {
  await mirror("Create", { Ratio: 0, Target: ["foo2"] });
  await predict();
  await mirror("Update", { Ratio: 100, Target: ["foo2"] });
  await predict();
  await expect.poll(() => copies().length).toBe(1);
  await mirror("Delete");
  await predict();
  expect(seen).toHaveLength(4);
});

test.each([
  ["a share above 100", { Ratio: 101, Target: ["foo2"] }, /Ratio/],
  ["no share", { Target: ["foo2"] }, /Ratio/],
  ["no target", { Ratio: 10, Target: [] }, /Target/],
  ["a target that is not there", { Ratio: 10, Target: ["bar"] }, /bar/],
  ["the service itself", { Ratio: 10, Target: ["foo"] }, /itself/],
])("refuses %s", async (_, body, message) => {
  await expect(mirror("Create", body)).rejects.toMatchObject({
    statusCode: 400,
    code: "InvalidParameter",
    data: { Message: expect.stringMatching(message) },
  });
});
