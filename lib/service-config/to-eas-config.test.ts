import { describe, expect, it } from "vitest";
import { readConfig, redactConfig } from "./config-facts";
import { officialImage, publicMirrorImage, suggestServiceName } from "./defaults";
import { type Draft, DraftSchema, FolderSchema, PartialDraftSchema, ServiceNameSchema } from "./draft";
import { MACHINES, SOUND_DRAFT } from "./fixtures";
import { parseOssUri, toFolder } from "./oss-uri";
import { toConfigJson, toEasConfig } from "./to-eas-config";

const withService = (service: Partial<Draft["service"]>): Draft => ({
  ...SOUND_DRAFT,
  service: { ...SOUND_DRAFT.service, ...service },
});

describe("toEasConfig", () => {
  it("writes a synchronous service", () => {
    expect(toEasConfig(SOUND_DRAFT, MACHINES[0])).toEqual({
      name: "easel_test",
      metadata: {
        name: "easel_test",
        instance: 1,
        cpu: 8,
        gpu: 1,
        memory: 30000,
        rpc: { keepalive: 500000, worker_threads: 1 },
      },
      cloud: { computing: { instance_type: "ml.gu7i.c8m30.1-gu30" } },
      containers: [
        {
          image:
            "eas-registry-vpc.cn-hangzhou.cr.aliyuncs.com/pai-eas/diffuser-inference:2.2.1-py38-cu113-unbuntu2004-blade-public",
          command:
            "python /home/pai/app.py --func_name base --oss_save_dir oss://pictures/results/ --region hangzhou --use_blade --use_translate",
          port: 8000,
        },
      ],
      storage: [
        { mount_path: "/oss", oss: { path: "oss://pictures/models/sd15/", readOnly: false } },
        { mount_path: "/result", oss: { path: "oss://pictures/results/", readOnly: false } },
      ],
      features: { "eas.aliyun.com/extra-ephemeral-storage": "100Gi" },
    });
  });

  it("writes an asynchronous service with a queue that tries once", () => {
    const config = toEasConfig(withService({ mode: "async" }), MACHINES[0]);
    expect(config.metadata.type).toBe("Async");
    expect(config.queue).toEqual({ cpu: 1, memory: 4000, max_delivery: 1 });
  });

  it("has one result folder for mount and command, the bucket itself included", () => {
    const config = toEasConfig(withService({ resultPath: "" }));
    expect(config.storage[1]?.oss.path).toBe("oss://pictures/");
    expect(config.containers[0]?.command).toContain("--oss_save_dir oss://pictures/ ");
  });

  it("takes the model from its own bucket", () => {
    const draft = { ...SOUND_DRAFT, model: { ...SOUND_DRAFT.model, bucket: "weights" } };
    expect(toEasConfig(draft).storage[0]?.oss.path).toBe("oss://weights/models/sd15/");
  });

  it.each([
    ["the whole machine when its type is unknown", {}, undefined, "cpu"],
    ["no disk", { extraDiskGb: 0 }, MACHINES[0], "features"],
  ])("leaves out %s", (_, service, machine, key) => {
    const config = toEasConfig(withService(service), machine);
    expect(key in config || key in config.metadata).toBe(false);
  });

  it("names the workspace", () => {
    expect(toEasConfig(withService({ workspaceId: "77" })).metadata.workspace_id).toBe("77");
  });

  it("takes the mirror or a custom image", () => {
    expect(toEasConfig(withService({ image: { kind: "mirror" } })).containers[0]?.image).toBe(publicMirrorImage);
    const own = withService({ image: { kind: "custom", address: " my/image:1 " } });
    expect(toEasConfig(own).containers[0]?.image).toBe("my/image:1");
  });
});

