import { z } from "zod";
import type { Context } from "@/lib/context.server";
import { AppError } from "@/lib/errors";
import { readConfig } from "@/lib/service-config/config-facts";
import { gpuStock } from "@/lib/service-config/machine";
import { type Attempt, attemptAll, type Clients, type Outcome } from "./attempt";
import { CHECK_IDS, type CheckResult } from "./types";

export const CheckAccountSchema = z.object({
  only: z.enum(CHECK_IDS).optional(),
  /** Of the service that is to be made, where it has one by now. */
  name: z.string().max(64).optional(),
});

/** Rights on EAS, OSS and AIWorkSpace are separate: EAS's full-access policy has none on OSS, so each is tried. */
export function checkAccount(
  ctx: Pick<Context, "connection" | "clock" | "signal">,
  { only, name }: z.output<typeof CheckAccountSchema> = {},
): Promise<CheckResult[]> {
  const attempts: Attempt[] = [
    {
      id: "caller",
      calls: ["GetCallerIdentity"],
      // STS is another product at another address: that it cannot be asked stops nothing.
      refusal: "warning",
      run: ({ eas }) => identify(eas),
    },
    {
      id: "eas_services",
      calls: ["ListServices"],
      run: async ({ eas }) => ({ params: { count: (await eas.listServices({ pageSize: 1 })).totalCount } }),
    },
    {
      id: "eas_machines",
      calls: ["DescribeMachineSpec"],
      run: async ({ eas }) => {
        const params = gpuStock(await eas.describeMachineSpec());
        return { state: params.count === 0 ? "warning" : undefined, params };
      },
    },
    {
      id: "oss_buckets",
      calls: ["ListBuckets"],
      run: async ({ oss }) => ({ params: { count: (await oss.listBuckets()).length } }),
    },
    {
      id: "workspace",
      calls: ["ListWorkspaces"],
      // A service may live outside any workspace; the official console then lists it apart.
      refusal: "warning",
      run: ({ eas }) => findWorkspace(eas),
    },
    {
      id: "mount_role",
      calls: ["ListServices", "DescribeService"],
      // Without the right to look, nothing is known; that the right is missing has its own line.
      refusal: "warning",
      run: ({ eas }) => findMounted(eas),
    },
  ];
  if (name) attempts.push({ id: "name_free", calls: ["DescribeService"], run: ({ eas }) => lookUp(eas, name) });
  return attemptAll(attempts, ctx, only);
}

type Eas = Clients["eas"];

/** The root key may do everything and cannot be restricted: worth a word. */
async function identify(eas: Eas): Promise<Outcome> {
  const { kind, accountId: account, name } = await eas.getCallerIdentity();
  const reason = { Account: "root", RAMUser: "user", AssumedRoleUser: "role" }[kind] ?? "other";
  return { state: reason === "root" ? "warning" : undefined, params: { reason, account, name, kind } };
}

/** Names are unique in a region, whoever of the account has them. */
async function lookUp(eas: Eas, name: string): Promise<Outcome> {
  const taken = (reason: string): Outcome => ({ state: "failed", params: { name, reason } });
  try {
    await eas.describeService(name);
    return taken("taken");
  } catch (error) {
    if (!(error instanceof AppError)) throw error;
    if (error.code === "not_found") return { params: { name }, requestId: error.vendor?.requestId };
    // It belongs to another user of the account (eas-openapi.md §5).
    if (error.vendor?.code === "Forbidden.PrivilegeCheckFailed") return taken("foreign");
    throw error;
  }
}

/** An account in which PAI was never activated has no workspace at all. */
async function findWorkspace(eas: Eas): Promise<Outcome> {
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
async function findMounted(eas: Eas): Promise<Outcome> {
  const { items } = await eas.listServices({ serviceStatus: "Running", pageSize: LOOKED_INTO });
  const configs = await Promise.all(
    items.map(async ({ name, config }) => ({ name, config: config ?? (await eas.describeService(name)).config })),
  );
  const proof = configs.find(({ config }) => readConfig(config).mounts.some(({ path }) => path.startsWith("oss://")));
  return proof ? { params: { service: proof.name } } : { state: "unknown", fix: "open_pai" };
}
