import type { Connection } from "@/lib/connection";
import { toApi } from "./operations/api";
import { type CatalogueOperations, catalogueOperations } from "./operations/catalogue";
import { type GroupOperations, groupOperations } from "./operations/groups";
import { type IdentityOperations, identityOperations } from "./operations/identity";
import { type InstanceOperations, instanceOperations } from "./operations/instances";
import { type LifeCycleOperations, lifeCycleOperations } from "./operations/life-cycle";
import { type ReadingOperations, readingOperations } from "./operations/reading";
import { type ScalingOperations, scalingOperations } from "./operations/scaling";
import { type StoryOperations, storyOperations } from "./operations/story";
import { type VersionOperations, versionOperations } from "./operations/versions";
import { createTransport, type TransportOptions } from "./transport";

/** The EAS, AIWorkSpace and STS OpenAPI, as far as the console needs them: one file for each area below `operations/`. */
export interface EasClient
  extends CatalogueOperations,
    ReadingOperations,
    LifeCycleOperations,
    InstanceOperations,
    StoryOperations,
    VersionOperations,
    ScalingOperations,
    GroupOperations,
    IdentityOperations {}

export function createEasClient(connection: Connection, options: TransportOptions = {}): EasClient {
  const api = toApi(connection.region, createTransport(connection, options));
  return {
    ...catalogueOperations(api),
    ...readingOperations(api),
    ...lifeCycleOperations(api),
    ...instanceOperations(api),
    ...storyOperations(api),
    ...versionOperations(api),
    ...scalingOperations(api),
    ...groupOperations(api),
    ...identityOperations(api),
  };
}
