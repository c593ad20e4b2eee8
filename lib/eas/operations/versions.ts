import { mapVersion } from "@/lib/eas/mapping";
import type { Page, ServiceVersion } from "@/lib/eas/types";
import * as wire from "@/lib/eas/wire";
import { type Api, readAllPages } from "./api";

/** Every update but one of the instances alone makes a version (eas-openapi.md §7.1, eas-service-lifecycle.md §5). */
export interface VersionOperations {
  listServiceVersions(name: string): Promise<Page<ServiceVersion>>;
  /** UpdateServiceVersion: goes back to an older version, which becomes a new one. */
  rollBackService(name: string, version: number): Promise<void>;
}

/** More than any history seen. */
const VERSION_LIMIT = 300;

export function versionOperations({ call, servicePath }: Api): VersionOperations {
  async function readPage(name: string, paging: { pageNumber: number; pageSize: number }) {
    const reply = await call({
      action: "ListServiceVersions",
      method: "GET",
      path: servicePath(name, "versions"),
      query: { PageNumber: paging.pageNumber, PageSize: paging.pageSize },
      reply: wire.VersionsReply,
    });
    return { items: reply.Versions.map(mapVersion), totalCount: reply.TotalCount ?? reply.Versions.length };
  }

  return {
    listServiceVersions: (name) => readAllPages((paging) => readPage(name, paging), VERSION_LIMIT),
    async rollBackService(name, version) {
      const path = servicePath(name, "version");
      await call({
        action: "UpdateServiceVersion",
        method: "PUT",
        path,
        body: { Version: version },
        reply: wire.AnyReply,
      });
    },
  };
}
