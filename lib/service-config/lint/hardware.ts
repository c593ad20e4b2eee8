import { changeFlags } from "../command";
import { INSTANCE_TYPE } from "../config-view";
import { type Path, valueAt } from "../json-path";
import { gpuMemoryNeed, hasStock, type MachineFacts, supportsBlade } from "../machine";
import { finder, type LintInput, type Rule } from "./finding";

/** The instance types, one after the other, and what the service asks of them. */
export const hardwareRules: Rule = (input) => {
  const { view, value, facts } = input;
  const find = finder(input);
  const elsewhere = valueAt(value, ["metadata", "resource"]) || valueAt(value, ["metadata", "quota_id"]);
  if (view.instanceTypes.length === 0)
    return [!elsewhere && find("error", "instance_missing", INSTANCE_TYPE), ...countRules(input)];
  const { machines } = facts;
  if (!machines) return countRules(input);
  const found = view.instanceTypes.map(({ type, path }) => ({
    type,
    path,
    machine: machines.find(({ instanceType }) => instanceType === type),
  }));
  const soldOut = found.every(({ machine }) => machine && !hasStock(machine));
  const names = found.map(({ type }) => type).join(", ");
  return [
    ...found.flatMap(({ type, path, machine }) =>
      machine
        ? machineRules(input, path, machine)
        : [find("error", "instance_unknown", path, { params: { instanceType: type } })],
    ),
    soldOut &&
      find("warning", "instance_out_of_stock", found[0]?.path ?? INSTANCE_TYPE, { params: { instanceType: names } }),
    ...countRules(input),
  ];
};

function machineRules(input: LintInput, path: Path, machine: MachineFacts) {
  const { view, facts } = input;
  const find = finder(input);
  const { instanceType, gpu } = machine;
  const proof = `DescribeMachineSpec: ${instanceType} = ${gpu ? `${gpu.count} × ${gpu.model}, ${gpu.memoryGb ?? "?"} GB` : "CPU"}`;
  if (!gpu)
    return [
      view.isDiffusers && find(input.level, "instance_without_gpu", path, { params: { instanceType }, facts: [proof] }),
    ];
  const blade = view.isDiffusers && view.parsed?.flags.blade === true;
  const reported = facts.model !== undefined && facts.model.uri === view.model?.uri ? facts.model.report : undefined;
  const needed =
    reported && view.isDiffusers ? gpuMemoryNeed(reported.weightsBytes || reported.sizeBytes, blade) : undefined;
  return [
    blade &&
      !supportsBlade(gpu.model) &&
      find(input.level, "blade_hardware", view.startPath, {
        flag: "blade",
        params: { instanceType, gpu: gpu.model },
        shows: [path],
        facts: [proof],
        repair: [{ path: view.startPath, value: changeFlags(view.start ?? "", { blade: false }) }],
      }),
    needed !== undefined &&
      gpu.memoryGb !== undefined &&
      needed > gpu.memoryGb &&
      find("warning", "gpu_memory_small", path, {
        params: { instanceType, gpu: gpu.model, has: gpu.memoryGb, needed: Math.ceil(needed) },
        facts: [proof],
      }),
  ];
}

function countRules(input: LintInput) {
  const { view } = input;
  const find = finder(input);
  const at: Path = ["metadata", "instance"];
  const { instances } = view;
  const blade = view.isDiffusers && view.parsed?.flags.blade === true;
  return [
    instances === 0 && find("warning", "instances_none", at),
    blade &&
      instances > 1 &&
      find("warning", "blade_several_instances", at, { shows: [at, view.startPath], params: { instances } }),
  ];
}

/** VPC settings that are one thing in three keys, and what needs them. */
export const networkRules: Rule = (input) => {
  const { value } = input;
  const find = finder(input);
  const triple: Path[] = ["vpc_id", "vswitch_id", "security_group_id"].map((key) => ["cloud", "networking", key]);
  const missing = triple.filter((path) => !valueAt(value, path));
  const gateway: Path = ["networking", "gateway"];
  const needing = [gateway, ["networking", "nlb"]].filter((path) => valueAt(value, path));
  const shared = valueAt(value, gateway) === "shared";
  const first = missing[0];
  return [
    shared && find("error", "gateway_shared", gateway, { repair: [{ path: gateway, value: undefined }] }),
    first !== undefined &&
      missing.length < triple.length &&
      find("error", "vpc_incomplete", first, {
        shows: triple,
        params: { missing: missing.map((path) => path.at(-1)).join(", ") },
      }),
    missing.length === triple.length &&
      needing.length > 0 &&
      !shared &&
      find("error", "vpc_needed", needing[0] ?? gateway, { shows: needing }),
  ];
};
