import { afterEach, beforeEach, describe, expect, test } from "vitest";
import { findInstanceType } from "@/lib/sandbox/eas/instance-types";
import { ACCOUNT, REGION, serviceConfig } from "@/lib/sandbox/eas/testing";
import { type ManualCloud, openManualCloud, type Row } from "@/lib/sandbox/eas/testing-clock";
import { spotDiscount, spotHistory } from "./spot";

let world: ManualCloud;

beforeEach(async () => {
  world = await openManualCloud();
});
afterEach(() => world.close());

describe("machines", () => {
  const specs = async (query = "") => await world.call("DescribeMachineSpec", {}, {}, query);
  const metas = async (query = "") => (await specs(query)).InstanceMetas as Row[];

  test("discounts are numbers for machines that can be bid for, and absent for others", async () => {
    const [spot, fixed, cpu] = await metas("InstanceTypes=ecs.gn7i-c8g1.2xlarge,ml.gu7i.c8m30.1-gu30,ecs.r7.large");
    const byName = new Map([spot, fixed, cpu].map((meta) => [meta?.InstanceType, meta]));
    expect(byName.get("ecs.gn7i-c8g1.2xlarge")).toMatchObject({
      SpotDiscount: expect.any(Number),
      NonProtectSpotDiscount: expect.any(Number),
    });
    for (const name of ["ml.gu7i.c8m30.1-gu30", "ecs.r7.large"])
      expect(byName.get(name)).not.toHaveProperty("SpotDiscount");
  });

  test("dedicated resources have neither discounts nor cores at will", async () => {
    expect((await specs("ResourceType=Dedicated")).Types).toEqual([]);
    expect((await metas("ResourceType=Dedicated")).every((meta) => !("SpotDiscount" in meta))).toBe(true);
  });

  test.each(["ChargeType=Later", "ResourceType=Somebody"])("refuses %s", async (query) => {
    await expect(specs(query)).rejects.toMatchObject({ code: "InvalidParameter" });
  });

  test("the history of a day: text, newest first, the protected discount unless told", async () => {
    const history = async (query: string) =>
      (await world.call("DescribeSpotDiscountHistory", {}, {}, query)).SpotDiscounts as Row[];
    const rows = await history("InstanceType=ecs.gn7i-c8g1.2xlarge");
    expect(rows).toHaveLength(48);
    expect(rows[0]).toEqual({
      InstanceType: "ecs.gn7i-c8g1.2xlarge",
      SpotDiscount: expect.stringMatching(/^0\.\d+$/),
      Timestamp: "2026-01-02T03:00:00Z",
      ZoneId: `${REGION}-b`,
    });
    const [taken] = await history("InstanceType=ecs.gn7i-c8g1.2xlarge&IsProtect=false");
    expect(Number(taken?.SpotDiscount)).toBeLessThan(Number(rows[0]?.SpotDiscount));
    expect(await history("InstanceType=ml.gu7i.c8m30.1-gu30")).toEqual([]);
    await expect(history("")).rejects.toMatchObject({ message: expect.stringMatching(/InstanceType/) });
    await expect(history("InstanceType=none")).rejects.toMatchObject({ code: "InvalidParameter" });
  });

  test("a discount is the same within the hour", () => {
    const type = findInstanceType("ecs.gn7i-c8g1.2xlarge");
    if (!type) throw new Error("no such type");
    expect(spotDiscount(type, 7_200_000)).toEqual(spotDiscount(type, 7_200_000 + 3_599_999));
    const seen = spotHistory(type.name, ["a"], 0).map(({ discount }) => discount.unprotected);
    expect(new Set(seen).size).toBeGreaterThan(1);
    for (const discount of seen) expect(discount).toBeGreaterThan(0);
  });
});

