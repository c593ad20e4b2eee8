import { describe, expect, test } from "vitest";
import { mergeJson, nestDottedKeys } from "./json-path";
import { completeConfig, parseConfigText, readServiceSpec } from "./service-spec";
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

  test("neighbours that only share the beginning do not overlap", () => {
    expect(read(storage(oss("/oss"), oss("/oss2"))).ossMounts).toHaveLength(2);
  });
});

describe("configuration arithmetic", () => {
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
