import { afterEach, beforeEach, expect, test } from "vitest";
import { OWN_GROUP } from "@/lib/sandbox/eas/own-group";
import { REGION, serviceConfig, startTestCloud, type TestCloud } from "@/lib/sandbox/eas/testing";
import { at, createSdk, type Rows, type Sdk, SERVICES } from "@/lib/sandbox/eas/testing-sdk";

let cloud: TestCloud;
let sdk: Sdk;

beforeEach(async () => {
  cloud = await startTestCloud();
  sdk = createSdk(cloud.easPort);
});
afterEach(() => cloud.close());

const get = async (action: string, path: string, query?: Record<string, string>) =>
  (await sdk({ action, method: "GET", path, query })).body;

test("DescribeMachineSpec and DescribeSpotDiscountHistory agree on the kinds of their numbers", async () => {
  const specs = await get("DescribeMachineSpec", "/api/v2/public/instance_types", {
    ChargeType: "PostPaid",
    ResourceType: "Public",
    InstanceTypes: "ecs.gn7i-c8g1.2xlarge",
  });
  expect(specs.InstanceMetas).toMatchObject([{ SpotDiscount: expect.any(Number) }]);
  const history = await get("DescribeSpotDiscountHistory", "/api/v2/public/spot_discount", {
    InstanceType: "ecs.gn7i-c8g1.2xlarge",
    IsProtect: "true",
  });
  expect((history.SpotDiscounts as Rows)[0]).toMatchObject({ SpotDiscount: expect.any(String) });
});

test("ListResources, DescribeResource, ListResourceServices", async () => {
  expect(await get("ListResources", "/api/v2/resources", { UsageMode: "inference", Order: "Asc" })).toMatchObject({
    Resources: [{ ResourceId: OWN_GROUP.id, Status: "ResourceReady", CpuCount: 14, GpuCount: 2, ServiceCount: 0 }],
    TotalCount: 1,
  });
  expect(await get("ListResources", "/api/v2/resources", { ResourceId: "eas-r-abc" })).toMatchObject({ Resources: [] });
  expect(await get("DescribeResource", `/api/v2/resources/${REGION}/${OWN_GROUP.id}`)).toMatchObject({
    ResourceName: OWN_GROUP.name,
    ServiceCount: "0",
    ExtraData: "{}",
  });
  expect(await get("ListResourceServices", `/api/v2/resources/${REGION}/${OWN_GROUP.id}/services`)).toMatchObject({
    Services: [],
    TotalCount: 0,
  });
  for (const [action, tail] of [
    ["DescribeResource", ""],
    ["ListResourceServices", "/services"],
  ] as const)
    await expect(get(action, `/api/v2/resources/${REGION}/eas-r-abc${tail}`)).rejects.toMatchObject({
      statusCode: 404,
      code: "InvalidResource.NotFound",
    });
});

test("ListGateway, DescribeGateway", async () => {
  expect(await get("ListGateway", "/api/v2/gateways", { Status: "Running", Label: "{}" })).toMatchObject({
    Gateways: [],
    TotalCount: 0,
  });
  await expect(get("DescribeGateway", `/api/v2/gateways/${REGION}/gw-abc`)).rejects.toMatchObject({
    statusCode: 404,
    code: "InvalidGateway.NotFound",
  });
});

test("DescribeServiceSignedUrl", async () => {
  await sdk({
    action: "CreateService",
    method: "POST",
    path: SERVICES,
    body: serviceConfig("foo", { metadata: { enable_webservice: true } }),
  });
  const { SignedUrl } = await get("DescribeServiceSignedUrl", at("foo", "/signed_url"), {
    Type: "webview",
    Expire: "43200",
    Internal: "false",
  });
  expect(SignedUrl).toMatch(/^https:\/\/foo-\d{16}\.console\.cn-hangzhou\.eas\.pai-ml\.com\?expire=\d+&signature=/);
});
