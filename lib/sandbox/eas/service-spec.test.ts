import { describe, expect, test } from "vitest";
import { pullFailure } from "./images";
import { mergeJson, nestDottedKeys } from "./json-path";
import { choosePlace } from "./place";
import type { InstanceRecord } from "./records";
import { acceptConfig, completeConfig, parseConfigText, readServiceSpec } from "./service-spec";
import { rollingLimits } from "./spec/rolling";
import { IMAGE, serviceConfig } from "./testing";

const read = (config: unknown) => readServiceSpec(parseConfigText(Buffer.from(JSON.stringify(config))));
const config = (change?: Parameters<typeof serviceConfig>[1]) => serviceConfig("demo", change);

describe("what is read", () => {
  test("the reference configuration of the diffusers service", () => {
    const spec = read({
      cloud: { computing: { instance_type: "ml.gu7i.c8m30.1-gu30" } },
      containers: [{ command: "python /home/pai/app.py  --func_name base", image: IMAGE }],
      features: { "eas.aliyun.com/extra-ephemeral-storage": "100Gi" },
      metadata: {
        cpu: 8,
        gpu: 1,
        instance: 1,
        memory: 30000,
        name: "diffuser_base_ch_async",
        rpc: { keepalive: 500000 },
        type: "Async",
      },
      name: "diffuser_base_ch_async",
      storage: [
        { mount_path: "/oss", oss: { path: "oss://bucket/prefix/base/" } },
        { mount_path: "/result", oss: { path: "oss://bucket/prefix" } },
      ],
    });
    expect(spec).toMatchObject({
      name: "diffuser_base_ch_async",
      instances: 1,
      workspaceId: undefined,
      instanceTypes: ["ml.gu7i.c8m30.1-gu30"],
      cpu: 8,
      memoryMb: 30000,
      gpu: 1,
      isAsync: true,
      image: IMAGE,
      command: "python /home/pai/app.py  --func_name base",
      port: 8000,
      env: {},
      ossMounts: [
        { mountPath: "/oss", bucket: "bucket", prefix: "prefix/base/", readOnly: false, endpoint: undefined },
        { mountPath: "/result", bucket: "bucket", prefix: "prefix/", readOnly: false, endpoint: undefined },
      ],
      otherMounts: [],
      rpc: { keepaliveMs: 500000, workerThreads: 5, maxQueueSize: 64, rateLimit: 0 },
      labels: {},
      token: undefined,
    });
  });

  test("dotted keys inside their parent", () => {
    const spec = read(config({ metadata: { rpc: undefined, "rpc.keepalive": 7, "rpc.worker_threads": 1 } }));
    expect(spec.rpc).toMatchObject({ keepaliveMs: 7, workerThreads: 1 });
  });

  test("the legacy place of the name, and metadata.name before it", () => {
    expect(read({ ...config({ metadata: { name: undefined } }), name: "old_place" }).name).toBe("old_place");
    expect(read({ ...config(), name: "other" }).name).toBe("demo");
  });

  test("unknown keys and wrongly cased ones are ignored", () => {
    expect(read({ ...config({ metadata: { Instance: 9, nonsense: {} } }), Nonsense: 1 }).instances).toBe(1);
  });

  test("arguments follow the command; a script is run by a shell", () => {
    const withArgs = { command: "python a.py", args: ["--x", "1"] };
    expect(read(config({ container: withArgs })).command).toBe("python a.py --x 1");
    const withScript = { command: undefined, script: "cd /a; python a.py" };
    expect(read(config({ container: withScript })).command).toBe("/bin/sh -c 'cd /a; python a.py'");
  });

  test("without an instance type cores and memory do", () => {
    expect(read(config({ top: { cloud: undefined }, metadata: { cpu: 2, memory: 4000 } }))).toMatchObject({
      instanceTypes: [],
      gpu: 0,
    });
  });

  test("what EAS fills in", () => {
    const given = parseConfigText(Buffer.from(JSON.stringify(config({ metadata: { instance: undefined } }))));
    expect(completeConfig(given, readServiceSpec(given))).toMatchObject({
      name: "demo",
      metadata: { name: "demo", instance: 1 },
    });
  });
});

