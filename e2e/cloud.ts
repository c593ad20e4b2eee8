import OpenApiCore, * as openApi from "@alicloud/openapi-core";
import { RuntimeOptions } from "@darabonba/typescript";
import { expect } from "@playwright/test";
import OSS from "ali-oss";
import { type Entries, sampleWith, tensorFile } from "@/lib/models/testing";
import { createControlClient } from "@/lib/sandbox/control/client";
import type { FaultKind, FaultRequest } from "@/lib/sandbox/core/fault-kinds";
import { CLOUD, CONSOLE_URL } from "./settings";

/* The cloud from outside the console, by the vendor's own SDKs: what others did there before a story begins. */

/** `sldEnable` (address by name and path) is missing in the SDK's typings. */
interface OssOptions extends OSS.Options {
  sldEnable: boolean;
}

interface OssAddress {
  ports: { oss: number };
  accessKeyId: string;
  accessKeySecret: string;
}

export function oss(bucket?: string, { ports, accessKeyId, accessKeySecret }: OssAddress = CLOUD): OSS {
  const options: OssOptions = {
    region: `oss-${CLOUD.region}`,
    endpoint: `http://localhost:${ports.oss}`,
    sldEnable: true,
    authorizationV4: true,
    accessKeyId,
    accessKeySecret,
    bucket,
  };
  return new OSS(options);
}

/** What the story that runs has made in the cloud. */
const made = { buckets: new Set<string>(), services: new Set<string>() };

/** A bucket of one's own that admits uploads from the console. Gone again after the story. */
export async function createBucket(bucket: string): Promise<void> {
  await oss().putBucket(bucket);
  made.buckets.add(bucket);
  await oss().putBucketCORS(bucket, [
    {
      allowedOrigin: CONSOLE_URL,
      allowedMethod: ["GET", "PUT", "POST", "HEAD", "DELETE"],
      allowedHeader: "*",
      exposeHeader: ["ETag", "x-oss-request-id", "x-oss-hash-crc64ecma"],
      maxAgeSeconds: "600",
    },
  ]);
}

export async function putFiles(bucket: string, root: string, files: Entries): Promise<void> {
  const client = oss(bucket);
  await Promise.all(Object.entries(files).map(([path, bytes]) => client.put(`${root}${path}`, Buffer.from(bytes))));
}

/** Without what the console notes below a model root. */
export async function keysIn(bucket: string): Promise<string[]> {
  const names: string[] = [];
  let token: string | undefined;
  do {
    const page = await oss(bucket).listV2({ "max-keys": "1000", "continuation-token": token }, {});
    names.push(...(page.objects ?? []).map(({ name }) => name));
    token = page.nextContinuationToken;
  } while (token);
  return names.filter((name) => !name.includes("/.easel/")).sort();
}

/**
 * Removes the services of the story, those that the console made on its buckets included, and the buckets: an account has room
 * for 100. Goes on where it failed when it is called again.
 */
export async function leaveNothing(): Promise<void> {
  const { buckets, services } = made;
  if (buckets.size + services.size === 0) return;
  const { Services } = await callEas("ListServices", "GET", "");
  await Promise.all(
    (Services as { ServiceName: string }[]).map(async ({ ServiceName: name }) => {
      if (services.has(name) || (await mountsOneOf(buckets, name))) await removeService(name);
    }),
  );
  for (const bucket of buckets) {
    // Fails where something that is being ended has just written its last picture.
    await removeBucket(bucket);
    buckets.delete(bucket);
  }
  services.clear();
}

async function mountsOneOf(buckets: Set<string>, service: string): Promise<boolean> {
  const { ServiceConfig } = await unlessGone(callEas("DescribeService", "GET", `/${CLOUD.region}/${service}`));
  return [...buckets].some((bucket) => String(ServiceConfig).includes(`oss://${bucket}/`));
}

async function removeService(name: string): Promise<void> {
  await unlessGone(callEas("DeleteService", "DELETE", `/${CLOUD.region}/${name}`));
}

