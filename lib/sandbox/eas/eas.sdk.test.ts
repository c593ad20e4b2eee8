import * as openApi from "@alicloud/openapi-core";
import { RuntimeOptions } from "@darabonba/typescript";
import { afterEach, expect, test } from "vitest";
import { ACCOUNT, REGION, serviceConfig, startTestCloud, type TestCloud } from "./fixtures";

/* The official runtime, called by hand: nothing of our own client's (reference: eas-openapi.md §4). */

type OpenApiClient = import("@alicloud/openapi-core").default;
type Constructor = new (config: openApi.$OpenApiUtil.Config) => OpenApiClient;

/** CommonJS: the class is the default export, or its `default`, by who loads it. */
const exported: unknown = openApi.default;
const Client = (typeof exported === "function" ? exported : (exported as { default: unknown }).default) as Constructor;

interface SdkCall {
  action: string;
  method: string;
  path: string;
  query?: Record<string, string>;
  body?: unknown;
  headers?: Record<string, string>;
  version?: string;
}

interface SdkOptions {
  accessKeyId?: string;
  accessKeySecret?: string;
  securityToken?: string;
  signatureAlgorithm?: string;
}

type Sdk = (call: SdkCall) => Promise<{ statusCode: number; body: Record<string, unknown> }>;

function createSdk(port: number, options: SdkOptions = {}): Sdk {
  const client = new Client(
    new openApi.$OpenApiUtil.Config({
      accessKeyId: ACCOUNT.accessKeyId,
      accessKeySecret: ACCOUNT.accessKeySecret,
      regionId: REGION,
      endpoint: `localhost:${port}`,
      protocol: "HTTP",
      ...options,
    }),
  );
  return async ({ action, method, path, query, body, headers, version = "2021-07-01" }) => {
    const reply = await client.callApi(
      new openApi.$OpenApiUtil.Params({
        action,
        version,
        protocol: "HTTP",
        pathname: path,
        method,
        authType: "AK",
        style: "ROA",
        reqBodyType: "json",
        bodyType: "json",
      }),
      new openApi.$OpenApiUtil.OpenApiRequest({ query, body, headers }),
      new RuntimeOptions({ readTimeout: 30_000, connectTimeout: 30_000 }),
    );
    return reply as { statusCode: number; body: Record<string, unknown> };
  };
}

let cloud: TestCloud;
let sdk: Sdk;
afterEach(() => cloud.close());

test("create → Running → predict", async () => {
  cloud = await startTestCloud();
  sdk = createSdk(cloud.easPort);
  const created = await sdk({
    action: "CreateService",
    method: "POST",
    path: "/api/v2/services",
    body: serviceConfig("first_one"),
  });
  expect(created.body).toMatchObject({ ServiceName: "first_one", Status: "Creating" });
  await expect
    .poll(async () => {
      const { body } = await sdk({
        action: "DescribeService",
        method: "GET",
        path: "/api/v2/services/cn-hangzhou/first_one",
      });
      return body.Status;
    })
    .toBe("Running");
  const { body } = await sdk({
    action: "DescribeService",
    method: "GET",
    path: "/api/v2/services/cn-hangzhou/first_one",
  });
  const answer = await fetch(String(body.InternetEndpoint), {
    method: "POST",
    headers: { authorization: String(body.AccessToken) },
    body: "{}",
  });
  expect(await answer.json()).toEqual({ method: "POST", url: "/", body: "{}" });
});