describe("what is refused, by the name of the field", () => {
  const storage = (...entries: object[]) => config({ top: { storage: entries } });
  const oss = (mount_path: string, path = "oss://models/") => ({ mount_path, oss: { path } });
  test.each([
    ["no metadata", { containers: [] }, /^metadata is required/],
    ["no name", config({ metadata: { name: undefined } }), /^metadata\.name is required/],
    ["a hyphen in the name", config({ metadata: { name: "a-b-c" } }), /^metadata\.name \[a-b-c\]/],
    ["capitals in the name", config({ metadata: { name: "Demo" } }), /^metadata\.name/],
    ["a name of two characters", config({ metadata: { name: "ab" } }), /^metadata\.name/],
    ["a name of 64 characters", config({ metadata: { name: "a".repeat(64) } }), /^metadata\.name/],
    ["replicas as text", config({ metadata: { instance: "1" } }), /^metadata\.instance must be a number/],
    ["half a replica", config({ metadata: { instance: 0.5 } }), /^metadata\.instance/],
    ["fewer than no replicas", config({ metadata: { instance: -1 } }), /^metadata\.instance/],
    ["more cores than there are", config({ metadata: { cpu: 9 } }), /^metadata\.cpu \[9\] exceeds/],
    ["more memory than there is", config({ metadata: { memory: 40000 } }), /^metadata\.memory/],
    ["more cards than there are", config({ metadata: { gpu: 2 } }), /^metadata\.gpu/],
    [
      "a resource group that is not there",
      config({ metadata: { resource: "eas-r-1" }, top: { cloud: undefined } }),
      /^metadata\.resource \[eas-r-1\] is not found/,
    ],
    [
      "a resource group beside an instance type",
      config({ metadata: { resource: "eas-r-1" } }),
      /^cloud\.computing and metadata\.resource are mutually exclusive/,
    ],
    ["no instance type", config({ top: { cloud: {} } }), /^cloud\.computing\.instance_type/],
    [
      "an unknown instance type",
      config({ top: { cloud: { computing: { instance_type: "ml.none" } } } }),
      /^cloud\.computing\.instance_type \[ml\.none\]/,
    ],
    ["no containers", config({ top: { containers: undefined } }), /^containers is required/],
    ["no image", config({ container: { image: "" } }), /^containers\[0\]\.image is required/],
    ["command and script", config({ container: { script: "x" } }), /^containers\[0\]\.command and/],
    ["a port out of range", config({ container: { port: 70000 } }), /^containers\[0\]\.port/],
    [
      "a number in the environment",
      config({ container: { env: [{ name: "A", value: 1 }] } }),
      /^containers\[0\]\.env\[0\]/,
    ],
    ["keepalive of nothing", config({ metadata: { rpc: { keepalive: 0 } } }), /^metadata\.rpc\.keepalive/],
    ["a relative mount path", storage(oss("oss")), /^storage\[0\]\.mount_path/],
    ["a system folder", storage(oss("/usr/")), /^storage\[0\]\.mount_path \[\/usr\]/],
    ["overlapping mounts", storage(oss("/oss"), oss("/oss/result")), /^storage\[1\]\.mount_path/],
    ["the same mount twice", storage(oss("/oss"), oss("/oss/")), /^storage\[1\]\.mount_path/],
    ["a path that is no OSS path", storage(oss("/oss", "models/base")), /^storage\[0\]\.oss\.path/],
    ["a mount without a source", storage({ mount_path: "/oss" }), /^storage\[0\] must name one source/],
    ["labels that are no map", config({ top: { labels: [] } }), /^labels must be a JSON map/],
  ])("%s", (_, value, message) => {
    expect(() => read(value)).toThrow(
      expect.objectContaining({ code: "InvalidParameter", message: expect.stringMatching(message) }),
    );
  });

  test.each(["", "{", "[]", '"text"', "null"])("a body that is no JSON object: %s", (text) => {
    expect(() => parseConfigText(Buffer.from(text))).toThrow(/JSON/);
  });

  test.each([
    ["objects", `${'{"x":'.repeat(200)}1${"}".repeat(200)}`],
    ["arrays", `{"x":${"[".repeat(100_000)}${"]".repeat(100_000)}}`],
    ["dotted keys", `{"metadata":{"${"a.".repeat(100_000)}b":1,"${"a.".repeat(100_000)}c":1}}`],
  ])("a body nested beyond all use, by %s", (_, text) => {
    expect(() => parseConfigText(Buffer.from(text))).toThrow("not valid JSON");
  });

  test("neighbours that only share the beginning do not overlap", () => {
    expect(read(storage(oss("/oss"), oss("/oss2"))).ossMounts).toHaveLength(2);
  });
});

