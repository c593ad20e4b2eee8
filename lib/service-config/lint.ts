import { regionPinyin } from "@/lib/connection";
import { imageAddress } from "./defaults";
import { type PartialDraft, type ServiceForm, toOssUri } from "./draft";
import { hasStock, type MachineFacts, supportsBlade } from "./machine";
import { type RequestSize, worstCaseSeconds } from "./timing";

/** Rules that look across the fields of a draft. Sentences: `lint.<code>.title` and `lint.<code>.hint`. */

export const LINT_CODES = [
  "name_missing",
  "name_format",
  "name_length",
  "name_taken",
  "bucket_missing",
  "region_differs_from_bucket",
  "region_outside_mainland",
  "image_other_region",
  "image_missing",
  "image_mirror_slow",
  "instance_missing",
  "instance_unknown",
  "instance_without_gpu",
  "instance_out_of_stock",
  "blade_hardware",
  "blade_several_instances",
  "instances_none",
  "keepalive_short",
  "sync_long_requests",
  "disk_small",
  "model_incomplete",
  "model_errors",
  "base_model_missing",
  "controlnet_missing",
  "translate_missing",
  "result_is_model",
  "result_under_model",
] as const;

export type LintCode = (typeof LINT_CODES)[number];

export interface LintFinding {
  level: "error" | "warning" | "info";
  code: LintCode;
  /** Path in the draft: `service.name`. */
  field: string;
  params: Record<string, string | number>;
}

export interface LintFacts {
  /** Names of the region's services. */
  takenNames?: readonly string[];
  /** Where the result bucket really is. */
  bucketRegion?: string;
  machines?: readonly MachineFacts[];
  /** The size of picture to expect; otherwise the largest that the playground offers. */
  expected?: RequestSize;
}

interface Input {
  draft: PartialDraft;
  service: Partial<ServiceForm>;
  facts: LintFacts;
}

type Rule = (input: Input) => (LintFinding | false | undefined)[];

/** Above this a synchronous call ties up caller and gateway longer than either likes (eas-gateway-and-queue.md §3). */
const LONG_SYNC_MS = 600_000;
/** The image is large; the free system disk holds 30 GiB (eas-service-json.md §2.2). */
const DISK_FOR_IMAGE_GB = 50;

const find = (
  level: LintFinding["level"],
  code: LintCode,
  field: string,
  params: LintFinding["params"] = {},
): LintFinding => ({ level, code, field, params });

const nameRules: Rule = ({ service: { name = "" }, facts }) => {
  if (name === "") return [find("error", "name_missing", "service.name")];
  if (name.length < 3 || name.length > 63)
    return [find("error", "name_length", "service.name", { length: name.length, min: 3, max: 63 })];
  if (!/^[a-z][a-z0-9_]*$/.test(name)) return [find("error", "name_format", "service.name", { name })];
  return [facts.takenNames?.includes(name) && find("error", "name_taken", "service.name", { name })];
};

const placeRules: Rule = ({ draft, service, facts }) => {
  const region = service.region ?? "";
  const bucketRegion = facts.bucketRegion ?? draft.check?.region;
  const own = service.image?.kind === "custom";
  return [
    !draft.check?.bucket && find("error", "bucket_missing", "check.bucket"),
    region !== "" &&
      bucketRegion !== undefined &&
      bucketRegion !== region &&
      find("error", "region_differs_from_bucket", "service.region", { region, bucketRegion }),
    // An image of one's own may build its addresses in another way.
    region !== "" &&
      regionPinyin(region) === undefined &&
      find(own ? "warning" : "error", "region_outside_mainland", "service.region", { region }),
  ];
};

const imageRules: Rule = ({ service: { image, region = "" } }) => {
  if (!image) return [];
  if (image.kind === "mirror") return [find("info", "image_mirror_slow", "service.image")];
  const address = imageAddress(image, region);
  if (address === "") return [find("error", "image_missing", "service.image")];
  // Only VPC addresses are bound to their region; public ones are merely slow.
  const imageRegion = /^[\w-]*registry-vpc\.([a-z0-9-]+)\.(?:cr\.)?aliyuncs\.com\//.exec(address)?.[1];
  const elsewhere = imageRegion !== undefined && region !== "" && imageRegion !== region;
  return [elsewhere && find("error", "image_other_region", "service.image", { imageRegion, region })];
};