/** Nothing of a service that another story has removed by now. */
async function unlessGone(call: Promise<Record<string, unknown>>): Promise<Record<string, unknown>> {
  return await call.catch((error) => {
    if (error.statusCode === 404) return {};
    throw error;
  });
}

async function removeBucket(bucket: string): Promise<void> {
  const client = oss(bucket);
  const { uploads } = await client.listUploads({ "max-uploads": 1000 });
  for (const { name, uploadId } of uploads ?? []) await client.abortMultipartUpload(name, uploadId);
  for (;;) {
    const { objects } = await client.listV2({ "max-keys": "1000" }, {});
    if (!objects?.length) break;
    await client.deleteMulti(
      objects.map(({ name }) => name),
      { quiet: true },
    );
  }
  await client.deleteBucket(bucket);
}

/** The class is the default export of a CommonJS module: plain Node hands out the module around it. */
type ClientClass = typeof OpenApiCore;
const Client = ((OpenApiCore as unknown as { default?: ClientClass }).default ?? OpenApiCore) as ClientClass;
const { Config, Params, OpenApiRequest } = openApi.$OpenApiUtil;

async function callEas(action: string, method: string, path: string, body?: object): Promise<Record<string, unknown>> {
  const client = new Client(
    new Config({
      accessKeyId: CLOUD.accessKeyId,
      accessKeySecret: CLOUD.accessKeySecret,
      regionId: CLOUD.region,
      endpoint: `localhost:${CLOUD.ports.eas}`,
      protocol: "HTTP",
    }),
  );
  const params = new Params({
    action,
    version: "2021-07-01",
    protocol: "HTTP",
    pathname: `/api/v2/services${path}`,
    method,
    authType: "AK",
    style: "ROA",
    reqBodyType: "json",
    bodyType: "json",
  });
  const runtime = new RuntimeOptions({ readTimeout: 30_000, connectTimeout: 30_000 });
  const { body: reply } = await client.callApi(params, new OpenApiRequest({ body }), runtime);
  return reply;
}

const INSTANCE_TYPE = "ml.gu7i.c8m30.1-gu30";

interface ServiceOptions {
  name: string;
  bucket: string;
  /** Where the model lies in it. */
  root: string;
  func?: "base" | "controlnet";
  /** Beside `--use_blade`. */
  flags?: string;
  /** With the translation model. */
  translates?: boolean;
  /** With a queue before it. */
  isAsync?: boolean;
  /** The service group that it joins. */
  group?: string;
  /** Where it runs, instead of a machine of the public pool: keys of `metadata`, and `cloud` as a whole. */
  place?: { metadata?: object; cloud?: object };
}

/** A service as somebody else deploys it, past every check of the console. */
export async function createService({
  name,
  bucket,
  root,
  func = "base",
  flags = "",
  isAsync,
  group,
  place = {},
}: ServiceOptions): Promise<void> {
  made.services.add(name);
  await callEas("CreateService", "POST", "", {
    metadata: {
      name,
      instance: 1,
      ...(isAsync ? { type: "Async" } : {}),
      ...(group ? { group } : {}),
      rpc: { keepalive: 500_000, worker_threads: 1 },
      ...place.metadata,
    },
    ...(place.metadata && !place.cloud
      ? {}
      : { cloud: place.cloud ?? { computing: { instance_type: INSTANCE_TYPE } } }),
    containers: [
      {
        image:
          "eas-registry-vpc.cn-hangzhou.cr.aliyuncs.com/pai-eas/diffuser-inference:2.2.1-py38-cu113-unbuntu2004-blade-public",
        command:
          `python /home/pai/app.py --func_name ${func} --oss_save_dir oss://${bucket}/results/ --region hangzhou --use_blade ${flags}`.trim(),
        port: 8000,
      },
    ],
    storage: [
      { mount_path: "/oss", oss: { path: `oss://${bucket}/${root}`, readOnly: false } },
      { mount_path: "/result", oss: { path: `oss://${bucket}/results/`, readOnly: false } },
    ],
  });
}

