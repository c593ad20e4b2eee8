export interface ExportInput {
  name: string;
  /** The configuration's text, as it is sent. */
  config: string;
  region: string;
  /** Where the API of EAS answers, when it is not the region's own address. */
  endpoint?: string;
  workspaceId?: string;
  /** The service is there already: it is changed instead of made. */
  isUpdate: boolean;
}

/** regions-and-instances.md §2. */
const officialHost = (region: string) => `pai-eas.${region}.aliyuncs.com`;

/** The request that makes or changes the service, as all languages need it (eas-openapi.md §7). */
export function requestOf({ name, region, endpoint, workspaceId, isUpdate }: ExportInput) {
  const url = new URL(endpoint ?? `https://${officialHost(region)}`);
  const change = {
    action: "UpdateService",
    method: "PUT",
    path: `/api/v2/services/${region}/${encodeURIComponent(name)}`,
  };
  const make = { action: "CreateService", method: "POST", path: "/api/v2/services" };
  const workspace: [string, string][] = workspaceId ? [["WorkspaceId", workspaceId]] : [];
  const query: [string, string][] = isUpdate ? [["UpdateType", "replace"]] : workspace;
  return {
    origin: url.origin,
    host: url.host,
    protocol: url.protocol === "http:" ? "HTTP" : "HTTPS",
    ...(isUpdate ? change : make),
    query,
  };
}