const machineRules: Rule = ({ service, facts }) => {
  const { instanceType = "", blade = false, instances = 1 } = service;
  if (instanceType === "") return [find("error", "instance_missing", "service.instanceType")];
  const several =
    blade && instances > 1 && find("warning", "blade_several_instances", "service.instances", { instances });
  const none = instances === 0 && find("warning", "instances_none", "service.instances");
  if (!facts.machines) return [several, none];
  const machine = facts.machines.find((candidate) => candidate.instanceType === instanceType);
  if (!machine) return [find("error", "instance_unknown", "service.instanceType", { instanceType }), several, none];
  const gpu = machine.gpu?.model;
  return [
    !gpu && find("error", "instance_without_gpu", "service.instanceType", { instanceType }),
    !hasStock(machine) && find("warning", "instance_out_of_stock", "service.instanceType", { instanceType }),
    blade &&
      gpu !== undefined &&
      !supportsBlade(gpu) &&
      find("error", "blade_hardware", "service.blade", { instanceType, gpu }),
    several,
    none,
  ];
};

const limitRules: Rule = ({ service, facts }) => {
  const { keepaliveMs, mode, blade = false, extraDiskGb, image } = service;
  const needed = worstCaseSeconds(blade, facts.expected);
  const seconds = Math.round((keepaliveMs ?? 0) / 1000);
  return [
    keepaliveMs !== undefined &&
      seconds < needed &&
      find("warning", "keepalive_short", "service.keepaliveMs", { seconds, needed }),
    keepaliveMs !== undefined &&
      mode === "sync" &&
      keepaliveMs > LONG_SYNC_MS &&
      find("info", "sync_long_requests", "service.mode", { seconds }),
    extraDiskGb !== undefined &&
      extraDiskGb < DISK_FOR_IMAGE_GB &&
      image?.kind !== "custom" &&
      find("warning", "disk_small", "service.extraDiskGb", { gb: extraDiskGb, needed: DISK_FOR_IMAGE_GB }),
  ];
};

const modelRules: Rule = ({ draft: { model }, service }) => {
  const report = model?.report;
  // The report is about the folder of the model step; another path typed by hand was not looked at.
  if (!report || (service.modelPath !== undefined && service.modelPath !== model?.root)) return [];
  // Another image may load what ours does not.
  const level = service.image?.kind === "custom" ? "warning" : "error";
  return [
    !report.complete && find("error", "model_incomplete", "model.root"),
    !report.folders.baseModel && find(level, "base_model_missing", "service.modelPath"),
    // Overruled when it was uploaded: said again, no longer in the way.
    report.errors > 0 &&
      find(report.overruled ? "warning" : level, "model_errors", "model.root", { count: report.errors }),
    service.func === "controlnet" && !report.folders.controlnet && find(level, "controlnet_missing", "service.func"),
    service.translate === true && !report.folders.translate && find(level, "translate_missing", "service.translate"),
  ];
};

const resultRules: Rule = ({ draft, service: { modelPath, resultPath } }) => {
  const bucket = draft.check?.bucket;
  if (!bucket || modelPath === undefined || resultPath === undefined) return [];
  const model = toOssUri(draft.model?.bucket ?? bucket, modelPath);
  const result = toOssUri(bucket, resultPath);
  if (result === model) return [find("error", "result_is_model", "service.resultPath", { path: result })];
  const inside = result.startsWith(model);
  return [inside && find("warning", "result_under_model", "service.resultPath", { path: result, model })];
};

const RULES: readonly Rule[] = [nameRules, placeRules, imageRules, machineRules, limitRules, modelRules, resultRules];

/** All findings, in the order of the screen; rules whose facts are unknown stay silent. */
export function lintConfig(draft: PartialDraft, facts: LintFacts = {}): LintFinding[] {
  const service = (draft.service ?? {}) as Partial<ServiceForm>;
  return RULES.flatMap((rule) => rule({ draft, service, facts })).filter(
    (finding) => finding !== false && finding !== undefined,
  );
}
