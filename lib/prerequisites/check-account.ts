import { z } from "zod";
import type { Context } from "@/lib/context.server";
import { readConfig } from "@/lib/service-config/config-facts";
import { type Attempt, attemptAll, type Outcome } from "./attempt";
import { CHECK_IDS, type CheckResult } from "./types";

export const CheckAccountSchema = z.object({ only: z.enum(CHECK_IDS).optional() });

/** Rights on EAS, OSS and AIWorkSpace are separate: EAS's full-access policy has none on OSS, so each is tried. */
export function checkAccount(ctx: Context, { only }: z.output<typeof CheckAccountSchema> = {}): Promise<CheckResult[]> {
  const { eas, oss, clock } = ctx;
  const attempts: Attempt[] = [
    {
      id: "eas_services",
      calls: ["ListServices"],
      run: async () => ({ params: { count: (await eas.listServices({ pageSize: 1 })).totalCount } }),
    },
    {
      id: "eas_machines",
      calls: ["DescribeMachineSpec"],
      run: async () => {
        const gpus = (await eas.describeMachineSpec()).filter((spec) => spec.gpu);
        const count = gpus.filter((spec) => spec.available).length;
        return { state: count === 0 ? "warning" : undefined, params: { count, total: gpus.length } };
      },
    },
    {
      id: "oss_buckets",
      calls: ["ListBuckets"],
      run: async () => ({ params: { count: (await oss.listBuckets()).length } }),
    },
    {
      id: "workspace",
      calls: ["ListWorkspaces"],
      // A service may live outside any workspace; the official console then lists it apart.
      refusal: "warning",
      run: () => findWorkspace(eas),
    },
    {
      id: "mount_role",
      calls: ["ListServices", "DescribeService"],
      // Without the right to look, nothing is known; that the right is missing has its own line.
      refusal: "warning",
      run: () => findMounted(eas),
    },
  ];
  return attemptAll(attempts, clock, only);
}

/** An account in which PAI was never activated has no workspace at all. */
async function findWorkspace(eas: Context["eas"]): Promise<Outcome> {
  const workspaces = await eas.listWorkspaces();
  const names = workspaces.map(({ name, displayName }) => displayName || name).join(", ");
  const chosen = workspaces.find(({ isDefault }) => isDefault);
  const params = { count: workspaces.length, names, workspace: chosen ? chosen.displayName || chosen.name : "" };
  return chosen ? { params } : { state: "warning", params, fix: "open_pai" };
}

/** As many running services are looked into; each costs a call. */
const LOOKED_INTO = 5;

/**
 * EAS mounts OSS by a service-linked role that no call of EAS shows (reference: eas-service-json.md, storage). A service
 * that runs with a bucket mounted proves it; an account without one proves nothing.
 */
async function findMounted(eas: Context["eas"]): Promise<Outcome> {
  const { items } = await eas.listServices({ serviceStatus: "Running", pageSize: LOOKED_INTO });
  const configs = await Promise.all(
    items.map(async ({ name, config }) => ({ name, config: config ?? (await eas.describeService(name)).config })),
  );
  const proof = configs.find(({ config }) => readConfig(config).mounts.some(({ path }) => path.startsWith("oss://")));
  return proof ? { params: { service: proof.name } } : { state: "unknown", fix: "open_pai" };
}
