import * as openApi from "@alicloud/openapi-core";
import { RuntimeOptions } from "@darabonba/typescript";
import { ACCOUNT, REGION } from "./testing";

/* The official runtime, called by hand: nothing of our own client's (reference: eas-openapi.md §4). */

type OpenApiClient = import("@alicloud/openapi-core").default;
type Constructor = new (config: openApi.$OpenApiUtil.Config) => OpenApiClient;

/** CommonJS: the class is the default export, or its `default`, by who loads it. */
const exported: unknown = openApi.default;
const Client = (typeof exported === "function" ? exported : (exported as { default: unknown }).default) as Constructor;

export interface SdkCall {
  action: string;
  method: string;
  path: string;
  query?: Record<string, string>;
  body?: unknown;
  headers?: Record<string, string>;
  version?: string;
}

export interface SdkOptions {
  accessKeyId?: string;
  accessKeySecret?: string;
  securityToken?: string;
  signatureAlgorithm?: string;
}

export type Sdk = (call: SdkCall) => Promise<{ statusCode: number; body: Record<string, unknown> }>;

export function createSdk(port: number, options: SdkOptions = {}): Sdk {
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

export const SERVICES = "/api/v2/services";

/** The path of a service, or of something that belongs to it. */
export const at = (name: string, tail = "") => `${SERVICES}/${REGION}/${name}${tail}`;

export type Rows = Record<string, unknown>[];