/** With the rules for what is new. */
const accept = (value: unknown) => acceptConfig(parseConfigText(Buffer.from(JSON.stringify(value))));

describe("what a new configuration must keep to besides", () => {
  const vpc = { vpc_id: "vpc-1", vswitch_id: "vsw-1", security_group_id: "sg-1" };
  const computing = (value: object) => config({ top: { cloud: { computing: value } } });
  const networked = (networking: object, cloud?: object) =>
    config({ top: { networking, cloud: { ...config().cloud, networking: cloud } } });
  const mount = (entry: object) => config({ top: { storage: [{ mount_path: "/data", ...entry }] } });
  const type = "ml.gu7i.c8m30.1-gu30";
  test.each([
    [
      "two sources of a mount",
      mount({ oss: { path: "oss://models/" }, empty_dir: {} }),
      /^storage\[0\] must name exactly one/,
    ],
    ["a NAS without a server", mount({ nfs: { path: "/" } }), /^storage\[0\]\.nfs\.server is required/],
    ["a repository that is not https", mount({ git: { repo: "git@host:a.git" } }), /^storage\[0\]\.git\.repo/],
    ["a dataset without an id", mount({ dataset: {} }), /^storage\[0\]\.dataset\.id is required/],
    ["a text as read_only", mount({ dataset: { id: "d-1", read_only: "true" } }), /^storage\[0\]\.dataset\.read_only/],
    ["a quota beside an instance type", config({ metadata: { quota_id: "q-1" } }), /mutually exclusive/],
    ["a quota that is not there", config({ metadata: { quota_id: "q-1" }, top: { cloud: {} } }), /^metadata\.quota_id/],
    ["a shared card", config({ metadata: { gpu_memory: 8 } }), /^metadata\.gpu_memory/],
    [
      "a share of a card beyond 100",
      config({ metadata: { gpu_core_percentage: 101 } }),
      /^metadata\.gpu_core_percentage/,
    ],
    ["a disk without a unit", config({ metadata: { disk: "40" } }), /^metadata\.disk \[40\]/],
    ["a disk as a number", config({ metadata: { disk: 40 } }), /^metadata\.disk/],
    ["a disk beyond what is sold", config({ metadata: { disk: "2001Gi" } }), /^metadata\.disk/],
    [
      "extra storage without a unit",
      config({ top: { features: { "eas.aliyun.com/extra-ephemeral-storage": "lots" } } }),
      /^features\.eas\.aliyun\.com\/extra-ephemeral-storage/,
    ],
    ["a free bid", computing({ instances: [{ type, spot_price_limit: 0 }] }), /spot_price_limit/],
    ["a bid as text", computing({ instances: [{ type, spot_price_limit: "2" }] }), /spot_price_limit must be a number/],
    ["a capacity of some", computing({ instances: [{ type, capacity: "some" }] }), /capacity \[some\]/],
    [
      "an alternative too small",
      computing({ instances: [{ type }, { type: "ecs.r7.large" }] }),
      /^metadata\.cpu \[4\] exceeds/,
      { cpu: 4 },
    ],
    [
      "protection as text",
      computing({ instance_type: type, disable_spot_protection_period: "no" }),
      /must be a boolean/,
    ],
    ["half a network", networked({}, { vpc_id: "vpc-1" }), /^cloud\.networking needs/],
    ["a gateway without a network", networked({ gateway: "gw-1" }), /^networking\.gateway needs cloud\.networking/],
    ["a gateway that is not there", networked({ gateway: "gw-1" }, vpc), /^networking\.gateway \[gw-1\] is not found/],
    [
      "the shared gateway by name",
      networked({ gateway: "shared" }, vpc),
      /^networking\.gateway \[shared\] is not found/,
    ],
    ["a text as a switch", networked({ disable_internet_endpoint: "yes" }), /^networking\.disable_internet_endpoint/],
    ["a web service in words", config({ metadata: { enable_webservice: "true" } }), /^metadata\.enable_webservice/],
    ["no surge and none unavailable", config({ metadata: { rolling_strategy: { max_surge: 0 } } }), /cannot both be 0/],
    ["a surge in words", config({ metadata: { rolling_strategy: { max_surge: "many" } } }), /max_surge \[many\]/],
    [
      "a grace before now",
      config({ top: { runtime: { termination_grace_period: -1 } } }),
      /^runtime\.termination_grace_period/,
    ],
    ["credentials that are none", config({ top: { dockerAuth: "bm90aGluZw==" } }), /^dockerAuth/],
  ] as [string, ReturnType<typeof config>, RegExp, object?][])("%s", (_, value, message, metadata = {}) => {
    expect(() => accept({ ...value, metadata: { ...value.metadata, ...metadata } })).toThrow(
      expect.objectContaining({ code: "InvalidParameter", message: expect.stringMatching(message) }),
    );
  });

  test.each([
    ["a network of three parts", networked({}, vpc)],
    ["an empty directory", mount({ empty_dir: { medium: "memory", size_limit: 8 } })],
    ["a hint beside the source", mount({ oss: { path: "oss://models/" }, properties: { resource_type: "model" } })],
    ["another image", mount({ image: "registry-vpc.cn-hangzhou.aliyuncs.com/a/b:1" })],
    ["a private registry", config({ top: { dockerAuth: Buffer.from("me:secret").toString("base64") } })],
    ["unknown features", config({ top: { features: { "eas.aliyun.com/gpu-driver-version": "tesla=550.127.08" } } })],
    ["a neighbour's bid", computing({ instances: [{ type, spot_price_limit: 1.5, capacity: "20%" }, { type }] })],
  ])("%s passes", (_, value) => {
    expect(accept(value).name).toBe("demo");
  });

  test("there are at most a thousand replicas", () => {
    expect(() => accept(config({ metadata: { instance: 1000 } }))).not.toThrow();
    expect(() => accept(config({ metadata: { instance: 1001 } }))).toThrow(/^metadata\.instance \[1001\]/);
  });

  test("what is read of them", () => {
    const spec = accept(
      config({
        metadata: {
          disk: "40Gi",
          rolling_strategy: { max_surge: "50%", max_unavailable: 1 },
          "eas.termination_grace_period": 60,
        },
        top: {
          features: { "eas.aliyun.com/extra-ephemeral-storage": "100Gi" },
          networking: { disable_internet_endpoint: true },
          cloud: {
            computing: { instances: [{ type, spot_price_limit: 2, capacity: 1 }, { type: "ecs.gn7i-c8g1.2xlarge" }] },
          },
        },
      }),
    );
    expect(spec).toMatchObject({
      diskGib: 140,
      graceSeconds: 60,
      internetDisabled: true,
      rolling: { maxSurge: "50%", maxUnavailable: "1" },
      alternatives: [{ type, spotPriceLimit: 2, capacity: "1" }, { type: "ecs.gn7i-c8g1.2xlarge" }],
      instanceTypes: [type, "ecs.gn7i-c8g1.2xlarge"],
    });
  });

  test("a configuration that was stored before a rule is still read", () => {
    const old = config({ metadata: { rolling_strategy: { max_surge: "many" } }, container: { startup_check: {} } });
    expect(readServiceSpec({ ...old })).toMatchObject({ name: "demo", probes: {}, rolling: { maxSurge: "1" } });
  });
});

