import type { Context } from "@/lib/context.server";
import { attempt } from "./attempt";
import type { CheckResult } from "./types";

/** Rights on EAS, OSS and AIWorkSpace are separate: EAS's full-access policy has none on OSS, so each is tried. */
export function checkAccount({ eas, oss, clock }: Context): Promise<CheckResult[]> {
  return Promise.all([
    attempt({
      id: "eas_services",
      calls: ["ListServices"],
      clock,
      run: async () => ({ params: { count: (await eas.listServices({ pageSize: 1 })).totalCount } }),
    }),
    attempt({
      id: "eas_machines",
      calls: ["DescribeMachineSpec"],
      clock,
      run: async () => {
        const gpus = (await eas.describeMachineSpec()).filter((spec) => spec.gpu);
        const count = gpus.filter((spec) => spec.available).length;
        return { state: count === 0 ? "warning" : undefined, params: { count, total: gpus.length } };
      },
    }),
    attempt({
      id: "oss_buckets",
      calls: ["ListBuckets"],
      clock,
      run: async () => ({ params: { count: (await oss.listBuckets()).length } }),
    }),
    attempt({
      id: "workspace",
      calls: ["ListWorkspaces"],
      clock,
      // A service may live outside any workspace; the official console then lists it apart.
      refusal: "warning",
      run: async () => {
        const workspace = (await eas.listWorkspaces()).find(({ isDefault }) => isDefault);
        return workspace
          ? { params: { workspace: workspace.displayName || workspace.name } }
          : { state: "warning", params: { workspace: "" } };
      },
    }),
  ]);
}
