import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { applyPatches, readDocument } from "./document";
import type { ServiceForm } from "./draft";
import { withForm } from "./draft-document";
import { MACHINES, SOUND_DRAFT } from "./fixtures";
import { commandPatches, formPatches, instancePatches, readForm } from "./form";
import { type JsonObject, valueAt } from "./json-path";
import { toConfigJson, toEasConfig } from "./to-eas-config";
import { withDocument } from "./with-document";

/** The document's own sample (diffusers-service.md §8). */
const SAMPLE = `{
  "cloud": {"computing": {"instance_type": "ml.gu7i.c8m30.1-gu30"}},
  "containers": [{
    "command": "python /home/pai/app.py  --func_name base --oss_save_dir oss://BUCKET/PREFIX/ --region hangzhou --use_blade --use_translate",
    "image": "eas-registry-vpc.cn-hangzhou.cr.aliyuncs.com/pai-eas/diffuser-inference:2.2.1-py38-cu113-unbuntu2004-blade-public"}],
  "features": {"eas.aliyun.com/extra-ephemeral-storage": "100Gi"},
  "metadata": {"cpu": 8, "gpu": 1, "instance": 1, "memory": 30000, "name": "diffuser_base_ch_async", "rpc": {"keepalive": 500000}, "type": "Async"},
  "name": "diffuser_base_ch_async",
  "storage": [
    {"mount_path": "/oss", "oss": {"path": "oss://BUCKET/PREFIX/base/"}},
    {"mount_path": "/result", "oss": {"path": "oss://BUCKET/PREFIX/"}}]
}`;

function open(text: string) {
  const read = readDocument(text);
  if (!read.ok) throw new Error(read.problem.code);
  return read.document;
}
const place = { region: "cn-hangzhou", bucket: "pictures", machines: MACHINES };
const change = (text: string, changes: Partial<ServiceForm>) =>
  applyPatches(text, formPatches(open(text).value, changes, place));

describe("the form reads", () => {
  it("every field of the document's sample", () => {
    expect(readForm(open(SAMPLE), "cn-hangzhou")).toEqual({
      name: "diffuser_base_ch_async",
      region: "cn-hangzhou",
      instanceType: "ml.gu7i.c8m30.1-gu30",
      image: { kind: "official" },
      func: "base",
      blade: true,
      translate: true,
      closeSafety: false,
      mode: "async",
      modelPath: "PREFIX/base/",
      resultPath: "PREFIX/",
      instances: 1,
      extraDiskGb: 100,
      keepaliveMs: 500_000,
    });
  });

  it("what it wrote itself", () => {
    const text = toConfigJson(toEasConfig(SOUND_DRAFT, MACHINES[0]));
    expect(readForm(open(text), "cn-hangzhou")).toEqual(SOUND_DRAFT.service);
  });
});

describe("the form writes", () => {
  it("one switch and nothing else", () => {
    expect(change(SAMPLE, { blade: false })).toBe(
      SAMPLE.replace("app.py  --func", "app.py --func").replace("hangzhou --use_blade", "hangzhou"),
    );
  });

  it("one result folder for mount and command", () => {
    const text = change(SAMPLE, { resultPath: "art" });
    expect(text).toContain('"oss://pictures/art/"}');
    expect(text).toContain("--oss_save_dir oss://pictures/art/ ");
  });

  it("the queue with the mode, and takes it away only as it gave it", () => {
    const sync = toConfigJson(toEasConfig(SOUND_DRAFT));
    expect(change(change(sync, { mode: "async" }), { mode: "sync" })).toBe(sync);
    const own = applyPatches(change(sync, { mode: "async" }), [{ path: ["queue", "cpu"], value: 2 }]);
    expect(valueAt(open(change(own, { mode: "sync" })).value, ["queue", "cpu"])).toBe(2);
  });

  it.each<[string, string[], JsonObject, JsonObject]>([
    [
      "one type with its limits",
      ["ecs.gn6i-c4g1.xlarge"],
      { instance_type: "ecs.gn6i-c4g1.xlarge" },
      { cpu: 4, gpu: 1, memory: 15_000 },
    ],
    ["several without", ["b", "a"], { instances: [{ type: "b" }, { type: "a" }] }, {}],
  ])("instance types: %s", (_, types, computing, limits) => {
    const value = open(applyPatches(SAMPLE, instancePatches(open(SAMPLE).value, types, MACHINES))).value;
    expect(valueAt(value, ["cloud", "computing"])).toEqual(computing);
    const { cpu, gpu, memory } = valueAt(value, ["metadata"]) as JsonObject;
    expect(Object.fromEntries(Object.entries({ cpu, gpu, memory }).filter(([, one]) => one !== undefined))).toEqual(
      limits,
    );
  });

  it("an order of types without losing the bid of one", () => {
    const bids = applyPatches(SAMPLE, [
      { path: ["cloud", "computing"], value: { instances: [{ type: "a", spot_price_limit: 1.5 }, { type: "b" }] } },
    ]);
    const value = open(applyPatches(bids, instancePatches(open(bids).value, ["b", "a"], []))).value;
    expect(valueAt(value, ["cloud", "computing", "instances"])).toEqual([
      { type: "b" },
      { type: "a", spot_price_limit: 1.5 },
    ]);
  });
});