test.each([
  [{ maxSurge: "2%", maxUnavailable: "0" }, 1, { maxSurge: 1, maxUnavailable: 0 }],
  [{ maxSurge: "2%", maxUnavailable: "0" }, 100, { maxSurge: 2, maxUnavailable: 0 }],
  [{ maxSurge: "25%", maxUnavailable: "25%" }, 5, { maxSurge: 2, maxUnavailable: 1 }],
  [{ maxSurge: "0", maxUnavailable: "30%" }, 2, { maxSurge: 1, maxUnavailable: 0 }],
  [{ maxSurge: "3", maxUnavailable: "2" }, 10, { maxSurge: 3, maxUnavailable: 2 }],
])("limits of an update: %j of %i", (strategy, instances, limits) => {
  expect(rollingLimits(strategy, instances)).toEqual(limits);
});

describe("where an instance finds a place", () => {
  const peer = (instanceType: string, status = "Running") => ({ instanceType, status }) as InstanceRecord;
  const alternatives = [{ type: "first", capacity: "50%" }, { type: "second", capacity: "1" }, { type: "third" }];
  const choose = (offered: string[], peers: InstanceRecord[] = []) =>
    choosePlace({ alternatives, instances: 4 }, offered, peers)?.type;
  const all = ["first", "second", "third"];
  test.each([
    ["the first that is offered", all, [], "first"],
    ["the next when it is out of stock", ["second", "third"], [], "second"],
    ["the next when its share is taken", all, [peer("first"), peer("first")], "second"],
    ["whatever is leaving takes no share", all, [peer("first"), peer("first", "Terminating")], "first"],
    ["the last when all shares are taken", all, [peer("first"), peer("first"), peer("second")], "third"],
    ["none when what is left is full", ["second"], [peer("second")], undefined],
    ["none without an offer", [], [], undefined],
  ])("%s", (_, offered, peers, type) => {
    expect(choose(offered, peers)).toBe(type);
  });
});

