import { describe, expect, it } from "vitest";
import en from "@/lib/i18n/messages/en.json";
import { applyPatches, type Patch, rangeAt, readDocument } from "../document";
import { CASES, COMMAND, FACTS, neighbour, OWN, SOUND, set } from "./cases";
import type { LintFacts, LintFinding } from "./finding";
import { lintDocument } from "./lint";

function lint(patches: readonly Patch[], facts: LintFacts = FACTS): LintFinding[] {
  const read = readDocument(applyPatches(SOUND, patches));
  if (!read.ok) throw new Error(read.problem.code);
  return lintDocument(read.document, facts);
}

const codes = (findings: LintFinding[]) => findings.map(({ code }) => code);

/** What a configuration is looked at for, at the least, and by which rules. */
const AT_LEAST: [what: string, codes: string[]][] = [
  ["name rules", ["name_missing", "name_length", "name_format", "name_differs", "name_changed"]],
  ["uniqueness of the name", ["name_taken"]],
  [
    "one region of image, bucket and --region",
    [
      "image_other_region",
      "region_differs_from_bucket",
      "endpoint_other_region",
      "flag_region_missing",
      "flag_region_differs",
    ],
  ],
  ["/result is --oss_save_dir", ["save_dir_missing", "save_dir_differs"]],
  ["both mounts are there", ["mount_model_missing", "mount_result_missing"]],
  ["both mounts are writable", ["mount_model_read_only", "mount_result_read_only"]],
  ["mounts do not overlap", ["mount_overlap", "result_is_model", "result_under_model"]],
  ["trailing slashes", ["mount_no_slash", "save_dir_no_slash"]],
  ["/oss holds what the flags need", ["base_model_missing", "controlnet_missing", "translate_missing", "model_errors"]],
  ["Blade hardware", ["blade_hardware", "instance_without_gpu"]],
  ["keepalive against the worst request", ["keepalive_short"]],
  ["one worker thread", ["worker_threads"]],
  ["Async and base64", ["async_no_base64"]],
  ["queue.max_delivery", ["queue_max_delivery"]],
  ["port rules", ["port_reserved", "port_differs"]],
  ["disk against the model's size", ["disk_small"]],
  ["controlnet folder with func_name", ["controlnet_missing"]],
  ["translate folder", ["translate_missing"]],
  ["another service that optimises in the same root", ["shared_root"]],
  ["the autoscaler's silent zero", ["autoscaler_spelling", "autoscaler_zero"]],
  ["secrets in plain env", ["secret_in_env"]],
];

describe("lint", () => {
  it.each(AT_LEAST)("looks at %s", (_, wanted) => {
    expect(wanted.filter((code) => !CASES.some(([one]) => one === code))).toEqual([]);
  });

  it("has a case here for every rule that has words, and words for no other", () => {
    expect([...new Set(CASES.map(([code]) => code))].sort()).toEqual(Object.keys(en.lint).sort());
  });

  it.each(CASES)("%s: %s says where, and by what facts", (code, _, patches, _own, facts) => {
    const text = applyPatches(SOUND, patches);
    const read = readDocument(text);
    if (!read.ok) throw new Error(read.problem.code);
    for (const { path, proof } of lintDocument(read.document, facts ?? FACTS).filter((one) => one.code === code)) {
      expect(proof, "proof").not.toEqual([]);
      // What is about the account or the model has no line; all else leads to its key, or to the block it is missing in.
      if (path.length === 0) continue;
      const { from, to } = rangeAt(read.document, path);
      expect(to, "range").toBeGreaterThan(from);
      expect(text.slice(from, to)).not.toContain("\n\n");
    }
  });

  it("finds nothing in a sound configuration", () => {
    expect(lint([])).toEqual([]);
  });

  it.each(CASES)("%s: %s", (code, level, patches, own, facts) => {
    const finding = lint(patches, facts).find((one) => one.code === code);
    expect(finding, "hit").toMatchObject({ code, level });
    // The base of every case is a miss.
    if (patches.length > 0 && facts === undefined) expect(codes(lint([])), "miss").not.toContain(code);
    if (own === "silent") expect(codes(lint([...patches, OWN], facts))).not.toContain(code);
    else
      expect(lint([...patches, OWN], facts).find((one) => one.code === code)?.level).toBe(own === "same" ? level : own);
  });

  it.each(CASES)("%s: its repair, where it has one, makes it content", (code, _, patches, _own, facts) => {
    const repair = lint(patches, facts).find((one) => one.code === code)?.repair;
    if (!repair) return;
    const after = lint([...patches, ...repair], facts);
    // One press mends one place; a spelling may be wrong in several.
    expect(codes(after).filter((one) => one === code).length).toBeLessThan(
      codes(lint(patches, facts)).filter((one) => one === code).length,
    );
  });

  it.each(CASES)("%s has words", (code, _, patches, _own, facts) => {
    const texts = (en.lint as Record<string, Record<string, string> | undefined>)[code];
    expect(Object.keys(texts ?? {})).toEqual(expect.arrayContaining(["title", "hint"]));
    const repair = lint(patches, facts).find((one) => one.code === code)?.repair;
    if (repair) expect(texts).toHaveProperty("repair");
  });

  it.each<[string, Patch[], Partial<LintFacts>]>([
    ["names", [set("metadata.name", "other"), set("name", "other")], { takenNames: undefined }],
    ["regions of buckets", [set("storage.1.oss.path", "oss://far/results/")], { bucketRegions: undefined }],
    ["machines", [set("cloud.computing.instance_type", "no.such")], { machines: undefined }],
    ["the model", [], { model: undefined }],
  ])("is silent about %s that it does not know", (_, patches, unknown) => {
    const found = codes(lint(patches, { ...FACTS, ...unknown }));
    for (const code of [
      "name_taken",
      "region_differs_from_bucket",
      "instance_unknown",
      "model_errors",
      "base_model_missing",
    ])
      expect(found).not.toContain(code);
  });

  it.each<[string, LintFacts]>([
    ["a stopped neighbour", neighbour({ status: "Stopped" })],
    ["a neighbour elsewhere", neighbour({ modelUri: "oss://pictures/models/sd15/inner/" })],
    ["the service itself", { ...neighbour({}), runningName: "next_door" }],
  ])("does not mind %s", (_, facts) => {
    expect(codes(lint([], facts))).not.toContain("shared_root");
  });

  it("leaves a command that is not the container's alone", () => {
    const found = codes(
      lint([OWN, set(COMMAND, "python serve.py"), set("storage", undefined), set("containers.0.port", 9000)]),
    );
    expect(found).toEqual([]);
  });

  it("reads dotted keys as EAS does", () => {
    const dotted = [
      set("metadata.rpc", undefined),
      set(["metadata", "rpc.keepalive"], 500_000),
      set(["metadata", "rpc.worker_threads"], 1),
    ];
    expect(lint(dotted)).toEqual([]);
  });
});
