import type { Cloud, Handler } from "./cloud";
import { ApiFault, invalidParameter } from "./fault";
import { booleanParameter, oneOf, pageOf, readOrder, readPaging, textParameter, toTimestamp } from "./query";

/* AIWorkSpace 2021-02-04, which answers on the same port (reference: eas-openapi.md §8). */

const PAGE_SIZE = 20;

interface Workspace {
  WorkspaceId: string;
  WorkspaceName: string;
  DisplayName: string;
  Description: string;
  IsDefault: boolean;
  Status: "ENABLED";
  EnvTypes: string[];
  Creator: string;
  GmtCreateTime: string;
  GmtModifiedTime: string;
}

/** The default workspace that an account gets with PAI; its number follows from the account's. */
function workspacesOf({ account, region }: Cloud): Workspace[] {
  const created = toTimestamp(Date.UTC(2024, 0, 1));
  return [
    {
      WorkspaceId: account.uid.slice(-6).replace(/^0/, "1"),
      WorkspaceName: `pai_default_workspace_${region.replaceAll("-", "_")}`,
      DisplayName: "Default workspace",
      Description: "",
      IsDefault: true,
      Status: "ENABLED",
      EnvTypes: ["prod"],
      Creator: account.uid,
      GmtCreateTime: created,
      GmtModifiedTime: created,
    },
  ];
}

export function findWorkspace(cloud: Cloud, id: string): Workspace | undefined {
  return workspacesOf(cloud).find(({ WorkspaceId }) => WorkspaceId === id);
}

/** Throws unless the workspace is there, or none is named. */
export function requireWorkspace(cloud: Cloud, id: string | undefined): void {
  if (id !== undefined && !findWorkspace(cloud, id)) throw invalidParameter(`WorkspaceId [${id}] is not found.`);
}

const STATUSES = ["ENABLED", "INITIALIZING", "FAILURE", "DISABLED", "FROZEN", "UPDATING"];

export const listWorkspaces: Handler = ({ cloud, query }) => {
  const name = textParameter(query, "WorkspaceName");
  const ids = textParameter(query, "WorkspaceIds")?.split(",");
  const status = oneOf("Status", textParameter(query, "Status"), STATUSES);
  oneOf("Option", textParameter(query, "Option"), ["GetWorkspaces"]);
  oneOf("ModuleList", textParameter(query, "ModuleList"), ["PAI"]);
  booleanParameter(query, "Verbose");
  const found = workspacesOf(cloud)
    .filter(
      (workspace) =>
        (!name || workspace.WorkspaceName.includes(name)) &&
        (!ids || ids.includes(workspace.WorkspaceId)) &&
        (!status || workspace.Status === status),
    )
    .sort(byKey(query, ["GmtCreateTime", "GmtModifiedTime", "WorkspaceName"]));
  return { Workspaces: pageOf(found, readPaging(query, PAGE_SIZE)), TotalCount: found.length };
};

/** SortBy and Order; the first of the keys is the default. */
function byKey<const Key extends string>(query: URLSearchParams, keys: readonly [Key, ...Key[]]) {
  const key = oneOf("SortBy", textParameter(query, "SortBy"), keys) ?? keys[0];
  const direction = readOrder(query);
  return (a: Record<Key, string | number>, b: Record<Key, string | number>) =>
    a[key] < b[key] ? -direction : direction;
}

export const getWorkspace: Handler = ({ cloud, params, query }) => {
  booleanParameter(query, "Verbose");
  const id = params.workspace ?? "";
  const workspace = findWorkspace(cloud, id);
  if (!workspace) throw new ApiFault(404, "100400010", `Workspace [${id}] not found.`);
  return workspace;
};

export const listImages: Handler = ({ cloud, query }) => {
  const name = textParameter(query, "Name");
  const words = textParameter(query, "Query");
  const accessibility = oneOf("Accessibility", textParameter(query, "Accessibility"), ["PUBLIC", "PRIVATE"]);
  const wanted = (textParameter(query, "Labels") ?? "").split(",").filter((pair) => pair !== "");
  const verbose = booleanParameter(query, "Verbose") ?? false;
  // WorkspaceId makes no difference: official images are there in every workspace, and there are no others.
  const found = officialImages(cloud)
    .filter(
      (image) =>
        (!accessibility || image.Accessibility === accessibility) &&
        (!name || image.Name.includes(name)) &&
        (!words || `${image.Name} ${image.Description}`.toLowerCase().includes(words.toLowerCase())) &&
        wanted.every((pair) => image.Labels.some(({ Key, Value }) => `${Key}=${Value}` === pair)),
    )
    .sort(byKey(query, ["GmtCreateTime", "Name", "Size"]));
  return {
    Images: pageOf(found, readPaging(query, PAGE_SIZE)).map((image) => ({
      ...image,
      Labels: verbose ? image.Labels : undefined,
    })),
    TotalCount: found.length,
  };
};

function officialImages({ region }: Cloud) {
  const labels = Object.entries({
    "system.official": "true",
    "system.supported.eas": "true",
    "system.chipType": "GPU",
    "system.framework": "Diffusers 0.15.0",
  });
  return [
    {
      ImageId: "image-diffuserinference",
      Name: "diffuser-inference",
      ImageUri: `eas-registry-vpc.${region}.cr.aliyuncs.com/pai-eas/diffuser-inference:2.2.1-py38-cu113-unbuntu2004-blade-public`,
      Description: "Diffusers inference with Blade",
      // In GB; made up, but it is large.
      Size: 20,
      Labels: labels.map(([Key, Value]) => ({ Key, Value })),
      Accessibility: "PUBLIC",
      GmtCreateTime: toTimestamp(Date.UTC(2023, 6, 14)),
    },
  ];
}