test.each([
  [
    "fits the disk that comes free",
    "pai-eas/diffuser-inference:2.2.1-py38-cu113-unbuntu2004-blade-public",
    30,
    undefined,
  ],
  [
    "is larger than the disk",
    "pai-eas/diffuser-inference:2.2.1-py38-cu113-unbuntu2004-blade-public",
    20,
    /no space left on device$/,
  ],
  ["of one's own is larger than the disk", "mine/own:1", 10, /no space left on device$/],
])("an image that %s", (_, image, disk, message) => {
  const failure = pullFailure(`registry.cn-hangzhou.aliyuncs.com/${image}`, "cn-hangzhou", disk);
  expect(failure?.message).toEqual(message && expect.stringMatching(message));
});

describe("configuration arithmetic", () => {
  test("dotted keys are opened at any level of a setting block", () => {
    expect(
      nestDottedKeys({
        "metadata.rpc.keepalive": 2,
        metadata: { rpc: { "batching.size": 4 }, "eas.termination_grace_period": 5 },
        "a.b": 1,
      }),
    ).toEqual({
      metadata: { rpc: { keepalive: 2, batching: { size: 4 } }, eas: { termination_grace_period: 5 } },
      "a.b": 1,
    });
  });

  test("dots are opened in setting blocks only", () => {
    expect(
      nestDottedKeys({ metadata: { "rpc.keepalive": 1, rpc: { batching: true } }, features: { "a.b": "c" } }),
    ).toEqual({ metadata: { rpc: { keepalive: 1, batching: true } }, features: { "a.b": "c" } });
  });

  test("merging goes into objects and replaces the rest", () => {
    expect(mergeJson({ a: { b: 1, c: [1] }, d: 1 }, { a: { c: [2] }, d: { e: 1 } })).toEqual({
      a: { b: 1, c: [2] },
      d: { e: 1 },
    });
  });

  test("a key named __proto__ stays data", () => {
    const merged = mergeJson({}, JSON.parse('{"__proto__": {"polluted": true}}'));
    expect(Object.hasOwn(merged, "__proto__")).toBe(true);
    expect({}).not.toHaveProperty("polluted");
  });
});