describe("what the account has not bought", () => {
  test.each([
    ["ListResources", "Resources", "&ResourceType=SelfManaged"],
    ["ListGateway", "Gateways", ""],
  ] as const)("%s is an empty page", async (operation, key, kind) => {
    expect(await world.call(operation, {}, {}, `PageSize=5&Order=Desc${kind}`)).toEqual({
      [key]: [],
      PageNumber: 1,
      PageSize: 5,
      TotalCount: 0,
    });
  });

  test.each([
    ["DescribeResource", { resource: "eas-r-1" }, "InvalidResource.NotFound"],
    ["ListResourceServices", { resource: "eas-r-1" }, "InvalidResource.NotFound"],
    ["DescribeGateway", { gateway: "gw-1" }, "InvalidGateway.NotFound"],
  ] as const)("%s finds nothing", async (operation, params, code) => {
    await expect(async () => world.call(operation, params)).rejects.toMatchObject({ status: 404, code });
  });
});

describe("DescribeServiceSignedUrl", () => {
  const signed = async (service: string, query = "") =>
    new URL(String((await world.call("DescribeServiceSignedUrl", { service }, {}, query)).SignedUrl));

  test("is the vendor's page of a web application, for a time", async () => {
    await world.call("CreateService", {}, serviceConfig("my_page", { metadata: { enable_webservice: true } }));
    const url = await signed("my_page", "Type=webview&Expire=3600");
    expect(url.origin).toBe(`https://my-page-${ACCOUNT.uid}.console.${REGION}.eas.pai-ml.com`);
    expect(url.searchParams.get("expire")).toBe(String(Math.floor(world.clock.now() / 1000) + 3600));
    expect(url.searchParams.get("signature")).toMatch(/^[\w-]{27}$/);
    expect((await signed("my_page", "Internal=true")).hostname).not.toBe(url.hostname);
  });

  test("a service without a page has monitoring only", async () => {
    await world.call("CreateService", {}, serviceConfig("plain"));
    await expect(signed("plain")).rejects.toMatchObject({ message: expect.stringMatching(/enable_webservice/) });
    expect((await signed("plain", "Type=monitor")).pathname).toBe("/monitor");
    await expect(signed("plain", "Type=other")).rejects.toMatchObject({ code: "InvalidParameter" });
  });
});

describe("workspaces and images", () => {
  const count = async (operation: "ListWorkspaces" | "ListImages", query: string) =>
    (await world.call(operation, {}, {}, query)).TotalCount;

  test.each([
    ["ListWorkspaces", "Status=ENABLED&Option=GetWorkspaces&ModuleList=PAI&SortBy=GmtCreateTime&Order=ASC", 1],
    ["ListWorkspaces", "Status=FROZEN", 0],
    ["ListWorkspaces", "WorkspaceName=default", 1],
    ["ListWorkspaces", "WorkspaceName=other", 0],
    ["ListWorkspaces", "WorkspaceIds=1,2", 0],
    ["ListImages", "Labels=system.official=true,system.supported.eas=true", 1],
    ["ListImages", "Labels=system.chipType=CPU", 0],
    ["ListImages", "Name=diffuser", 1],
    ["ListImages", "Query=BLADE", 1],
    ["ListImages", "Query=comfy", 0],
    ["ListImages", "Accessibility=PUBLIC&SortBy=Name&Order=DESC&WorkspaceId=1", 1],
    ["ListImages", "Accessibility=PRIVATE", 0],
  ] as const)("%s %s", async (operation, query, expected) => {
    expect(await count(operation, query)).toBe(expected);
  });

  test.each([
    ["ListWorkspaces", "Status=Open"],
    ["ListWorkspaces", "SortBy=Colour"],
    ["ListImages", "Accessibility=SECRET"],
    ["ListImages", "Verbose=perhaps"],
  ] as const)("%s refuses %s", async (operation, query) => {
    await expect(async () => count(operation, query)).rejects.toMatchObject({ code: "InvalidParameter" });
  });

  test("labels are told when asked for", async () => {
    const image = async (query: string) => ((await world.call("ListImages", {}, {}, query)).Images as Row[])[0];
    expect((await image("Verbose=true"))?.Labels).toContainEqual({ Key: "system.chipType", Value: "GPU" });
    expect((await image(""))?.Labels).toBeUndefined();
  });
});