describe("readConfig", () => {
  it("reads back what was written", () => {
    const json = toConfigJson(toEasConfig(withService({ mode: "async", func: "controlnet" }), MACHINES[0]));
    expect(readConfig(json)).toMatchObject({
      name: "easel_test",
      instanceType: "ml.gu7i.c8m30.1-gu30",
      isDiffusers: true,
      isAsync: true,
      instances: 1,
      keepaliveMs: 500000,
      extraDisk: "100Gi",
      mounts: [
        { mountPath: "/oss", path: "oss://pictures/models/sd15/" },
        { mountPath: "/result", path: "oss://pictures/results/" },
      ],
      parsed: { flags: { func: "controlnet", blade: true, region: "hangzhou" } },
    });
  });

  it.each([
    ["dotted keys", '{"metadata":{"rpc.keepalive":9}}', { keepaliveMs: 9 }],
    ["a list of instance types", '{"cloud":{"computing":{"instances":[{"type":"x"}]}}}', { instanceType: "x" }],
    ["a legacy name", '{"name":"old"}', { name: "old" }],
    ["a mount that is no bucket", '{"storage":[{"mount_path":"/d","empty_dir":{}}]}', { mounts: [] }],
    [
      "a slash after the mount path",
      '{"storage":[{"mount_path":"/oss/","oss":{"path":"oss://b/"}}]}',
      { mounts: [{ mountPath: "/oss", path: "oss://b/" }] },
    ],
    ["one odd part among sound ones", '{"name":"n","containers":7,"cloud":"?"}', { name: "n", isDiffusers: false }],
    ["a list", "[]", { mounts: [] }],
    ["no JSON", "{", { mounts: [] }],
  ])("tolerates %s", (_, json, facts) => {
    expect(readConfig(json)).toMatchObject(facts);
  });

  it("hides tokens, passwords and variables named like secrets, and nothing else", () => {
    const shown = redactConfig(
      JSON.stringify({
        token: "t0",
        dockerAuth: "c2VjcmV0",
        name: "token",
        containers: [
          {
            env: [
              { name: "API_KEY", value: "k" },
              { name: "MODE", value: "fast" },
              { name: "STORE", value: "postgres://easel:p@db:5432/x" },
            ],
            command: "python serve.py --hf-token hf_1 --port 8000",
          },
        ],
        storage: [{ git: { repo: "https://x", password: "p", access_token: "g" } }],
      }),
    );
    expect(JSON.parse(shown ?? "")).toEqual({
      token: "******",
      dockerAuth: "******",
      name: "token",
      containers: [
        {
          env: [
            { name: "API_KEY", value: "******" },
            { name: "MODE", value: "fast" },
            { name: "STORE", value: "postgres://easel:[hidden]@db:5432/x" },
          ],
          command: "python serve.py --hf-token [hidden] --port 8000",
        },
      ],
      storage: [{ git: { repo: "https://x", password: "******", access_token: "******" } }],
    });
  });
});

describe("small forms", () => {
  it.each([
    ["oss://b/p/q", { bucket: "b", folder: "p/q/" }],
    ["oss://b", { bucket: "b", folder: "" }],
    ["oss://b.oss-cn-hangzhou-internal.aliyuncs.com/p/", { bucket: "b", folder: "p/" }],
    ["https://b/p", undefined],
  ])("parses %s", (uri, parts) => {
    expect(parseOssUri(uri)).toEqual(parts);
  });

  it.each([
    ["/a//b/", "a/b/"],
    ["oss://bucket/a", "a/"],
    [" ", ""],
    ["./a", "a/"],
  ])("makes a folder of %j", (typed, folder) => {
    expect(toFolder(typed)).toBe(folder);
    expect(FolderSchema.safeParse(folder).success).toBe(true);
  });

  it.each(["/a/", "a", "a//b/", "a\\b/"])("refuses %j as a folder", (folder) => {
    expect(FolderSchema.safeParse(folder).success).toBe(false);
  });

  it("suggests a name that EAS takes", () => {
    const name = suggestServiceName(new Date(Date.UTC(2026, 10, 22, 10, 11)));
    expect(name).toBe("easel_20261122_1011");
    expect(ServiceNameSchema.safeParse(name).success).toBe(true);
  });

  it("has an official image on the mainland only", () => {
    expect(officialImage("cn-shanghai")).toContain("eas-registry-vpc.cn-shanghai.cr.aliyuncs.com/");
    expect(officialImage("cn-hongkong")).toBeUndefined();
  });

  it("takes a sound draft, and half of one while drafting", () => {
    expect(DraftSchema.safeParse(SOUND_DRAFT).success).toBe(true);
    expect(DraftSchema.safeParse({ check: SOUND_DRAFT.check }).success).toBe(false);
    expect(
      PartialDraftSchema.safeParse({ service: { name: "Bad Name", image: { kind: "custom", address: "" } } }).success,
    ).toBe(true);
  });
});