const anyForm = fc.record(
  {
    name: fc.stringMatching(/^[a-z][a-z0-9_]{2,20}$/),
    func: fc.constantFrom("base" as const, "controlnet" as const),
    blade: fc.boolean(),
    translate: fc.boolean(),
    closeSafety: fc.boolean(),
    mode: fc.constantFrom("sync" as const, "async" as const),
    modelPath: fc.constantFrom("m/", "models/my own/", ""),
    resultPath: fc.constantFrom("r/", "it's/", ""),
    instances: fc.nat(9),
    extraDiskGb: fc.nat(2000),
    keepaliveMs: fc.integer({ min: 1000, max: 3_600_000 }),
    instanceType: fc.constantFrom("ml.gu7i.c8m30.1-gu30", "x"),
    image: fc.constantFrom(
      { kind: "official" as const },
      { kind: "mirror" as const },
      { kind: "custom" as const, address: "a/b:1" },
    ),
  },
  { requiredKeys: [] },
);
/** Keys that we do not know, beside those that we do. */
const anyMore = fc.dictionary(fc.stringMatching(/^x_[a-z]{1,5}$/), fc.jsonValue({ maxDepth: 3 }), {
  noNullPrototype: true,
});

describe("form → document → form", () => {
  it("gives back what was entered, and keeps what it does not know", () => {
    fc.assert(
      fc.property(anyForm, anyMore, anyMore, (changes, more, moreMetadata) => {
        const sound = toEasConfig(SOUND_DRAFT, MACHINES[0]);
        const text = JSON.stringify({ ...more, ...sound, metadata: { ...moreMetadata, ...sound.metadata } }, null, 2);
        const before = readForm(open(text), "cn-hangzhou");
        const after = change(text, changes);
        expect(readForm(open(after), "cn-hangzhou")).toEqual({ ...before, ...changes });
        const value = open(after).value;
        const strip = (object: unknown) =>
          Object.fromEntries(Object.entries(object as JsonObject).filter(([key]) => key.startsWith("x_")));
        expect(strip(value)).toEqual(strip(JSON.parse(JSON.stringify(more))));
        expect(strip(value.metadata)).toEqual(strip(JSON.parse(JSON.stringify(moreMetadata))));
      }),
      { numRuns: 60 },
    );
  });
});

describe("drafts", () => {
  it("of an earlier release get their document", () => {
    const { config } = withDocument(SOUND_DRAFT);
    expect(withForm({ config }, "cn-hangzhou").service).toEqual(SOUND_DRAFT.service);
  });

  it.each([
    ["half a draft", { check: SOUND_DRAFT.check }],
    ["a document", { config: "{" }],
  ])("with %s stay as they are", (_, draft) => {
    expect(withDocument(draft)).toEqual(draft);
    expect(withForm(draft, "cn-hangzhou")).toEqual(draft);
  });
});

it("turns the switches of a script that is the command", () => {
  const value = { containers: [{ script: "python /home/pai/app.py --func_name base --use_blade" }] };
  expect(commandPatches(value, { blade: false })).toEqual([
    { path: ["containers", 0, "script"], value: "python /home/pai/app.py --func_name base" },
  ]);
  // What only a shell understands stays as it is.
  const shell = { containers: [{ script: "sleep 1; python /home/pai/app.py --use_blade" }] };
  expect(commandPatches(shell, { blade: false })).toEqual([]);
});
