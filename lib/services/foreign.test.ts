import { describe, expect, it } from "vitest";
import { viewConfig } from "@/lib/service-config/config-view";
import { readDocument } from "@/lib/service-config/document";
import { EXPORT_KINDS, exportConfig } from "@/lib/service-config/exports/exports";
import { readForm } from "@/lib/service-config/form";
import { lintDocument } from "@/lib/service-config/lint/lint";
import { summarizeConfig } from "@/lib/service-config/summary";
import { planTexts } from "@/lib/service-config/update-plan";
import { aService } from "./fixtures";
import { ServiceDetailSchema, toServiceDetail } from "./view";

/** Services as other tools make them: every screen reads them, none expects the keys that ours have. */
const FOREIGN: Record<string, unknown> = {
  "a processor with its model, from the EAS documents": {
    name: "pmml_demo",
    processor: "pmml",
    model_path: "https://example.oss-cn-shanghai.aliyuncs.com/model.pmml",
    token: "12345678",
    metadata: { instance: 1, cpu: 1, memory: 2000 },
  },
  "one of the Python SDK, with ModelPath and its own processor": {
    metadata: { name: "sdk_demo", instance: 1, cpu: 2, memory: 4000, rpc: { keepalive: 50000 } },
    model_path: "oss://bucket.oss-cn-hangzhou-internal.aliyuncs.com/m/",
    processor_path: "oss://bucket/processor.tar.gz",
    processor_entry: "./app.py",
    processor_type: "python",
    processor_mainclass: "com.example.Main",
  },
  "a member of a group on a resource of one's own": {
    metadata: { name: "grouped", group: "together", resource: "eas-r-abc", instance: 2, gpu: 1 },
    containers: [{ image: "registry.cn-hangzhou.aliyuncs.com/a/b:1", script: "python app.py", port: 9000 }],
  },
  "an application of a model gallery, with keys that nobody has heard of": {
    metadata: { name: "llm", instance: 1, shm_size: 100, from_the_future: { deep: [1, { more: null }] } },
    cloud: { computing: { instances: [{ type: "ecs.gn7i-c8g1.2xlarge", spot_price_limit: "auto" }, 5, null] } },
    containers: [
      { image: "eas-registry/llm:0", env: [{ name: "HF_TOKEN", value: "hf_x" }, "odd"], command: ["a", "b"] },
    ],
    storage: [{ mount_path: "/model", oss: { path: "oss://b/m" } }, { properties: {} }, "odd"],
    unit: "many",
    labels: ["no", "map"],
  },
  "values of kinds that none of ours has": {
    metadata: [],
    cloud: null,
    containers: {},
    storage: "oss://b/",
    networking: 7,
    autoscaler: true,
    queue: [],
    features: "none",
    options: null,
  },
  nothing: {},
};

describe.each(Object.entries(FOREIGN))("%s", (_, config) => {
  const text = JSON.stringify(config, null, 2);
  const read = readDocument(text);
  if (!read.ok) throw new Error("a sample is no document");
  const { document } = read;

  it("is shown as a service", () => {
    const detail = toServiceDetail(aService({ config: text }));
    expect(ServiceDetailSchema.parse(JSON.parse(JSON.stringify(detail)))).toMatchObject({ name: "foo" });
    expect(detail.config).not.toMatch(/hf_x|12345678/);
    expect(detail.flags).toBeUndefined();
  });

  it("is read, judged and summed up by the configuration's own page", () => {
    const view = viewConfig(document.value);
    expect(view.isDiffusers).toBe(false);
    expect(lintDocument(document, { region: "cn-hangzhou", runningName: "foo" })).toBeInstanceOf(Array);
    expect(() => summarizeConfig(view, undefined)).not.toThrow();
    expect(() => readForm(document, "cn-hangzhou")).not.toThrow();
  });

  it("is compared and exported", () => {
    expect(planTexts(text, text)?.effect).toBe("none");
    expect(planTexts(text, '{"metadata":{"name":"other"}}')).not.toBeNull();
    for (const kind of EXPORT_KINDS)
      expect(exportConfig(kind, { name: "foo", config: text, region: "cn-hangzhou", isUpdate: true })).not.toBe("");
  });
});

it.each(["", "{", "[]", "null", '"text"', "7"])("a configuration that is %s is none, and breaks nothing", (text) => {
  expect(() => toServiceDetail(aService({ config: text }))).not.toThrow();
  expect(planTexts(text, "{}")).toBeNull();
});
