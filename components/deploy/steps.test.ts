import { describe, expect, test } from "vitest";
import type { PartialDraft, ServiceForm } from "@/lib/service-config/draft";
import { toConfigJson, toEasConfig } from "@/lib/service-config/to-eas-config";
import { clampStep, stepState } from "./steps";

const check = { bucket: "my-bucket", region: "cn-hangzhou" };
const model = (complete: boolean) => ({
  source: "sample" as const,
  bucket: "my-bucket",
  root: "models/a/",
  report: {
    fileCount: 1,
    sizeBytes: 1,
    errors: 0,
    warnings: 0,
    folders: { baseModel: true, controlnet: false, translate: false, lora: false, optimizedModel: false },
    complete,
  },
});
const service: ServiceForm = {
  name: "easel_a",
  region: "cn-hangzhou",
  instanceType: "ml.gu7i.c8m30.1-gu30",
  image: { kind: "official" },
  func: "base",
  blade: true,
  translate: false,
  closeSafety: false,
  mode: "sync",
  modelPath: "models/a/",
  resultPath: "results/",
  instances: 1,
  extraDiskGb: 100,
  keepaliveMs: 500_000,
};
const config = toConfigJson(toEasConfig({ check, model: model(true), service }));
const idle = { uploading: false };

describe("the step that is shown", () => {
  test.each<[string, PartialDraft, boolean, string]>([
    ["nothing yet", {}, false, "check"],
    ["a bucket", { check }, false, "model"],
    ["a model that is not there whole", { check, model: model(false) }, false, "model"],
    ["a model on its way", { check, model: model(false) }, true, "service"],
    ["a model", { check, model: model(true) }, false, "service"],
    ["everything", { check, model: model(true), config }, false, "review"],
    ["what was taken over from a service", { source: "other", config }, false, "review"],
  ])("%s", (_, draft, uploading, expected) => {
    expect(clampStep("review", draft, { uploading })).toBe(expected);
  });

  test("going back is always allowed", () => {
    expect(clampStep("check", { check, model: model(true), config }, idle)).toBe("check");
  });
});

test.each([
  ["without a name that EAS takes", config.replaceAll("easel_a", "No Good")],
  ["that is no JSON", config.slice(1)],
  ["without an image", config.replace(/"image": "[^"]*"/, '"image": ""')],
])("a configuration %s is not done", (_, text) => {
  expect(stepState("service", { config: text }, idle)).toBe("todo");
});