/** As another tool made it, with keys that ours never write. */
export async function createForeign(name: string, config: object): Promise<void> {
  made.services.add(name);
  await callEas("CreateService", "POST", "", config);
}

/** A change that somebody makes in another place, merged into the configuration. */
export async function updateService(name: string, change: object): Promise<void> {
  await callEas("UpdateService", "PUT", `/${CLOUD.region}/${name}`, change);
}

/** Whether there are machines of the type that `createService` asks for. */
export async function setStock(available: boolean): Promise<void> {
  await createControlClient(CLOUD.ports.control).setStock(INSTANCE_TYPE, available);
}

/** So many stopped services, as an account has after years; gone again after the story. */
export async function withCrowd(prefix: string, count: number, story: () => Promise<void>): Promise<void> {
  const control = createControlClient(CLOUD.ports.control);
  await control.addCrowd(prefix, count);
  try {
    await story();
  } finally {
    await control.removeCrowd(prefix);
  }
}

/** Waits until the cloud says that the service is in this state. */
export async function untilService(name: string, state: string): Promise<void> {
  await expect
    .poll(async () => (await callEas("DescribeService", "GET", `/${CLOUD.region}/${name}`)).Status, { timeout: 60_000 })
    .toBe(state);
}

/** As small as one that the container loads may be. */
export const CONTROLNET: Entries = {
  "controlnet/config.json": JSON.stringify({ _class_name: "ControlNetModel", cross_attention_dim: 768 }),
  "controlnet/diffusion_pytorch_model.safetensors": tensorFile({ "controlnet_cond_embedding.conv_in.weight": [1] }),
};

const TRANSLATION: Entries = {
  "translate/configuration.json": JSON.stringify({ preprocessor: { src_lang: "zh", tgt_lang: "en" } }),
  "translate/tf_ckpts/ckpt-0.index": "index",
  "translate/tf_ckpts/ckpt-0.data-00000-of-00001": "data",
};

/** A service of the sample model that runs, with a bucket of its own. */
export async function runningService(
  name: string,
  options: Omit<Partial<ServiceOptions>, "name" | "bucket" | "root"> = {},
): Promise<{ bucket: string }> {
  const bucket = name.replaceAll("_", "-");
  await createBucket(bucket);
  await putFiles(bucket, "models/sample/", {
    ...sampleWith(),
    ...(options.func === "controlnet" && CONTROLNET),
    ...(options.translates && TRANSLATION),
  });
  const flags = options.translates ? "--use_translate" : options.flags;
  await createService({ ...options, flags, name, bucket, root: "models/sample/" });
  await untilService(name, "Running");
  return { bucket };
}

export const control = () => createControlClient(CLOUD.ports.control);

/** The queue of a service, as another client of it sees it. */
export async function foreignQueue(name: string) {
  const token = await tokenOf(name);
  const address = `http://localhost:${CLOUD.ports.gateway}/api/predict/${name}`;
  const headers = { authorization: token };
  return {
    async put(body: object): Promise<void> {
      const response = await fetch(address, { method: "POST", headers, body: JSON.stringify(body) });
      if (!response.ok) throw new Error(`put: ${response.status}`);
    },
    /** Texts of the answers that nobody has taken out. */
    async answers(): Promise<string[]> {
      const query = "_index_=0&_length_=100&_timeout_=0s&_raw_=false&_auto_delete_=false";
      const response = await fetch(`${address}/sink?${query}`, { headers });
      if (response.status === 204) return [];
      const list: { data: string }[] = await response.json();
      return list.map(({ data }) => Buffer.from(data, "base64").toString());
    },
  };
}

/** Trouble for one service only, so that no other story meets it. */
export function putFault(kind: FaultKind, service: string, parameters: Record<string, unknown> = {}) {
  return createControlClient(CLOUD.ports.control).add({ kind, parameters, scope: { service } } as FaultRequest);
}

export async function tokenOf(name: string): Promise<string> {
  return String((await callEas("DescribeServiceEndpoints", "GET", `/${CLOUD.region}/${name}/endpoints`)).AccessToken);
}
