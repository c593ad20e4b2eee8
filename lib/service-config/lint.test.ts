import { describe, expect, it } from "vitest";
import type { PartialDraft } from "./draft";
import { MACHINES, SOUND_DRAFT } from "./fixtures";
import { LINT_CODES, type LintCode, type LintFacts, lintConfig } from "./lint";
import { supportsBlade } from "./machine";
import { worstCaseSeconds } from "./timing";

const FACTS: LintFacts = { takenNames: ["other"], bucketRegion: "cn-hangzhou", machines: MACHINES };

type Change = (draft: typeof SOUND_DRAFT) => PartialDraft;
const service =
  (changes: NonNullable<PartialDraft["service"]>): Change =>
  (draft) => ({ ...draft, service: { ...draft.service, ...changes } });
const report =
  (changes: object): Change =>
  (draft) => {
    const { report: sound } = draft.model;
    return { ...draft, model: { ...draft.model, report: sound && { ...sound, ...changes } } };
  };
const folders = (changes: object): Change => report({ folders: { ...SOUND_DRAFT.model.report?.folders, ...changes } });

const CASES: [code: LintCode, level: string, change: Change, facts?: LintFacts][] = [
  ["name_missing", "error", service({ name: "" })],
  ["name_length", "error", service({ name: "ab" })],
  ["name_length", "error", service({ name: "a".repeat(64) })],
  ["name_format", "error", service({ name: "My-Service" })],
  ["name_format", "error", service({ name: "1service" })],
  ["name_taken", "error", service({ name: "other" })],
  ["bucket_missing", "error", (draft) => ({ ...draft, check: { region: "cn-hangzhou" } })],
  ["region_differs_from_bucket", "error", service({ region: "cn-beijing" })],
  [
    "region_outside_mainland",
    "error",
    service({ region: "ap-southeast-1" }),
    { ...FACTS, bucketRegion: "ap-southeast-1" },
  ],
  [
    "region_outside_mainland",
    "warning",
    service({ region: "cn-hongkong", image: { kind: "custom", address: "x/y" } }),
    { ...FACTS, bucketRegion: "cn-hongkong" },
  ],
  [
    "image_other_region",
    "error",
    service({ image: { kind: "custom", address: "registry-vpc.cn-beijing.aliyuncs.com/a/b:1" } }),
  ],
  [
    "image_other_region",
    "error",
    service({ image: { kind: "custom", address: "eas-registry-vpc.cn-beijing.cr.aliyuncs.com/a/b:1" } }),
  ],
  ["image_missing", "error", service({ image: { kind: "custom", address: " " } })],
  ["image_mirror_slow", "info", service({ image: { kind: "mirror" } })],
  ["instance_missing", "error", service({ instanceType: "" })],
  ["instance_unknown", "error", service({ instanceType: "no.such" })],
  [
    "instance_without_gpu",
    "error",
    service({ instanceType: "ecs.c7.large", blade: false, keepaliveMs: 900_000, mode: "async" }),
  ],
  ["instance_out_of_stock", "warning", service({ instanceType: "ecs.c7.large" })],
  ["blade_hardware", "error", service({ instanceType: "ecs.gn6i-c4g1.xlarge" })],
  ["blade_several_instances", "warning", service({ instances: 2 })],
  ["instances_none", "warning", service({ instances: 0 })],
  ["keepalive_short", "warning", service({ keepaliveMs: 5000 })],
  ["sync_long_requests", "info", service({ keepaliveMs: 900_000 })],
  ["disk_small", "warning", service({ extraDiskGb: 0 })],
  ["model_incomplete", "error", report({ complete: false })],
  ["model_errors", "error", report({ errors: 2 })],
  ["model_errors", "warning", report({ errors: 2, overruled: ["several_checkpoints"] })],
  ["base_model_missing", "error", folders({ baseModel: false })],
  [
    "base_model_missing",
    "warning",
    (draft) =>
      service({ image: { kind: "custom", address: "x/y" } })(
        folders({ baseModel: false })(draft) as typeof SOUND_DRAFT,
      ),
  ],
  [
    "controlnet_missing",
    "error",
    (draft) => service({ func: "controlnet" })(folders({ controlnet: false })(draft) as typeof SOUND_DRAFT),
  ],
  ["translate_missing", "error", folders({ translate: false })],
  ["result_is_model", "error", service({ resultPath: "models/sd15/" })],
  ["result_under_model", "warning", service({ resultPath: "models/sd15/out/" })],
];

describe("lintConfig", () => {
  it("has nothing to say about a sound draft", () => {
    expect(lintConfig(SOUND_DRAFT, FACTS)).toEqual([]);
  });

  it.each(CASES)("finds %s (%s)", (code, level, change, facts = FACTS) => {
    expect(lintConfig(change(SOUND_DRAFT), facts)).toContainEqual(expect.objectContaining({ code, level }));
  });

  it("has a case for every code", () => {
    expect(new Set(CASES.map(([code]) => code))).toEqual(new Set(LINT_CODES));
  });

  it("stays silent about what it does not know", () => {
    expect(lintConfig(SOUND_DRAFT)).toEqual([]);
  });

  it("does not judge a folder that was not checked", () => {
    const other = service({ modelPath: "elsewhere/" })(
      folders({ baseModel: false })(SOUND_DRAFT) as typeof SOUND_DRAFT,
    );
    expect(lintConfig(other, FACTS)).toEqual([]);
  });

  it("does not take a sibling for a folder below", () => {
    expect(lintConfig(service({ resultPath: "models/sd15-results/" })(SOUND_DRAFT), FACTS)).toEqual([]);
  });

  it("judges the keepalive by the size that is expected", () => {
    const short = service({ keepaliveMs: 20_000 })(SOUND_DRAFT);
    const expected = { width: 512, height: 512, steps: 20, count: 1 };
    expect(lintConfig(short, { ...FACTS, expected })).toEqual([]);
  });
});

it.each([
  ["GU30", true],
  ["NVIDIA A10", true],
  ["A100", true],
  ["T4", false],
  ["V100", false],
  [undefined, false],
])("knows whether Blade runs on %s", (gpu, yes) => {
  expect(supportsBlade(gpu)).toBe(yes);
});

it("expects about what the document measured, times the count", () => {
  expect(worstCaseSeconds(true, { width: 768, height: 768, steps: 50, count: 2 })).toBe(13);
});
